package import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func deleteCalls(account: String?, before edge: Timestamp, limit: Int) throws(StorageError) -> Int {
        var gone: [CallRow] = []
        // Before the transaction, which may begin with writing blocks anew.
        let old = try storing { () throws -> [Int64] in
            let owner: Int64? = if let account { try names.id(.account, account) } else { Self.nobody }
            return try owner.map { try rows(ofAccount: $0, before: edge.milliseconds, limit: limit) } ?? []
        }
        if old.isEmpty { return 0 }
        do throws(StorageError) {
            try transaction { () throws in
                for id in old { if let row = try row(id) { gone.append(row) } }
                guard !gone.isEmpty else { return 0 }
                var delete = try database.prepare("DELETE FROM calls WHERE id = ?1", persistent: false)
                for row in gone {
                    try forgetWeb(of: row)
                    try delete.bind(row.id, at: 1)
                    try delete.run()
                    let key = key(row.callID)
                    try keys.deleteNow(key, row: row.id)
                    // Before the share of this transaction is written.
                    keys.forget(key, rows: [row.id])
                    noteDeleted(row)
                }
                try statements.set(Self.wipeDue, 1)
                return 0
            }
        } catch {
            // What was forgotten in memory is still in the file.
            try storing { try readWaiting() }
            throw error
        }
        for row in gone {
            recent.forget(row.callID)
            busyCallers.forget(row.columns.caller)
        }
        return gone.count
    }
}
