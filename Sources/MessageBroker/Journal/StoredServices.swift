import SQLite

/// The services' numbers in the file beside their numbers in this broker's life.
struct StoredServices: ~Copyable {
    private let services: any JournalServices
    private var storedByLive: [ServiceID: Int64] = [:]
    private var liveByStored: [Int64: (id: ServiceID, name: String)] = [:]
    private var insert: Statement

    init(_ database: borrowing Database, _ services: any JournalServices) throws(SQLiteError) {
        let insert = try database.prepare("INSERT INTO service (name) VALUES (?)")
        self.services = services
        self.insert = insert
    }

    /// Reads the names the file has; before the first use.
    mutating func load(_ database: borrowing Database) throws(SQLiteError) {
        var all = try database.prepare("SELECT number, name FROM service", persistent: false)
        while try all.step() {
            note(all.int64(0), all.text(1), services.number(of: all.text(1)))
        }
    }

    /// The number in the file, given now if there is none.
    mutating func stored(_ live: ServiceID, in database: borrowing Database) throws(SQLiteError) -> Int64 {
        if let number = storedByLive[live] { return number }
        let name = services.name(of: live)
        try insert.bind(name, at: 1)
        try insert.run()
        let number = database.lastInsertRowID
        note(number, name, live)
        return number
    }

    /// Nil for a number that is in no row: the file is damaged.
    func live(_ stored: Int64) -> (id: ServiceID, name: String)? {
        liveByStored[stored]
    }

    private mutating func note(_ stored: Int64, _ name: String, _ live: ServiceID) {
        storedByLive[live] = stored
        liveByStored[stored] = (live, name)
    }
}
