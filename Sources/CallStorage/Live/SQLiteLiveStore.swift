package import CallModel
package import CallRouting
internal import SQLite

/// The live store on disk: `<data>/live-calls/live.db` (interfaces.md §1).
///
/// Write-ahead log, a sync at each commit. A damaged or newer file is refused and left as it is.
package final class SQLiteLiveStore: LiveStore {
    package let key: SecretKey
    let database: Database
    private var statements: LiveStatements
    var leases: LeaseStatements
    /// Rows of the calls that are going on; nil: to be read, since what the last commit came to is not known.
    private var rows: [String: Int64]?
    private var lastCall: Int64 = 0
    private var lastMarks: Int64 = 0
    /// The last to go: the file is closed before the next owner may open it.
    private let folder: DataFolder

    /// Pages in the log before they are moved into the file: the same few are written again and again.
    private static let checkpointPages = 4000
    /// Ids of one minute's marks: no more commits fit into one.
    private static let idsPerMinute: Int64 = 1 << 24

    /// Opens, or makes, the store in `folder` and claims it. Throws `folderInUse`, `damaged`, `incompatible` or `unavailable`, with what to do.
    package init(folder path: String) throws(StorageError) {
        let folder = try DataFolder(claiming: path)
        do {
            let database = try Database.openDataFile(at: path + "/live.db", schema: LiveSchema.file, checkpointPages: Self.checkpointPages)
            key = try Self.key(of: database)
            statements = try LiveStatements(database)
            leases = try LeaseStatements(database)
            self.database = database
            self.folder = folder
        } catch {
            throw StorageError(error)
        }
    }

    package func load() throws(StorageError) -> LiveRows {
        try storing {
            var all = LiveRows()
            // All of it as it was at one moment.
            try database.transaction {
                all.calls = try calls()
                all.destinations = try read("SELECT account, destination, resets FROM destinations") { row in
                    CountedDestination(account: row.text(0), destinationID: row.text(1), resets: Int(row.int64(2)))
                }
                all.quarters = try read("SELECT account, destination, quarter, attempts, connections FROM quarters") { row in
                    QuarterCount(
                        account: row.text(0), destinationID: row.text(1), quarter: Int(row.int64(2)), attempts: Int(row.int64(3)),
                        connections: Int(row.int64(4)))
                }
                all.rotations = try read("SELECT account, flow, place, pointer, counters FROM rotations") { row in
                    RotationState(
                        account: row.text(0), flow: row.text(1), place: row.text(2), pointer: row.optionalText(3),
                        counters: try RotationState.counters(packed: row.bytes(4)))
                }
                all.marks = try read("SELECT id, hashes FROM marks ORDER BY id") { row in
                    OverMarks(minute: Int(row.int64(0) / Self.idsPerMinute), hashes: try OverMarks.hashes(packed: row.bytes(1)))
                }
                lastMarks = try database.number("SELECT max(id) FROM marks") ?? 0
            }
            return all
        }
    }

    package func apply(_ changes: LiveChanges) throws(StorageError) {
        if rows == nil { _ = try load() }
        var rows = rows.take() ?? [:]
        try storing {
            try database.transaction {
                for id in changes.removedCalls {
                    if let row = rows.removeValue(forKey: id) { try statements.removeCall(at: row) }
                }
                for call in changes.calls { try statements.set(call, at: row(of: call, &rows)) }
                for row in changes.resetDestinations { try statements.removeQuarters(of: row) }
                for row in changes.destinations { try statements.set(row) }
                for row in changes.quarters { try statements.set(row) }
                for row in changes.rotations { try statements.set(row) }
                if let minute = changes.marksKeptFrom { try statements.forgetMarks(before: Int64(minute) * Self.idsPerMinute) }
                for marks in changes.marks {
                    lastMarks = max(lastMarks + 1, Int64(marks.minute) * Self.idsPerMinute)
                    try statements.add(marks, at: lastMarks)
                }
            }
        }
        self.rows = rows
    }

    /// Its own, or a new one at the end.
    private func row(of call: LiveCall, _ rows: inout [String: Int64]) -> Int64 {
        if let row = rows[call.callID] { return row }
        lastCall += 1
        rows[call.callID] = lastCall
        return lastCall
    }

    private func calls() throws -> [LiveCall] {
        var rows: [String: Int64] = [:]
        let calls = try read("SELECT id, call FROM calls ORDER BY id") { row in
            let call = try LiveCall(packed: row.bytes(1))
            rows[call.callID] = row.int64(0)
            return call
        }
        self.rows = rows
        lastCall = rows.values.max() ?? 0
        return calls
    }

    func read<Row>(_ sql: String, _ row: (borrowing Statement) throws -> Row) throws -> [Row] {
        var statement = try database.prepare(sql, persistent: false)
        var rows: [Row] = []
        while try statement.step() { rows.append(try row(statement)) }
        return rows
    }

    private static func key(of database: borrowing Database) throws(SQLiteError) -> SecretKey {
        func setting(_ name: String) throws(SQLiteError) -> UInt64 {
            UInt64(bitPattern: try database.number("SELECT value FROM settings WHERE name = '\(name)'") ?? 0)
        }
        return SecretKey(first: try setting("key_first"), second: try setting("key_second"))
    }
}
