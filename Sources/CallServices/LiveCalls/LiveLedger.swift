import CallAttribution
import CallModel
import CallRouting
package import CallStorage
import Synchronization

/// The live state with the store that keeps it, for the threads that use them in turn.
package final class LiveLedger: Sendable {
    private struct Books {
        let store: any LiveStore
        /// Nil: to be read from the store, since the last commit failed.
        var state: LiveState?
        /// As `state`.
        var leases: LeaseBook?
    }

    private let books: Mutex<Books>
    /// Hashes what need not be kept as it is; the same for as long as the store lives.
    let key: SecretKey

    /// - Parameter store: used from here only from now on.
    /// - Throws: `StorageError` where the store cannot be read.
    package init(store: sending any LiveStore) throws(StorageError) {
        let state = LiveState(try store.load(), key: store.key)
        let leases = LeaseBook(try store.loadLeases())
        key = store.key
        books = Mutex(Books(store: store, state: state, leases: leases))
    }

    /// Changes the state; what `body` made of it is on disk when this returns, and as it was before where it throws.
    func change<Result: Sendable>(_ body: (inout LiveState) -> Result) throws(StorageError) -> Result {
        try books.withLock { books throws(StorageError) in
            // Taken out, so that its tables have one owner and are not copied; it stays out where the commit fails.
            var state = if let state = books.state.take() { state } else { LiveState(try books.store.load(), key: books.store.key) }
            let result = body(&state)
            let changes = state.takeChanges()
            if !changes.isEmpty { try books.store.apply(changes) }
            books.state = state
            return result
        }
    }

    /// Changes the leases of the pools; as `change`, in a transaction of its own.
    func lease<Result: Sendable>(_ body: (inout LeaseBook) -> Result) throws(StorageError) -> Result {
        try books.withLock { books throws(StorageError) in
            var leases = if let leases = books.leases.take() { leases } else { LeaseBook(try books.store.loadLeases()) }
            let result = body(&leases)
            let changes = leases.takeChanges()
            if !changes.isEmpty { try books.store.apply(changes) }
            books.leases = leases
            return result
        }
    }
}
