import CallAttribution
import CallModel
import CallStorage
import MessageWire
import Synchronization

extension RecordLedger {
    /// Where the calls of each account begin that keeps them for some days only: that many times 24 hours before now. The call log says so from now on.
    func retentionEdges(now: Timestamp) -> [String: Timestamp] {
        books.withLock { books in
            for directory in takeArrived() { books.facts.take(directory) }
            books.edges = books.facts.retentionDays.mapValues { now.advanced(bySeconds: -86_400 * Double($0)) }
            return books.edges
        }
    }

    /// Where calls that no account has begin: with the account that keeps its own for longest; nil where one keeps them for ever, and before any directory has come.
    func unmatchedEdge(now: Timestamp) -> Timestamp? {
        books.withLock { books in
            books.unmatchedEdge = books.facts.longestRetentionDays.map { now.advanced(bySeconds: -86_400 * Double($0)) }
            return books.unmatchedEdge
        }
    }

    /// Deletes calls of an account that began before `edge`, at most `limit`; returns how many.
    ///
    /// - Parameter account: nil: those that no account has.
    func deleteCalls(account: String?, before edge: Timestamp, limit: Int) throws(StorageError) -> Int {
        try books.withLock { books throws(StorageError) in try books.store.deleteCalls(account: account, before: edge, limit: limit) }
    }

    /// Deletes what is kept of an account's web visitors who were last seen before `edge`, a share of them at a time; see `RecordStore.deleteVisitors`.
    func deleteVisitors(account: String, before edge: Timestamp, from cursor: Int64, limit: Int) throws(StorageError) -> (deleted: Int, next: Int64?) {
        try books.withLock { books throws(StorageError) in
            try books.store.deleteVisitors(account: account, before: edge, from: cursor, limit: limit)
        }
    }

    /// What began before the edge is not there any more, and a range that says so would be answered with too little (records.md §6).
    ///
    /// - Parameter account: nil: calls that no account has.
    /// - Throws: INVALID_ARGUMENT that names the edge, for a range that starts before it.
    func checkRetention(of account: String?, since: Timestamp?) throws(ServiceError) {
        let edge = books.withLock { books in account.map { books.edges[$0] } ?? books.unmatchedEdge }
        guard let since, let edge, since < edge else { return }
        throw ServiceError(
            .invalidArgument,
            "\(since.rfc3339) is before the retention edge \(edge.rfc3339): \(account ?? "the unmatched log") keeps no calls from before it; start there, or leave the start away")
    }
}
