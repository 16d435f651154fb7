import SQLite

/// The journal's file and what is done to it, without threads: one owner at a time.
///
/// Split by verb: `+Append`, `+Progress`, `+Dead`, `+Query`, `+Recovery`, `+Forgetting`.
struct JournalStore: ~Copyable {
    let database: Database
    let retention: JournalRetention
    var names: StoredServices
    var appending: AppendStatements
    var moving: ProgressStatements
    var dying: DeadStatements
    var asking: QueryStatements
    var forgetting: ForgetStatements
    /// Unix milliseconds: the latest time an operation spoke of. The journal has no clock of its own, so that the same operations always do the same.
    var now: Int64 = 0

    init(path: String, services: any JournalServices, retention: JournalRetention, maximumPages: Int?) throws(SQLiteError) {
        // 8 KiB pages: for frames of a few hundred bytes the cheapest of 4, 8 and 16 (measured). Checkpoints are the checkpointer's work: none by SQLite itself, in the middle of a commit.
        let database = try Database.openDataFile(at: path, schema: JournalSchema.current, pageSize: 8192, checkpointPages: 0)
        // KiB: holds the pages one transaction dirties and the inner pages of the index for random ids.
        try database.setPragma("cache_size", "-16384")
        if let maximumPages { try database.setPragma("max_page_count", "\(maximumPages)") }
        var names = try StoredServices(database, services)
        try names.load(database)
        var forgetting = try ForgetStatements(database)
        try forgetting.load(database)
        let appending = try AppendStatements(database)
        let moving = try ProgressStatements(database)
        let dying = try DeadStatements(database)
        let asking = try QueryStatements(database)
        self.database = database
        self.retention = retention
        self.names = names
        self.appending = appending
        self.moving = moving
        self.dying = dying
        self.asking = asking
        self.forgetting = forgetting
    }

    /// Works off one operation inside the open transaction. Throws `SQLiteError`: the transaction is lost then.
    mutating func perform(_ operation: JournalOperation, bytes: UnsafeRawBufferPointer, into report: inout JournalReport) throws(SQLiteError) {
        switch operation {
        case .append(let entry, let services):
            now = max(now, entry.acceptedAt)
            report.answers.append(try append(entry, to: services, frame: UnsafeRawBufferPointer(rebasing: bytes[entry.frame])))
        case .change(let sequence, let service, let progress):
            _ = try write(progress, at: 0, sequence, names.stored(service, in: database))
        case .end(let sequence, let service, let progress, let time):
            now = max(now, time)
            try end(sequence, names.stored(service, in: database), progress, at: time)
        case .settleDead(let ticket, let id, let service, let time):
            now = max(now, time)
            report.answers.append(.revived(ticket: ticket, try revive(id, names.stored(service, in: database), at: time)))
        case .find(let ticket, let id):
            try find(ticket, id, into: &report)
        case .listDead(let ticket, let service, let after, let limit):
            report.answers.append(try listDead(ticket, service, after: after, limit: limit))
        case .replay(let ticket, let service, let ids):
            try replay(ticket, service, ids, into: &report)
        case .purge(let ticket, let service, let ids, let time):
            now = max(now, time)
            report.answers.append(try purge(ticket, service, ids, at: time))
        case .readDead(let ticket, let id):
            try readDead(ticket, id, into: &report)
        }
    }

    /// What the file says cannot be: `what` names the row, never its content.
    func damaged(_ what: String) -> SQLiteError {
        SQLiteError(code: .corrupt, message: "the journal holds \(what)")
    }
}
