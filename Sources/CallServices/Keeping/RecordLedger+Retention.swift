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

    /// Deletes calls of an account that began before `edge`, at most `limit`; returns how many.
    func deleteCalls(account: String, before edge: Timestamp, limit: Int) throws(StorageError) -> Int {
        try books.withLock { books throws(StorageError) in try books.store.deleteCalls(account: account, before: edge, limit: limit) }
    }

    /// What began before the edge is not there any more, and a range that says so would be answered with too little (records.md §6).
    ///
    /// - Throws: INVALID_ARGUMENT that names the edge, for a range of the account that starts before it.
    func checkRetention(of account: String, since: Timestamp?) throws(ServiceError) {
        guard let since, let edge = books.withLock({ $0.edges[account] }), since < edge else { return }
        throw ServiceError(
            .invalidArgument, "\(since.rfc3339) is before the retention edge \(edge.rfc3339): \(account) keeps no calls from before it; start there, or leave the start away")
    }
}
