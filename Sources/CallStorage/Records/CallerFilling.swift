internal import CallAttribution
internal import CallModel
internal import SQLite

/// Brings calls of the first schema forward, which knew neither callers nor answers nor qualification: what a migration in SQL cannot read out of the inputs.
///
/// A share at a time, so that an interruption costs no more than one.
enum CallerFilling {
    private static let share = 5000

    static func run(_ database: borrowing Database, _ names: inout NameTable, _ statements: inout RecordStatements) throws {
        guard let last = try database.number("SELECT value FROM settings WHERE name = 'callers_to_fill'") else { return }
        var update = try database.prepare("UPDATE calls SET caller = ?1, answered_at = ?2, qualification = ?3 WHERE id = ?4", persistent: false)
        while true {
            let rows = try nextRows(database, &names, upTo: last)
            try database.begin()
            do {
                for row in rows {
                    var columns = row.columns
                    let record = try row.inputs.history(callID: row.callID).record(facts: row.facts, now: row.closedAt)
                    columns.describeCaller(record, row.facts)
                    try update.bind(columns.caller, at: 1)
                    try update.bind(columns.answeredAt, at: 2)
                    try update.bind(columns.qualification, at: 3)
                    try update.bind(row.id, at: 4)
                    try update.run()
                }
                if let row = rows.last { try statements.set("callers_written", row.id) }
                if rows.isEmpty { try database.execute("DELETE FROM settings WHERE name = 'callers_to_fill'") }
                try database.commit()
            } catch {
                // The first error is the one that explains.
                try? database.rollback()
                throw error
            }
            if rows.isEmpty { return }
        }
    }

    private static func nextRows(_ database: borrowing Database, _ names: inout NameTable, upTo last: Int64) throws -> [CallRow] {
        var statement = try database.prepare(
            """
            SELECT \(RecordStatements.columns) FROM calls
            WHERE id > coalesce((SELECT value FROM settings WHERE name = 'callers_written'), 0) AND id <= ?1 ORDER BY id LIMIT \(share)
            """, persistent: false)
        try statement.bind(last, at: 1)
        var rows: [CallRow] = []
        while try statement.step() { rows.append(try statement.callRow(&names)) }
        return rows
    }
}
