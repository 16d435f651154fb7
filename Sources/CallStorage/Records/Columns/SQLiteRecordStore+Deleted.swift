internal import CallModel
internal import SQLite

extension SQLiteRecordStore {
    /// Within a transaction: the row is deleted. Its caller's later calls have one earlier call less, and no block holds it any more.
    func noteDeleted(_ row: CallRow) { deleted.append(row) }

    /// Rows of an account's calls that began before a moment, at most `limit`, the oldest blocks first.
    func rows(ofAccount account: Int64, before edge: Int64, limit: Int) throws -> [Int64] {
        var found: [Int64] = []
        late.forEach { call in
            if Int64(call.digest[.account]) == account, call.digest.startedAt < edge { found.append(call.digest.row) }
        }
        let old = blocks.list.filter { ($0.account ?? account) == account && $0.span.lowerBound < edge }.sorted { $0.span.lowerBound < $1.span.lowerBound }
        for block in old where found.count < limit {
            let (rows, starts) = (try blockReader.rows(of: block), try blockReader.words(.startLow, .startHigh, of: block))
            let accounts = block.account == nil ? try blockReader.words(.account, of: block) : []
            for place in rows.indices where starts[place] < edge && (accounts.isEmpty || Int64(accounts[place]) == account) {
                // Of a late one the late digest counts.
                if !late.contains(rows[place]) { found.append(rows[place]) }
            }
        }
        return Array(found.prefix(limit))
    }

    /// After a failure: what waits for the indexes as the file has it.
    func readWaiting() throws {
        keys = try LateIndex(database, indexes)
        callers = try CallerIndex(database, key, indexes)
        longPasts = LongPasts()
        crowds = CrowdedInstants()
        try readRows { _ in }
    }
}
