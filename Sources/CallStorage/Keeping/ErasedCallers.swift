internal import CallModel
internal import SQLite

extension RecordSchema {
    /// Callers who were erased, by a keyed hash of their numbers, and when: what comes late of an earlier call is stripped.
    static let erasing = """
        CREATE TABLE IF NOT EXISTS erased (account INTEGER NOT NULL, caller INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (account, caller)) WITHOUT ROWID;
        """
}

/// Who was erased (records.md §7). The numbers themselves are not kept.
struct ErasedCallers: ~Copyable {
    private struct Caller: Hashable {
        var account: Int64
        var hash: Int64
    }

    private var moments: [Caller: Timestamp]
    private var insert: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        let moments = try Self.moments(database)
        insert = try database.prepare("INSERT OR REPLACE INTO erased (account, caller, at) VALUES (?1, ?2, ?3)")
        self.moments = moments
    }

    var isEmpty: Bool { moments.isEmpty }

    /// When the caller was erased last; nil where he never was.
    func moment(of caller: Int64, in account: Int64, _ key: CallKey) -> Timestamp? {
        caller == 0 ? nil : moments[Caller(account: account, hash: key(caller: caller))]
    }

    /// Within a transaction; where that fails, `read` again.
    mutating func note(_ caller: Int64, in account: Int64, at moment: Timestamp, _ key: CallKey) throws(SQLiteError) {
        let erased = Caller(account: account, hash: key(caller: caller))
        // Erased again later: calls in between are of the past too. A clock that went back takes nothing back.
        let moment = max(moment, moments[erased] ?? moment)
        try insert.bind(account, at: 1)
        try insert.bind(erased.hash, at: 2)
        try insert.bind(moment.milliseconds, at: 3)
        try insert.run()
        moments[erased] = moment
    }

    mutating func read(_ database: borrowing Database) throws(SQLiteError) { moments = try Self.moments(database) }

    private static func moments(_ database: borrowing Database) throws(SQLiteError) -> [Caller: Timestamp] {
        var moments: [Caller: Timestamp] = [:]
        var rows = try database.prepare("SELECT account, caller, at FROM erased", persistent: false)
        while try rows.step() {
            moments[Caller(account: rows.int64(0), hash: rows.int64(1))] = Timestamp(milliseconds: rows.int64(2))
        }
        return moments
    }
}

extension CallKey {
    /// Of a caller's digits: nobody who does not know the file can tell whose hash it is.
    fileprivate func callAsFunction(caller: Int64) -> Int64 {
        withUnsafeBytes(of: caller.bigEndian) { bytes in bytes.withMemoryRebound(to: UInt8.self) { hash($0) } }
    }
}
