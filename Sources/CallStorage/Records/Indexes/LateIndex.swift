internal import SQLite

/// The calls by the hash of their ids: a table of (place, call) that is written late.
struct LateIndex: ~Copyable {
    private var pending: PendingKeys
    private var parts: IndexParts
    private let sizes: IndexSizes
    private var find: Statement
    private var insert: Statement
    private var delete: Statement
    static let setting = "keys_written"

    static let schema = """
        CREATE TABLE call_keys (place INTEGER NOT NULL, call INTEGER NOT NULL, PRIMARY KEY (place, call)) WITHOUT ROWID;
        \(IndexParts.schema(of: "call_keys"))
        """

    /// Reads nothing of calls: those behind the watermark are to be `add`ed.
    init(_ database: borrowing Database, _ sizes: IndexSizes) throws {
        let find = try database.prepare("SELECT call FROM call_keys WHERE place = ?1")
        let insert = try database.prepare("INSERT OR IGNORE INTO call_keys (place, call) VALUES (?1, ?2)")
        let delete = try database.prepare("DELETE FROM call_keys WHERE place = ?1 AND call = ?2")
        let parts = try IndexParts(database, index: "call_keys", sizes)
        let watermark = try database.number("SELECT value FROM settings WHERE name = '\(Self.setting)'") ?? 0
        pending = PendingKeys(watermark: watermark, capacity: sizes.waiting)
        self.parts = parts
        self.sizes = sizes
        self.find = find
        self.insert = insert
        self.delete = delete
    }

    /// Where a key stands in a part: one number, which SQLite compares faster than two. Of the key 48 bits are enough: the row has the id itself.
    private static func place(_ part: Int, _ key: Int64) -> Int64 { Int64(part) << 48 | Int64(UInt64(bitPattern: key) >> 16) }

    /// Keys of rows up to this one are in the file.
    var watermark: Int64 { pending.watermark }

    /// Takes the key of a row that is on disk; rows come in their order.
    mutating func add(_ key: Int64, row: Int64) { pending.add(PendingKeys.Entry(key: key, row: row)) }

    /// Within a transaction: the key of a row that is to have none. `forget` it as well.
    mutating func deleteNow(_ key: Int64, row: Int64) throws(SQLiteError) {
        try delete.bind(Self.place(sizes.part(of: row), key), at: 1)
        try delete.bind(row, at: 2)
        try delete.run()
    }

    /// What waits of the key for these rows is not written any more.
    mutating func forget(_ key: Int64, rows: Set<Int64>) { pending.forget(key, rows) }

    /// Rows whose keys are not in the file yet.
    func waiting(_ key: Int64) -> [Int64] { pending.rows(of: key) }

    /// Rows whose keys are in the file, also of some that wait; perhaps a stranger's among them.
    mutating func written(_ key: Int64) throws(SQLiteError) -> [Int64] {
        var rows: [Int64] = []
        var end = parts.end
        while let part = parts.part(before: end, having: key) {
            defer { find.reset() }
            try find.bind(Self.place(part, key), at: 1)
            while try find.step() { rows.append(find.int64(0)) }
            end = part
        }
        return rows
    }

    /// Within a transaction of `calls` new calls: the share of those that wait. Returns how many to `settle` once it is on disk.
    mutating func writeShare(calls: Int, _ statements: inout RecordStatements) throws(SQLiteError) -> Int {
        let share = pending.share(calls: calls)
        for entry in share where !pending.isForgotten(entry.row) { try write(entry) }
        if let watermark = pending.watermark(afterWriting: share.count) {
            try statements.set(Self.setting, watermark)
            try parts.write(all: true)
        }
        return share.count
    }

    mutating func settle(_ count: Int) {
        pending.settle(count)
        parts.settle()
    }

    /// After a transaction that failed.
    mutating func forgetShare() { parts.forgetWritten() }

    private mutating func write(_ entry: PendingKeys.Entry) throws(SQLiteError) {
        let part = sizes.part(of: entry.row)
        try insert.bind(Self.place(part, entry.key), at: 1)
        try insert.bind(entry.row, at: 2)
        try insert.run()
        parts.note(entry.key, at: 0, in: part, isUrgent: false)
    }
}
