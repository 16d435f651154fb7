internal import CallModel
internal import SQLite

/// How far a store is with what its opening does to calls of an earlier version.
package struct RecordProgress: Sendable {
    package var done: Int
    package var all: Int
}

extension SQLiteRecordStore {
    private static let share: Int64 = 4096
    /// Fewer calls than these are read in a moment, and nobody is told.
    private static let fewCalls: Int64 = 500_000

    /// Reads what is behind the watermarks: what waits for an index or a block. Calls of an earlier schema are all behind them; each share is on disk before the next is read.
    func catchUp(_ progress: (RecordProgress) -> Void) throws {
        let first = min(callers.watermark, blocksWatermark)
        let isLong = lastRow - first > Self.fewCalls
        func tell(_ done: Int64) {
            if isLong, done / Self.fewCalls != (done - Self.share) / Self.fewCalls { progress(RecordProgress(done: Int(done), all: Int(lastRow))) }
        }
        try readCallers(tell)
        try readLateRows()
        try readDigests(tell)
        if isLong { progress(RecordProgress(done: Int(lastRow), all: Int(lastRow))) }
    }

    /// - Parameter tell: gets the row that each share begins behind.
    func readCallers(_ tell: (Int64) -> Void) throws {
        var statement = try database.prepare(
            "SELECT id, coalesce(caller, 0), account, started_at, coalesce(number, 0), hidden FROM calls WHERE id > ?1 AND id <= ?2 ORDER BY id", persistent: false)
        for start in stride(from: callers.watermark, to: lastRow, by: Int(Self.share)) {
            defer { statement.reset() }
            try statement.bind(start, at: 1)
            try statement.bind(start + Self.share, at: 2)
            while try statement.step() {
                var columns = CallColumns()
                columns.caller = statement.int64(1)
                columns.account = statement.int64(2)
                columns.startedAt = statement.int64(3)
                columns.number = statement.int64(4)
                columns.hidden = statement.int64(5)
                callers.add(CallerEntry(columns, row: statement.int64(0)), row: statement.int64(0))
            }
            callers.settle(try database.transaction { try callers.writeShare(calls: Int(Self.share), &statements) })
            tell(start)
        }
    }

    private func readLateRows() throws {
        var rows = try database.prepare("SELECT call FROM late_calls", persistent: false)
        while try rows.step() {
            if let row = try row(rows.int64(0)) { late.set(try digest(of: row), mayBeInBlock: mayBeInBlock(row.id)) }
        }
    }

    private func readDigests(_ tell: (Int64) -> Void) throws {
        for start in stride(from: blocksWatermark, to: lastRow, by: Int(Self.share)) {
            // Names of an earlier schema's calls are given their numbers.
            var work = BlockWork()
            var digests: [CallDigest] = []
            try database.transaction {
                for row in try rows("id > ?1 AND id <= ?2 ORDER BY id", [start, start + Self.share]) { digests.append(try digest(of: row)) }
                if late.count - late.changed >= 2 * sizes.fewLate { try settleCalls(upTo: start, &work) }
            }
            take(work, [], knownTo: start)
            for digest in digests { late.set(digest, mayBeInBlock: mayBeInBlock(digest.row)) }
            tell(start)
        }
    }

    private func mayBeInBlock(_ row: Int64) -> Bool { blocks.list.contains { $0.rows.contains(row) } }
}
