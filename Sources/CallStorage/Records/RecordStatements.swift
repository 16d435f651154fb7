internal import CallModel
internal import SQLite

/// What is written and looked up for every call.
struct RecordStatements: ~Copyable {
    private var insert: Statement
    private var updateAll: Statement
    private var updateEnd: Statement
    private var updateInputs: Statement
    var read: Statement
    private var readCaller: Statement
    private var setSetting: Statement

    /// In the order in which `row` reads them.
    static let columns = """
        id, call_id, account, started_at, number, source, destination, outcome, hidden, due_at, updated_at, closed_at, facts, inputs, caller, answered_at, qualification
        """

    init(_ database: borrowing Database) throws(SQLiteError) {
        let insert = try database.prepare(
            """
            INSERT INTO calls (inputs, updated_at, closed_at, facts, outcome, destination, due_at, account, started_at, number, source, hidden, id, key, call_id,
                answered_at, qualification, caller)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            """)
        // SQLite writes those indexes whose columns a statement names, changed or not: so three of them.
        let updateAll = try database.prepare(
            """
            UPDATE calls SET inputs = ?1, updated_at = ?2, closed_at = ?3, facts = ?4, outcome = ?5, destination = ?6, due_at = ?7,
                account = ?8, started_at = ?9, number = ?10, source = ?11, hidden = ?12, answered_at = ?16, qualification = ?17, caller = ?18 WHERE id = ?13
            """)
        let updateEnd = try database.prepare(
            """
            UPDATE calls SET inputs = ?1, updated_at = ?2, closed_at = ?3, facts = ?4, outcome = ?5, destination = ?6, due_at = ?7,
                answered_at = ?16, qualification = ?17 WHERE id = ?13
            """)
        let updateInputs = try database.prepare("UPDATE calls SET inputs = ?1, updated_at = ?2, closed_at = ?3, facts = ?4 WHERE id = ?13")
        let read = try database.prepare("SELECT \(Self.columns) FROM calls WHERE id = ?1")
        let readCaller = try database.prepare("SELECT \(CallerCall.columns) FROM calls WHERE id = ?1")
        let setSetting = try database.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")
        self.insert = insert
        self.updateAll = updateAll
        self.updateEnd = updateEnd
        self.updateInputs = updateInputs
        self.read = read
        self.readCaller = readCaller
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
        sameEnd.answeredAt = old.answeredAt
        sameEnd.qualification = old.qualification
        if sameEnd == old {
            try Self.bind(row, to: &updateEnd, upTo: .end)
            return try updateEnd.run()
        }
        try Self.bind(row, to: &updateAll)
        try updateAll.run()
    }

    /// A row as a part of its caller's past.
    mutating func callerCall(_ row: Int64) throws(SQLiteError) -> CallerCall? {
        defer { readCaller.reset() }
        try readCaller.bind(row, at: 1)
        return try readCaller.step() ? CallerCall(readCaller) : nil
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
        try statement.bind(orNull: present(columns.answeredAt), at: 16)
        try statement.bind(orNull: present(columns.qualification), at: 17)
        if extent == .end { return }
        try statement.bind(columns.account, at: 8)
        try statement.bind(columns.startedAt, at: 9)
        try statement.bind(orNull: present(columns.number), at: 10)
        try statement.bind(orNull: present(columns.source), at: 11)
        try statement.bind(columns.hidden, at: 12)
        try statement.bind(orNull: present(columns.caller), at: 18)
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
                dueAt: optionalInt64(9), caller: int64(14), answeredAt: int64(15), qualification: int64(16)),
            inputs: PackedHistory(bytes(13)), facts: try names.facts(factsID), factsID: factsID, updatedAt: Timestamp(milliseconds: int64(10)),
            closedAt: optionalInt64(11).map(Timestamp.init(milliseconds:)))
    }
}
