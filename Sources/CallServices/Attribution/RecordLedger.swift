import CallAttribution
package import CallModel
package import CallStorage
import Synchronization

/// The record store with the directories that its records are made by, for the threads that use them in turn.
package final class RecordLedger: DirectoryListener {
    private struct Books {
        let store: any RecordStore
        let facts: FactsBook
    }

    /// What has come and is not in the books yet: who brings a directory does not wait for the disk.
    private struct News {
        var arrived: [Directory] = []
        /// The newest version of each account that has come.
        var versions: [String: UInt64] = [:]
    }

    private let books: Mutex<Books>
    private let news = Mutex(News())

    /// - Parameter store: used from here only from now on.
    package init(store: sending any RecordStore) {
        books = Mutex(Books(store: store, facts: FactsBook()))
    }

    package func take(_ directories: [Directory], at now: Timestamp) {
        news.withLock { news in
            news.arrived += directories
            for directory in directories {
                news.versions[directory.account] = max(news.versions[directory.account] ?? 0, directory.version)
            }
        }
    }

    /// Whether this version of an account's directory or a later one has come.
    func knows(_ version: UInt64, of account: String) -> Bool {
        news.withLock { ($0.versions[account] ?? 0) >= version }
    }

    /// Stores a batch in one transaction that is on disk when this returns.
    func store(_ inputs: [CallInput], now: Timestamp) throws(StorageError) -> ApplySummary {
        let arrived = news.withLock { news in
            defer { news.arrived = [] }
            return news.arrived
        }
        return try books.withLock { books throws(StorageError) in
            for directory in arrived { books.facts.take(directory) }
            return try books.store.apply(inputs, facts: books.facts, now: now)
        }
    }

    /// Stores what is told of web visitors, as `store`.
    func store(_ visits: [WebInput]) throws(StorageError) {
        try books.withLock { books throws(StorageError) in try books.store.apply(visits) }
    }

    /// Derives calls anew that web visitors have changed, at most `limit`; returns how many.
    func correctCalls(limit: Int) throws(StorageError) -> Int {
        try books.withLock { books throws(StorageError) in try books.store.correctCalls(limit: limit) }
    }

    /// Closes calls that have had no end for too long, at most `limit`; returns how many (records.md §2).
    func closeOverdue(now: Timestamp, limit: Int) throws(StorageError) -> Int {
        try books.withLock { books throws(StorageError) in try books.store.closeOverdue(now: now, limit: limit) }
    }

    /// Reads, whatever errors that has; the store is this call's alone meanwhile.
    func look<Result: Sendable>(_ body: (any RecordStore) -> Result) -> Result { books.withLock { body($0.store) } }

    /// Reads; the store is this call's alone meanwhile.
    func read<Result: Sendable>(_ body: (any RecordStore) throws(StorageError) -> Result) throws(StorageError) -> Result {
        try books.withLock { books throws(StorageError) in try body(books.store) }
    }
}
