package import CallModel
import CallRouting
import Synchronization

/// The routing table a worker routes by now. A directory that comes replaces it whole, and no call waits for that.
package final class RoutingDesk: DirectoryListener {
    /// What a call sees, from its first look-up to its answer.
    final class Snapshot: Sendable {
        let router: Router

        init(_ router: Router) { self.router = router }
    }

    private struct State {
        var secret: SecretKey?
        /// Nil until the first directories are known, or known to be none.
        var table: RoutingTable?
        /// Nil until there are both.
        var snapshot: Snapshot?
    }

    /// Held for one load or store.
    private let state = Mutex(State())

    package init() {}

    /// Whether calls can be routed: a worker that knows no directories would turn every number away as unknown.
    package var isOpen: Bool { snapshot != nil }

    var snapshot: Snapshot? { state.withLock { $0.snapshot } }

    /// Makes `directories` their accounts' present ones; calls in progress go on by those they began with.
    package func take(_ directories: [Directory], at now: Timestamp) {
        let (known, secret) = state.withLock { ($0.table, $0.secret) }
        var table = known ?? RoutingTable()
        for directory in directories { table.install(directory, at: now) }
        open(table, secret)
    }

    /// For calls in progress too.
    package func set(_ manual: Schedule.Manual?, schedule: String, account: String) {
        let (known, secret) = state.withLock { ($0.table, $0.secret) }
        guard var table = known, table.set(manual, schedule: schedule, account: account) else { return }
        open(table, secret)
    }

    package func take(secret: SecretKey) { open(state.withLock { $0.table }, secret) }

    private func open(_ table: RoutingTable?, _ secret: SecretKey?) {
        // Without the secret others could make continuations, and no other worker could go on by ours.
        let snapshot: Snapshot? = if let table, let secret { Snapshot(Router(table, secret: secret)) } else { nil }
        state.withLock { $0 = State(secret: secret, table: table, snapshot: snapshot) }
    }

    /// The version this worker routes an account's new calls by; nil for an account it does not know.
    package func version(of account: String) -> UInt64? { snapshot?.router.table.directory(of: account)?.version }
}
