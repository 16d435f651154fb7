package import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func deleteCalls(account: String, before edge: Timestamp, limit: Int) throws(StorageError) -> Int {
        var gone: [CallRow] = []
        do throws(StorageError) {
            try transaction { () throws in
                guard let account = try names.id(.account, account) else { return 0 }
                gone = try rows("account = ?1 AND started_at < ?2 ORDER BY started_at, id LIMIT ?3", [account, edge.milliseconds, Int64(limit)])
                guard !gone.isEmpty else { return 0 }
                var delete = try database.prepare("DELETE FROM calls WHERE id = ?1", persistent: false)
                for row in gone {
                    try delete.bind(row.id, at: 1)
                    try delete.run()
                    try keys.deleteNow(key(row.callID), row: row.id)
                    try callers.deleteNow(row.columns.caller, row: row.id)
                }
                // Before the share of this transaction is written.
                forgetWaiting(gone)
                try statements.set(Self.wipeDue, 1)
                return 0
            }
        } catch {
            try readWaiting()
            throw error
        }
        for row in gone {
            recent.forget(row.callID)
            busyCallers.forget(row.columns.caller)
        }
        return gone.count
    }

    private func forgetWaiting(_ rows: [CallRow]) {
        for row in rows {
            keys.forget(key(row.callID), rows: [row.id])
            callers.forget(row.columns.caller, rows: [row.id])
        }
    }

    /// The late indexes as the file has them: after a failure, when what was forgotten in memory is still there.
    func readWaiting() throws(StorageError) {
        try storing {
            keys = try LateIndex(database, table: "call_keys", column: "key", setting: "keys_written")
            callers = try LateIndex(database, table: "caller_keys", column: "caller", setting: "callers_written")
        }
    }

    /// No row's number is given again: a late index has those up to its watermark, and would never look at a second one.
    static func lastRow(_ database: borrowing Database) throws(SQLiteError) -> Int64 {
        let rows = try database.number("SELECT max(id) FROM calls") ?? 0
        return max(rows, try database.number("SELECT max(value) FROM settings WHERE name IN ('keys_written', 'callers_written')") ?? 0)
    }
}
