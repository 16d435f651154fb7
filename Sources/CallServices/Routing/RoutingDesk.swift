package import CallModel
import CallRouting
import Synchronization

/// The routing table a worker routes by now. A directory that comes replaces it whole, and no call waits for that.
package final class RoutingDesk: DirectoryListener {
    /// What a call sees, from its first look-up to its answer.
    final class Snapshot: Sendable {
        let router: Router

        init(_ table: RoutingTable) { router = Router(table, secret: .open) }
    }

    /// Nil until the first directories are known, or known to be none. The lock is held for one load or store.
    private let current = Mutex<Snapshot?>(nil)

    package init() {}

    /// Whether calls can be routed: a worker that knows no directories would turn every number away as unknown.
    package var isOpen: Bool { snapshot != nil }

    var snapshot: Snapshot? { current.withLock { $0 } }

    /// Makes `directories` their accounts' present ones; calls in progress go on by those they began with.
    package func take(_ directories: [Directory], at now: Timestamp) {
        var table = snapshot?.router.table ?? RoutingTable()
        for directory in directories { table.install(directory, at: now) }
        let next = Snapshot(table)
        current.withLock { $0 = next }
    }

    /// For calls in progress too.
    package func set(_ manual: Schedule.Manual?, schedule: String, account: String) {
        guard var table = snapshot?.router.table, table.set(manual, schedule: schedule, account: account) else { return }
        let next = Snapshot(table)
        current.withLock { $0 = next }
    }

    /// The version this worker routes an account's new calls by; nil for an account it does not know.
    package func version(of account: String) -> UInt64? { snapshot?.router.table.directory(of: account)?.version }
}
