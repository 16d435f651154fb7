internal import CallAttribution
internal import CallModel
internal import SQLite

extension RecordSchema {
    /// Callers who were erased, by a keyed hash of their numbers, and when: what comes late of an earlier call is stripped.
    static let erasing = """
        CREATE TABLE IF NOT EXISTS erased (account INTEGER NOT NULL, caller INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (account, caller)) WITHOUT ROWID;
        """

    /// Who stands for a caller in those of his calls that are erased, while not all of them are: afterwards nothing leads from the number to the calls.
    static let erasingPersons = """
        CREATE TABLE IF NOT EXISTS erasing (account INTEGER NOT NULL, caller INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (account, caller)) WITHOUT ROWID;
        """
}

/// Who was erased (records.md §7). The numbers themselves are not kept.
struct ErasedCallers: ~Copyable {
    private struct Caller: Hashable {
        var account: Int64
        var hash: Int64
    }

    private var moments: [Caller: Timestamp]
    /// Of erasures that are not done.
    private var persons: [Caller: Int64]
    private var insert: Statement
    private var insertPerson: Statement
    private var deletePerson: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        let moments = try Self.moments(database)
        let persons = try Self.persons(database)
        let insert = try database.prepare("INSERT OR REPLACE INTO erased (account, caller, at) VALUES (?1, ?2, ?3)")
        let insertPerson = try database.prepare("INSERT OR REPLACE INTO erasing (account, caller, person) VALUES (?1, ?2, ?3)")
        deletePerson = try database.prepare("DELETE FROM erasing WHERE account = ?1 AND caller = ?2")
        self.insert = insert
        self.insertPerson = insertPerson
        self.moments = moments
        self.persons = persons
    }

    var isEmpty: Bool { moments.isEmpty }

    /// When the caller was erased last; nil where he never was.
    func moment(of caller: Int64, in account: Int64, _ key: CallKey) -> Timestamp? {
        caller == 0 ? nil : moments[Caller(account: account, hash: key(caller: caller))]
    }

    /// Within a transaction; where that fails, `read` again.
    ///
    /// - Parameter isPartial: whether calls of his are left for another transaction.
    /// - Returns: who stands for him in the calls that are erased now: the same until none is left.
    mutating func note(_ caller: Int64, in account: Int64, at moment: Timestamp, isPartial: Bool, _ key: CallKey) throws(SQLiteError) -> Int64 {
        let erased = Caller(account: account, hash: key(caller: caller))
        // Erased again later: calls in between are of the past too. A clock that went back takes nothing back.
        let moment = max(moment, moments[erased] ?? moment)
        let person = persons[erased] ?? Erasure.randomPerson()
        try insert.bind(account, at: 1)
        try insert.bind(erased.hash, at: 2)
        try insert.bind(moment.milliseconds, at: 3)
        try insert.run()
        moments[erased] = moment
        if isPartial {
            try insertPerson.bind(account, at: 1)
            try insertPerson.bind(erased.hash, at: 2)
            try insertPerson.bind(person, at: 3)
            try insertPerson.run()
            persons[erased] = person
        } else if persons.removeValue(forKey: erased) != nil {
            try deletePerson.bind(account, at: 1)
            try deletePerson.bind(erased.hash, at: 2)
            try deletePerson.run()
        }
        return person
    }

    mutating func read(_ database: borrowing Database) throws(SQLiteError) {
        moments = try Self.moments(database)
        persons = try Self.persons(database)
    }

    private static func moments(_ database: borrowing Database) throws(SQLiteError) -> [Caller: Timestamp] {
        var moments: [Caller: Timestamp] = [:]
        var rows = try database.prepare("SELECT account, caller, at FROM erased", persistent: false)
        while try rows.step() {
            moments[Caller(account: rows.int64(0), hash: rows.int64(1))] = Timestamp(milliseconds: rows.int64(2))
        }
        return moments
    }

    private static func persons(_ database: borrowing Database) throws(SQLiteError) -> [Caller: Int64] {
        var persons: [Caller: Int64] = [:]
        var rows = try database.prepare("SELECT account, caller, person FROM erasing", persistent: false)
        while try rows.step() { persons[Caller(account: rows.int64(0), hash: rows.int64(1))] = rows.int64(2) }
        return persons
    }
}
