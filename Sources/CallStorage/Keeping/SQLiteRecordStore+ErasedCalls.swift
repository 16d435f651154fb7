internal import SQLite

extension RecordSchema {
    /// Erased calls that a block may hold as they were: lists and reports go by their rows until it is written anew.
    static let erasedCalls = "CREATE TABLE IF NOT EXISTS erased_calls (call INTEGER PRIMARY KEY);"
}

extension SQLiteRecordStore {
    /// Blocks written anew in one transaction, at 2 to 5 ms each.
    private static let clearedAtOnce = 8

    /// Within a transaction: a call was erased that may stand in a block.
    func noteErased(_ rows: Set<Int64>) throws(SQLiteError) {
        if rows.isEmpty { return }
        var insert = try database.prepare("INSERT OR IGNORE INTO erased_calls (call) VALUES (?1)")
        for row in rows {
            try insert.bind(row, at: 1)
            try insert.run()
        }
        try statements.set(Self.wipeDue, 1)
    }

    package func clearErased() throws(StorageError) -> Bool {
        try storing {
            let left = SortedRows(try erasedRows())
            if left.isEmpty { return true }
            var work = BlockWork()
            var cleared: [Int64] = []
            var isDone = true
            try database.transaction {
                var written = 0
                for block in blocks.list where !left.within(block.rows).isEmpty {
                    let held = try blockReader.rows(of: block).filter(left.contains)
                    if held.isEmpty { continue }
                    if written == Self.clearedAtOnce {
                        isDone = false
                        break
                    }
                    try patch(block, &work)
                    cleared += held
                    written += 1
                }
                // What no block holds had not come into one.
                if isDone { cleared = left.all }
                try forget(cleared)
            }
            take(work, [], knownTo: lastRow)
            return isDone
        }
    }

    private func erasedRows() throws(SQLiteError) -> [Int64] {
        var read = try database.prepare("SELECT call FROM erased_calls", persistent: false)
        var rows: [Int64] = []
        while try read.step() { rows.append(read.int64(0)) }
        return rows
    }

    private func forget(_ rows: [Int64]) throws(SQLiteError) {
        var delete = try database.prepare("DELETE FROM erased_calls WHERE call = ?1")
        for row in rows {
            try delete.bind(row, at: 1)
            try delete.run()
        }
    }
}
