package import CallAttribution
package import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func list(_ query: CallQuery) throws(StorageError) -> CallPage {
        let limit = try query.checkedLimit()
        let cursor = try query.cursor.map { text throws(StorageError) in try CallCursor(text) }
        return try storing {
            guard let (filter, rest) = try filter(query) else { return CallPage(calls: [], next: nil, hidden: .init()) }
            var found: [(call: StoredCall, place: CallCursor)] = []
            var after = cursor
            var isAtEnd = false
            // One more than asked for tells whether there is a next page.
            while found.count <= limit, !isAtEnd {
                var page = filter
                if !query.showsHidden { page.require("hidden = 0") }
                if let after {
                    page.require("started_at <= ?", after.startedAt)
                    page.require("(started_at < ? OR id < ?)", after.startedAt, after.row)
                }
                let rows = try database.calls(page, order: "ORDER BY started_at DESC, id DESC LIMIT \(limit + 1)", &names)
                isAtEnd = rows.count <= limit
                for row in rows {
                    let place = CallCursor(startedAt: row.columns.startedAt, row: row.id)
                    after = place
                    let call = try stored(row)
                    if rest.allSatisfy({ $0.holds(call.record.value(of: $0.field)) }) { found.append((call, place)) }
                }
            }
            return CallPage(
                calls: found.prefix(limit).map(\.call), next: found.count > limit ? found[limit - 1].place.text : nil,
                hidden: query.showsHidden || !query.countsHidden ? .init() : try hidden(filter, rest))
        }
    }

    package func figures(account: String, range: Range<Timestamp>, _ body: (CallFigures) -> Void) throws(StorageError) {
        try storing {
            guard let account = try names.id(.account, account) else { return }
            var filter = CallFilter(index: "calls_by_time")
            filter.require("account = ?", account)
            filter.require("started_at >= ?", range.lowerBound.milliseconds)
            filter.require("started_at < ?", range.upperBound.milliseconds)
            filter.require("hidden = 0")
            for row in try database.calls(filter, order: "ORDER BY started_at, id", &names) {
                let call = try stored(row)
                var figures = CallFigures(call.record, &figureNames)
                figures.isConversion = call.isConversion
                body(figures)
            }
        }
    }

    package var reportNames: any ReportNames { figureNames }

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

    /// Nil where a name of the query is no call's: then no call matches. With it come the conditions that no column serves.
    private func filter(_ query: CallQuery) throws(SQLiteError) -> (filter: CallFilter, rest: [RecordCondition])? {
        var account: Int64 = 0
        if case .account(let name) = query.scope {
            guard let id = try names.id(.account, name) else { return nil }
            account = id
        }
        var filter = CallFilter(index: "calls_by_time")
        filter.require("account = ?", account)
        var rest: [RecordCondition] = []
        let kinds: [RecordField: NameTable.Kind] = [.source: .source, .trackingNumber: .number, .destinationID: .destination]
        for condition in query.conditions {
            guard case .text(let text) = condition.test else {
                rest.append(condition)
                continue
            }
            if condition.field == .outcome {
                filter.require("outcome = ?", CallOutcome(rawValue: text)?.code ?? -1, index: "calls_by_outcome")
            } else if let kind = kinds[condition.field] {
                guard let id = try names.id(kind, text, in: account) else { return nil }
                let column = kind == .number ? "number" : kind == .source ? "source" : "destination"
                filter.require("\(column) = ?", id, index: "calls_by_\(column)")
            } else {
                rest.append(condition)
            }
        }
        if let since = query.since { filter.require("started_at >= ?", since.milliseconds) }
        if let until = query.until { filter.require("started_at < ?", until.milliseconds) }
        return (filter, rest)
    }

    private func hidden(_ filter: CallFilter, _ rest: [RecordCondition]) throws -> CallPage.Hidden {
        var filter = filter
        filter.require("hidden > 0")
        filter.index = "calls_hidden"
        var hidden = CallPage.Hidden()
        for row in try database.calls(filter, order: "", &names) {
            let record = try stored(row).record
            guard rest.allSatisfy({ $0.holds(record.value(of: $0.field)) }) else { continue }
            if record.isTest { hidden.test += 1 } else { hidden.spam += 1 }
        }
        return hidden
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
