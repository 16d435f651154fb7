internal import SQLite

/// An index of `calls` by keys that come in no order: a table of (key, call) that is written late.
struct LateIndex: ~Copyable {
    private var pending: PendingKeys
    private var find: Statement
    private var insert: Statement
    private var delete: Statement
    private let setting: String

    /// - Parameters:
    ///   - column: of `calls`, which holds the key.
    ///   - setting: where the watermark is kept.
    init(_ database: borrowing Database, table: String, column: String, setting: String) throws(SQLiteError) {
        let find = try database.prepare("SELECT call FROM \(table) WHERE key = ?1")
        let insert = try database.prepare("INSERT OR IGNORE INTO \(table) (key, call) VALUES (?1, ?2)")
        let delete = try database.prepare("DELETE FROM \(table) WHERE key = ?1 AND call = ?2")
        var pending = PendingKeys(watermark: try database.number("SELECT value FROM settings WHERE name = '\(setting)'") ?? 0)
        var rows = try database.prepare("SELECT coalesce(\(column), 0), id FROM calls WHERE id > ?1 ORDER BY id", persistent: false)
        try rows.bind(pending.watermark, at: 1)
        while try rows.step() { pending.add(PendingKeys.Entry(key: rows.int64(0), row: rows.int64(1))) }
        self.pending = pending
        self.find = find
        self.insert = insert
        self.delete = delete
        self.setting = setting
    }

    /// Takes the key of a new row that is on disk; rows come in their order.
    mutating func add(_ key: Int64, row: Int64) { pending.add(PendingKeys.Entry(key: key, row: row)) }

    /// Within a transaction: the key of a row that had another.
    mutating func insertNow(_ key: Int64, row: Int64) throws(SQLiteError) { try write(PendingKeys.Entry(key: key, row: row)) }

    /// Within a transaction: the key of a row that is to have none. `forget` it as well once that is on disk.
    mutating func deleteNow(_ key: Int64, row: Int64) throws(SQLiteError) {
        try delete.bind(key, at: 1)
        try delete.bind(row, at: 2)
        try delete.run()
    }

    /// What waits of the key for these rows is not written any more.
    mutating func forget(_ key: Int64, rows: Set<Int64>) { pending.forget(key, rows) }

    /// Rows whose keys are not in the file yet.
    func waiting(_ key: Int64) -> [Int64] { pending.rows(of: key) }

    /// Rows whose keys are in the file, also of some that wait.
    mutating func written(_ key: Int64) throws(SQLiteError) -> [Int64] {
        defer { find.reset() }
        try find.bind(key, at: 1)
        var rows: [Int64] = []
        while try find.step() { rows.append(find.int64(0)) }
        return rows
    }

    /// Within a transaction of `calls` new calls: the share of those that wait. Returns how many to `settle` once it is on disk.
    mutating func writeShare(calls: Int, _ statements: inout RecordStatements) throws(SQLiteError) -> Int {
        let share = pending.share(calls: calls)
        for entry in share where !pending.isForgotten(entry.row) { try write(entry) }
        if let watermark = pending.watermark(afterWriting: share.count) { try statements.set(setting, watermark) }
        return share.count
    }

    mutating func settle(_ count: Int) { pending.settle(count) }

    private mutating func write(_ entry: PendingKeys.Entry) throws(SQLiteError) {
        try insert.bind(entry.key, at: 1)
        try insert.bind(entry.row, at: 2)
        try insert.run()
    }
}
