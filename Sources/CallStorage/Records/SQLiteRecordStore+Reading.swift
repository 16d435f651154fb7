package import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func list(_ query: CallQuery) throws(StorageError) -> CallPage {
        let limit = try query.checkedLimit()
        let cursor = try query.cursor.map { text throws(StorageError) in try CallCursor(text) }
        return try storing {
            guard let filter = try filter(query) else { return CallPage(calls: [], next: nil, hidden: .init()) }
            var page = filter
            if !query.showsHidden { page.require("hidden = 0") }
            if let cursor {
                page.require("started_at <= ?", cursor.startedAt)
                page.require("(started_at < ? OR id < ?)", cursor.startedAt, cursor.row)
            }
            // One more than asked for tells whether there is a next page.
            let rows = try database.calls(page, order: "ORDER BY started_at DESC, id DESC LIMIT \(limit + 1)", &names)
            let last = rows.count > limit ? rows[limit - 1] : nil
            return CallPage(
                calls: try rows.prefix(limit).map { try stored($0) },
                next: last.map { CallCursor(startedAt: $0.columns.startedAt, row: $0.id).text },
                hidden: query.showsHidden ? .init() : try hidden(filter))
        }
    }

    package func summarizeBySource(account: String, range: Range<Timestamp>) throws(StorageError) -> [SourceSummary] {
        try storing {
            guard let account = try names.id(.account, account) else { return [] }
            var statement = try database.prepare(
                """
                SELECT (SELECT substr(text, 2) FROM names WHERE id = source), count(*), sum(outcome = ?4), sum(outcome = ?5) FROM calls INDEXED BY calls_by_time
                WHERE account = ?1 AND started_at >= ?2 AND started_at < ?3 AND hidden = 0 GROUP BY source
                """, persistent: false)
            for (place, value) in [account, range.lowerBound.milliseconds, range.upperBound.milliseconds, CallOutcome.answered.code, CallOutcome.missed.code].enumerated() {
                try statement.bind(value, at: place + 1)
            }
            var summaries: [SourceSummary] = []
            while try statement.step() {
                summaries.append(
                    SourceSummary(
                        source: statement.optionalText(0), calls: Int(statement.int64(1)), answered: Int(statement.int64(2)), missed: Int(statement.int64(3))))
            }
            return summaries.sorted(by: SourceSummary.isBefore)
        }
    }

    package func accounts() throws(StorageError) -> [String] {
        try storing {
            var statement = try database.prepare(
                "SELECT text FROM names WHERE scope = 0 AND EXISTS (SELECT 1 FROM calls WHERE account = names.id) ORDER BY text", persistent: false)
            var accounts: [String] = []
            while try statement.step() { accounts.append(statement.text(0)) }
            return accounts
        }
    }

    /// Nil where a name of the query is no call's: then no call matches.
    private func filter(_ query: CallQuery) throws(SQLiteError) -> CallFilter? {
        var account: Int64 = 0
        if case .account(let name) = query.scope {
            guard let id = try names.id(.account, name) else { return nil }
            account = id
        }
        var filter = CallFilter(index: "calls_by_time")
        filter.require("account = ?", account)
        // The last index named is the one used: the rarer a value, the later.
        if let outcome = query.outcome { filter.require("outcome = ?", outcome.code, index: "calls_by_outcome") }
        for (column, kind, text) in [("source", NameTable.Kind.source, query.source), ("number", .number, query.trackingNumber), ("destination", .destination, query.destinationID)] {
            guard let text else { continue }
            guard let id = try names.id(kind, text, in: account) else { return nil }
            filter.require("\(column) = ?", id, index: "calls_by_\(column)")
        }
        if let since = query.since { filter.require("started_at >= ?", since.milliseconds) }
        if let until = query.until { filter.require("started_at < ?", until.milliseconds) }
        return filter
    }

    private func hidden(_ filter: CallFilter) throws(SQLiteError) -> CallPage.Hidden {
        var filter = filter
        filter.require("hidden > 0")
        filter.index = "calls_hidden"
        var statement = try database.prepare("SELECT sum(hidden = 1), sum(hidden = 2) FROM \(filter.sql)", persistent: false)
        try filter.bind(to: &statement)
        guard try statement.step() else { return .init() }
        return CallPage.Hidden(spam: Int(statement.int64(0)), test: Int(statement.int64(1)))
    }
}

/// A condition on `calls`, with the index that serves it. Values are bound, never written into SQL.
struct CallFilter {
    var index: String
    private var conditions: [String] = []
    private var values: [Int64] = []

    init(index: String) { self.index = index }

    mutating func require(_ condition: String, _ values: Int64..., index: String? = nil) {
        conditions.append(condition)
        self.values += values
        if let index { self.index = index }
    }

    var sql: String { "calls INDEXED BY \(index) WHERE \(conditions.joined(separator: " AND "))" }

    func bind(to statement: inout Statement) throws(SQLiteError) {
        for (place, value) in values.enumerated() { try statement.bind(value, at: place + 1) }
    }
}

extension Database {
    func calls(_ filter: CallFilter, order: String, _ names: inout NameTable) throws -> [CallRow] {
        var statement = try prepare("SELECT \(RecordStatements.columns) FROM \(filter.sql) \(order)", persistent: false)
        try filter.bind(to: &statement)
        var rows: [CallRow] = []
        while try statement.step() { rows.append(try statement.callRow(&names)) }
        return rows
    }
}
