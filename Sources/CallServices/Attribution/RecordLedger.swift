import CallAttribution
package import CallModel
package import CallStorage
import MessageWire
import Synchronization

/// The record store with the directories that its records are made by, for the threads that use them in turn.
package final class RecordLedger: DirectoryListener {
    struct Books {
        let store: any RecordStore
        let facts: FactsBook
        /// Where the calls of an account begin that deletes older ones.
        var edges: [String: Timestamp] = [:]
        /// The same of calls that no account has.
        var unmatchedEdge: Timestamp?
    }

    /// What has come and is not in the books yet: who brings a directory does not wait for the disk.
    private struct News {
        var arrived: [Directory] = []
        /// The newest version of each account that has come.
        var versions: [String: UInt64] = [:]
        /// What that version says of the account.
        var settings: [String: AccountSettings] = [:]
    }

    // Only whoever has the turn uses the reader.
    private struct Desk: @unchecked Sendable {
        let reader: any RecordReader
    }

    let books: Mutex<Books>
    /// Reads beside the books; nil: they are read themselves.
    private let desk: Desk?
    private let turn = Mutex(())
    private let news = Mutex(News())
    /// Rises when directories have come.
    let arrivals = ChangeSignal()

    /// - Parameter store: used from here only from now on.
    package init(store: sending any RecordStore) {
        // Where it cannot be opened, whoever reads waits his turn.
        desk = ((try? store.openReader()) ?? nil).map(Desk.init)
        books = Mutex(Books(store: store, facts: FactsBook()))
    }

    package func take(_ directories: [Directory], at now: Timestamp) {
        news.withLock { news in
            news.arrived += directories
            for directory in directories {
                if directory.version >= news.versions[directory.account] ?? 0 { news.settings[directory.account] = directory.settings }
                news.versions[directory.account] = max(news.versions[directory.account] ?? 0, directory.version)
            }
        }
        if !directories.isEmpty { arrivals.raise() }
    }

    /// Whether this version of an account's directory or a later one has come.
    func knows(_ version: UInt64, of account: String) -> Bool {
        news.withLock { ($0.versions[account] ?? 0) >= version }
    }

    /// What the newest directory says of the account; nil where none has come.
    func settings(of account: String) -> AccountSettings? { news.withLock { $0.settings[account] } }

    /// Whether any version of its directory has come.
    func knows(account: String) -> Bool { news.withLock { $0.versions[account] != nil } }

    /// The directories that are not in the books yet: whoever takes them puts them there, and in the same turn, so that nobody in between misses them.
    func takeArrived() -> [Directory] {
        news.withLock { news in
            defer { news.arrived = [] }
            return news.arrived
        }
    }

    /// Stores a batch in one transaction that is on disk when this returns.
    package func store(_ inputs: [CallInput], now: Timestamp) throws(StorageError) -> ApplySummary {
        try books.withLock { books throws(StorageError) in
            for directory in takeArrived() { books.facts.take(directory) }
            return try books.store.apply(inputs, facts: books.facts, now: now)
        }
    }

    /// Looks again whose number the unmatched calls are to, at most `limit` of them, from `cursor` on.
    func matchCalls(from cursor: String?, limit: Int, now: Timestamp) throws(StorageError) -> MatchedCalls {
        try books.withLock { books throws(StorageError) in
            for directory in takeArrived() { books.facts.take(directory) }
            return try books.store.matchCalls(facts: books.facts, now: now, from: cursor, limit: limit)
        }
    }

    /// Stores what a person says of a call, on disk when this returns; nil where there is no such call.
    ///
    /// - Parameter moment: gets the call as it is, and says when the word counts as said; nil: it is not stored, for it changes nothing.
    func say(
        _ word: SaidWord, of callID: String, now: Timestamp, moment: (StoredCall) throws(ServiceError) -> Timestamp?
    ) throws(ServiceError) -> StoredCall? {
        try books.withLock { books throws(ServiceError) in
            guard let call = try serving({ () throws(StorageError) in try books.store.call(callID) }) else { return nil }
            guard let at = try moment(call) else { return call }
            var word = word
            word.at = at
            _ = try serving { () throws(StorageError) in try books.store.apply([.word(callID: callID, word)], facts: books.facts, now: now) }
            return try serving { () throws(StorageError) in try books.store.call(callID) }
        }
    }

    /// Remembers which calls have been handed to an advertiser, on disk when this returns.
    func markExported(_ callIDs: [String], to target: ConversionTarget, now: Timestamp) throws(StorageError) -> Int {
        try books.withLock { books throws(StorageError) in try books.store.markExported(callIDs, to: target, now: now) }
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

    /// Notes that a broker was up to take calls during that time.
    package func noteRecorded(_ span: Range<Timestamp>) throws(StorageError) {
        try books.withLock { books throws(StorageError) in try books.store.noteRecorded(span) }
    }

    /// Reads, whatever errors that has; the store is this call's alone meanwhile.
    func look<Result: Sendable>(_ body: (any RecordStore) -> Result) -> Result { books.withLock { body($0.store) } }

    /// Reads; the store is this call's alone meanwhile.
    package func read<Result: Sendable>(_ body: (any RecordStore) throws(StorageError) -> Result) throws(StorageError) -> Result {
        try books.withLock { books throws(StorageError) in try body(books.store) }
    }

    /// Lists and reports: they see all that is stored when they begin, and hold up nobody who stores, however long they take.
    package func browse<Result: Sendable>(_ body: (any RecordView) throws(StorageError) -> Result) throws(StorageError) -> Result {
        guard let desk else { return try read { store throws(StorageError) in try body(store) } }
        return try turn.withLock { _ throws(StorageError) in
            // Nobody writes while the two look at the same moment.
            try books.withLock { books throws(StorageError) in
                try desk.reader.begin(books.store.moment()) { id throws(StorageError) in try self.read { store throws(StorageError) in try store.call(id) } }
            }
            defer { desk.reader.end() }
            return try body(desk.reader)
        }
    }
}

/// Runs `body` with the store's errors as those of a service: INVALID_ARGUMENT for what has no sense, else UNAVAILABLE.
func serving<Result>(_ body: () throws(StorageError) -> Result) throws(ServiceError) -> Result {
    do throws(StorageError) {
        return try body()
    } catch {
        throw ServiceError(error.code == .invalid ? .invalidArgument : .unavailable, error.message)
    }
}
