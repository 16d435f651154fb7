internal import CallRouting
internal import SQLite

/// What is written for the changes of a batch.
struct LiveStatements: ~Copyable {
    private var setCall: Statement
    private var removeCall: Statement
    private var setDestination: Statement
    private var reset: Statement
    private var setQuarter: Statement
    private var setRotation: Statement
    private var addMarks: Statement
    private var forgetMarks: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        let setCall = try database.prepare("INSERT OR REPLACE INTO calls (id, call) VALUES (?1, ?2)")
        let removeCall = try database.prepare("DELETE FROM calls WHERE id = ?1")
        let setDestination = try database.prepare("INSERT OR REPLACE INTO destinations (account, destination, resets) VALUES (?1, ?2, ?3)")
        let reset = try database.prepare("DELETE FROM quarters WHERE account = ?1 AND destination = ?2")
        let setQuarter = try database.prepare(
            "INSERT OR REPLACE INTO quarters (account, destination, quarter, attempts, connections) VALUES (?1, ?2, ?3, ?4, ?5)")
        let setRotation = try database.prepare(
            "INSERT OR REPLACE INTO rotations (account, flow, place, pointer, counters) VALUES (?1, ?2, ?3, ?4, ?5)")
        let addMarks = try database.prepare("INSERT INTO marks (id, hashes) VALUES (?1, ?2)")
        let forgetMarks = try database.prepare("DELETE FROM marks WHERE id < ?1")
        self.setCall = setCall
        self.removeCall = removeCall
        self.setDestination = setDestination
        self.reset = reset
        self.setQuarter = setQuarter
        self.setRotation = setRotation
        self.addMarks = addMarks
        self.forgetMarks = forgetMarks
    }

    mutating func set(_ call: LiveCall, at id: Int64) throws(SQLiteError) {
        try setCall.bind(id, at: 1)
        try setCall.bind(call.packed, at: 2)
        try setCall.run()
    }

    mutating func removeCall(at id: Int64) throws(SQLiteError) {
        try removeCall.bind(id, at: 1)
        try removeCall.run()
    }

    mutating func set(_ row: CountedDestination) throws(SQLiteError) {
        try setDestination.bind(row.account, at: 1)
        try setDestination.bind(row.destinationID, at: 2)
        try setDestination.bind(row.resets, at: 3)
        try setDestination.run()
    }

    mutating func removeQuarters(of row: CountedDestination) throws(SQLiteError) {
        try reset.bind(row.account, at: 1)
        try reset.bind(row.destinationID, at: 2)
        try reset.run()
    }

    mutating func set(_ row: QuarterCount) throws(SQLiteError) {
        try setQuarter.bind(row.account, at: 1)
        try setQuarter.bind(row.destinationID, at: 2)
        try setQuarter.bind(row.quarter, at: 3)
        try setQuarter.bind(row.attempts, at: 4)
        try setQuarter.bind(row.connections, at: 5)
        try setQuarter.run()
    }

    mutating func set(_ row: RotationState) throws(SQLiteError) {
        try setRotation.bind(row.account, at: 1)
        try setRotation.bind(row.flow, at: 2)
        try setRotation.bind(row.place, at: 3)
        try setRotation.bind(orNull: row.pointer, at: 4)
        try setRotation.bind(row.packedCounters, at: 5)
        try setRotation.run()
    }

    mutating func add(_ marks: OverMarks, at id: Int64) throws(SQLiteError) {
        try addMarks.bind(id, at: 1)
        try addMarks.bind(marks.packedHashes, at: 2)
        try addMarks.run()
    }

    mutating func forgetMarks(before id: Int64) throws(SQLiteError) {
        try forgetMarks.bind(id, at: 1)
        try forgetMarks.run()
    }
}
