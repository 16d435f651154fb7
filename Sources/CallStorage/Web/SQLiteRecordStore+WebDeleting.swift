package import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func deleteVisitors(
        account: String, before edge: Timestamp, from cursor: Int64, limit: Int
    ) throws(StorageError) -> (deleted: Int, next: Int64?) {
        var (deleted, last, seen) = (0, cursor, 0)
        try transaction { () throws in
            guard let owner = try names.id(.account, account), webReads.accounts.contains(owner) else { return 0 }
            var read = try database.prepare("SELECT id, account FROM web_visitors WHERE id > ?1 ORDER BY id LIMIT ?2", persistent: false)
            try read.bind(cursor, at: 1)
            try read.bind(limit, at: 2)
            var visitors: [Int64] = []
            while try read.step() {
                (last, seen) = (read.int64(0), seen + 1)
                if read.int64(1) == owner { visitors.append(last) }
            }
            for visitor in visitors where try isPast(visitor, edge) {
                try deleteViews(of: visitor, account: owner)
                deleted += 1
            }
            if deleted > 0 { try statements.set(Self.wipeDue, 1) }
            return 0
        }
        return (deleted, seen == limit ? last : nil)
    }

    /// Whether all that is known of the visitor is older than the edge, and no call shows it.
    private func isPast(_ visitor: Int64, _ edge: Timestamp) throws(SQLiteError) -> Bool {
        // A lease goes on after the last page view, but not longer than any lasted.
        var read = try database.prepare(
            """
            SELECT EXISTS (SELECT 1 FROM web_calls WHERE visitor = ?1) FROM (SELECT max(at) AS latest FROM web_views WHERE visitor = ?1)
            WHERE latest < ?2 - (SELECT coalesce(max(longest), 0) FROM web_numbers)
            """)
        try read.bind(visitor, at: 1)
        try read.bind(edge.milliseconds, at: 2)
        guard try read.step() else { return false }
        return read.int64(0) == 0
    }

    private func deleteViews(of visitor: Int64, account: Int64) throws {
        var read = try database.prepare("SELECT DISTINCT page FROM web_views WHERE visitor = ?1", persistent: false)
        try read.bind(visitor, at: 1)
        while try read.step() { try noteErased(page: read.text(0), of: account) }
        for sql in ["DELETE FROM web_views WHERE visitor = ?1", "UPDATE web_visitors SET visitor = 'deleted-' || id WHERE id = ?1"] {
            var change = try database.prepare(sql, persistent: false)
            try change.bind(visitor, at: 1)
            try change.run()
        }
    }
}
