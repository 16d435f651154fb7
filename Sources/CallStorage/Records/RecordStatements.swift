internal import CallModel
internal import SQLite

/// What is written and looked up for every call.
struct RecordStatements: ~Copyable {
    private var insert: Statement
    private var updateAll: Statement
    private var updateEnd: Statement
    private var updateInputs: Statement
    var read: Statement
    var findKey: Statement
    private var insertKey: Statement
    private var setSetting: Statement

    /// In the order in which `row` reads them.
    static let columns = """
        id, call_id, account, started_at, number, source, destination, outcome, hidden, due_at, updated_at, closed_at, facts, inputs
        """

    init(_ database: borrowing Database) throws(SQLiteError) {
        let insert = try database.prepare(
            """
            INSERT INTO calls (inputs, updated_at, closed_at, facts, outcome, destination, due_at, account, started_at, number, source, hidden, id, key, call_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """)
        // SQLite writes those indexes whose columns a statement names, changed or not: so three of them.
        let updateAll = try database.prepare(
            """
            UPDATE calls SET inputs = ?1, updated_at = ?2, closed_at = ?3, facts = ?4, outcome = ?5, destination = ?6, due_at = ?7,
                account = ?8, started_at = ?9, number = ?10, source = ?11, hidden = ?12 WHERE id = ?13
            """)
        let updateEnd = try database.prepare(
            "UPDATE calls SET inputs = ?1, updated_at = ?2, closed_at = ?3, facts = ?4, outcome = ?5, destination = ?6, due_at = ?7 WHERE id = ?13")
        let updateInputs = try database.prepare("UPDATE calls SET inputs = ?1, updated_at = ?2, closed_at = ?3, facts = ?4 WHERE id = ?13")
        let read = try database.prepare("SELECT \(Self.columns) FROM calls WHERE id = ?1")
        let findKey = try database.prepare("SELECT call FROM call_keys WHERE key = ?1")
        let insertKey = try database.prepare("INSERT OR IGNORE INTO call_keys (key, call) VALUES (?1, ?2)")
        let setSetting = try database.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")
            self.insert = insert
        self.updateAll = updateAll
        self.updateEnd = updateEnd
        self.updateInputs = updateInputs
        self.read = read
        self.findKey = findKey
        self.insertKey = insertKey
        self.setSetting = setSetting
    }

    mutating func insert(_ row: CallRow, key: Int64) throws(SQLiteError) {
        try Self.bind(row, to: &insert)
        try insert.bind(key, at: 14)
        try insert.bind(row.callID, at: 15)
        try insert.run()
    }

    mutating func update(_ row: CallRow, from old: CallColumns) throws(SQLiteError) {
        if row.columns == old {
            try Self.bind(row, to: &updateInputs, upTo: .inputs)
            return try updateInputs.run()
        }
        var sameEnd = row.columns
        sameEnd.outcome = old.outcome
        sameEnd.destination = old.destination
        sameEnd.dueAt = old.dueAt
        if sameEnd == old {
            try Self.bind(row, to: &updateEnd, upTo: .end)
            return try updateEnd.run()
        }
        try Self.bind(row, to: &updateAll)
        try updateAll.run()
    }

    mutating func insertKey(_ entry: PendingKeys.Entry) throws(SQLiteError) {
        try insertKey.bind(entry.key, at: 1)
        try insertKey.bind(entry.row, at: 2)
        try insertKey.run()
    }

    mutating func set(_ name: String, _ value: Int64) throws(SQLiteError) {
        try setSetting.bind(name, at: 1)
        try setSetting.bind(value, at: 2)
        try setSetting.run()
    }

    private enum Extent: Int {
        case inputs, end, all
    }

    /// NULL where there is nothing: the partial indexes then have no entry.
    private static func present(_ value: Int64) -> Int64? { value == 0 ? nil : value }

    private static func bind(_ row: CallRow, to statement: inout Statement, upTo extent: Extent = .all) throws(SQLiteError) {
        let columns = row.columns
        try statement.bind(row.inputs.bytes, at: 1)
        try statement.bind(row.updatedAt.milliseconds, at: 2)
        try statement.bind(orNull: row.closedAt?.milliseconds, at: 3)
        try statement.bind(row.factsID, at: 4)
        try statement.bind(row.id, at: 13)
        if extent == .inputs { return }
        try statement.bind(orNull: present(columns.outcome), at: 5)
        try statement.bind(orNull: present(columns.destination), at: 6)
        try statement.bind(orNull: columns.dueAt, at: 7)
        if extent == .end { return }
        try statement.bind(columns.account, at: 8)
        try statement.bind(columns.startedAt, at: 9)
        try statement.bind(orNull: present(columns.number), at: 10)
        try statement.bind(orNull: present(columns.source), at: 11)
        try statement.bind(columns.hidden, at: 12)
    }
}

extension Statement {
    /// The row a statement over `RecordStatements.columns` stands on.
    func callRow(_ names: inout NameTable) throws -> CallRow {
        let factsID = int64(12)
        return CallRow(
            id: int64(0), callID: text(1),
            columns: CallColumns(
                account: int64(2), startedAt: int64(3), number: int64(4), source: int64(5), destination: int64(6), outcome: int64(7), hidden: int64(8),
                dueAt: optionalInt64(9)),
            inputs: PackedHistory(bytes(13)), facts: try names.facts(factsID), factsID: factsID, updatedAt: Timestamp(milliseconds: int64(10)),
            closedAt: optionalInt64(11).map(Timestamp.init(milliseconds:)))
    }
}
