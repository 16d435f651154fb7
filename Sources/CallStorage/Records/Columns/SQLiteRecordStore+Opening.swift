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
        let first = min(keys.watermark, callers.watermark, blocksWatermark)
        let isLong = lastRow - first > Self.fewCalls
        func tell(_ done: Int64) {
            if isLong, done / Self.fewCalls != (done - Self.share) / Self.fewCalls { progress(RecordProgress(done: Int(done), all: Int(lastRow))) }
        }
        try readRows(tell)
        try readLateRows()
        try readDigests(tell)
        if isLong { progress(RecordProgress(done: Int(lastRow), all: Int(lastRow))) }
    }

    /// What waits for an index; where that is more than waits while calls are recorded, some of it is written at once.
    ///
    /// - Parameter tell: gets the row that each share begins behind.
    func readRows(_ tell: (Int64) -> Void) throws {
        let first = min(keys.watermark, callers.watermark)
        var statement = try database.prepare(
            "SELECT id, key, coalesce(caller, 0), account, started_at, coalesce(number, 0), hidden FROM calls WHERE id > ?1 AND id <= ?2 ORDER BY id", persistent: false)
        let (keysWritten, callersWritten) = (keys.watermark, callers.watermark)
        for start in stride(from: first, to: lastRow, by: Int(Self.share)) {
            defer { statement.reset() }
            try statement.bind(start, at: 1)
            try statement.bind(start + Self.share, at: 2)
            while try statement.step() {
                let row = statement.int64(0)
                if row > keysWritten { keys.add(statement.int64(1), row: row) }
                guard row > callersWritten else { continue }
                var columns = CallColumns()
                columns.caller = statement.int64(2)
                columns.account = statement.int64(3)
                columns.startedAt = statement.int64(4)
                columns.number = statement.int64(5)
                columns.hidden = statement.int64(6)
                callers.add(CallerEntry(columns, row: row), row: row)
            }
            if lastRow - first > 2 * Int64(indexes.waiting) { try writeShares() }
            tell(start)
        }
    }

    private func writeShares() throws {
        do {
            var (keysWritten, callersWritten) = (0, 0)
            try database.transaction {
                keysWritten = try keys.writeShare(calls: Int(Self.share), &statements)
                callersWritten = try callers.writeShare(calls: Int(Self.share), &statements)
            }
            keys.settle(keysWritten)
            callers.settle(callersWritten)
        } catch {
            keys.forgetShare()
            callers.forgetShare()
            throw error
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
