import CallAttribution
package import CallModel
package import CallStorage
import Synchronization

/// The record store with the directories that its records are made by, for the threads that use them in turn.
package final class RecordLedger: DirectoryListener {
    private struct State {
        let store: any RecordStore
        let facts: FactsBook
        /// The newest version of each account's directory that the facts are of.
        var versions: [String: UInt64] = [:]
    }

    private let state: Mutex<State>

    /// - Parameter store: used from here only from now on.
    package init(store: sending any RecordStore) {
        state = Mutex(State(store: store, facts: FactsBook()))
    }

    package func take(_ directories: [Directory], at now: Timestamp) {
        state.withLock { state in
            for directory in directories {
                state.facts.take(directory)
                state.versions[directory.account] = max(state.versions[directory.account] ?? 0, directory.version)
            }
        }
    }

    /// Whether the facts are of this version of an account's directory or a later one.
    func knows(_ version: UInt64, of account: String) -> Bool {
        state.withLock { ($0.versions[account] ?? 0) >= version }
    }

    /// Stores a batch in one transaction that is on disk when this returns.
    func store(_ inputs: [CallInput], now: Timestamp) throws(StorageError) -> ApplySummary {
        try state.withLock { state throws(StorageError) in try state.store.apply(inputs, facts: state.facts, now: now) }
    }

    /// Closes calls that have had no end for too long (records.md §2); returns how many.
    package func closeOverdue(now: Timestamp, limit: Int = 1000) throws(StorageError) -> Int {
        try state.withLock { state throws(StorageError) in try state.store.closeOverdue(now: now, limit: limit) }
    }

    /// Reads; the store is this call's alone meanwhile.
    func read<Result: Sendable>(_ body: (any RecordStore) throws(StorageError) -> Result) throws(StorageError) -> Result {
        try state.withLock { state throws(StorageError) in try body(state.store) }
    }
}
