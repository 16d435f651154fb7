import SQLite

struct ForgetStatements: ~Copyable {
    var request: Statement
    var deliveries: Statement
    var ended: Statement
    var oldest: Statement
    var setSetting: Statement
    /// Numbers of `ended` are without a gap, so that two of them say how many there are.
    private(set) var first: (number: Int64, sequence: Int64, at: Int64)?
    private(set) var lastNumber: Int64 = 0
    /// Ends since the last step.
    var fresh = 0

    var count: Int {
        first.map { Int(lastNumber - $0.number) + 1 } ?? 0
    }

    mutating func noteEnd(_ number: Int64, _ sequence: Int64, at time: Int64) {
        if first == nil { first = (number, sequence, time) }
        lastNumber = number
        fresh += 1
    }

    mutating func dropFirst() throws(SQLiteError) {
        guard let gone = first else { return }
        try ended.bind(gone.number, at: 1)
        try ended.run()
        try readFirst()
    }

    private mutating func readFirst() throws(SQLiteError) {
        defer { oldest.reset() }
        first = try oldest.step() ? (oldest.int64(0), oldest.int64(1), oldest.int64(2)) : nil
    }
}

extension ForgetStatements {
    init(_ database: borrowing Database) throws(SQLiteError) {
        self.init(
            request: try database.prepare("DELETE FROM request WHERE sequence = ?"),
            deliveries: try database.prepare("DELETE FROM delivery WHERE sequence = ?"),
            ended: try database.prepare("DELETE FROM ended WHERE number = ?"),
            oldest: try database.prepare("SELECT number, sequence, at FROM ended ORDER BY number LIMIT 1"),
            setSetting: try database.prepare("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)"))
    }

    /// Reads where the file stands; before the first use.
    mutating func load(_ database: borrowing Database) throws(SQLiteError) {
        lastNumber = try database.number("SELECT max(number) FROM ended") ?? 0
        try readFirst()
    }
}

extension JournalStore {
    /// Forgets the oldest ended ids that are due; a small step, twice as fast as ids end.
    mutating func forgetDue() throws(SQLiteError) {
        var budget = 2 * forgetting.fresh + 64
        forgetting.fresh = 0
        var greatest: Int64?
        while budget > 0, let first = forgetting.first, forgetting.count > retention.ids || retention.forgets(endedAt: first.at, now: now) {
            try forget(first.sequence)
            greatest = max(greatest ?? 0, first.sequence)
            try forgetting.dropFirst()
            budget -= 1
        }
        // Sequences are unique for ever, also when no row is left to tell the greatest.
        if let greatest { try keepFloor(greatest) }
    }

    mutating func forget(_ sequence: Int64) throws(SQLiteError) {
        try forgetting.request.bind(sequence, at: 1)
        try forgetting.request.run()
        try forgetting.deliveries.bind(sequence, at: 1)
        try forgetting.deliveries.run()
    }

    private mutating func keepFloor(_ sequence: Int64) throws(SQLiteError) {
        let floor = try setting("forgotten_sequence") ?? 0
        guard sequence > floor else { return }
        try forgetting.setSetting.bind("forgotten_sequence", at: 1)
        try forgetting.setSetting.bind(sequence, at: 2)
        try forgetting.setSetting.run()
    }
}
