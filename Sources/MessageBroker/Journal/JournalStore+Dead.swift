import MessageWire
import SQLite

struct DeadStatements: ~Copyable {
    var bury: Statement
    var raise: Statement
    var page: Statement
    var all: Statement
    var isDead: Statement
}

extension DeadStatements {
    init(_ database: borrowing Database) throws(SQLiteError) {
        self.init(
            bury: try database.prepare("INSERT INTO dead (service, sequence) VALUES (?, ?)"),
            raise: try database.prepare("DELETE FROM dead WHERE sequence = ? AND service = ?"),
            page: try database.prepare("SELECT number, sequence FROM dead WHERE service = ? AND number > ? ORDER BY number LIMIT ?"),
            all: try database.prepare("SELECT sequence FROM dead WHERE service = ? ORDER BY number"),
            isDead: try database.prepare("SELECT 1 FROM dead WHERE sequence = ? AND service = ?"))
    }
}

extension JournalStore {
    mutating func bury(_ sequence: UInt64, _ service: Int64) throws(SQLiteError) {
        try dying.bury.bind(service, at: 1)
        try dying.bury.bind(Int64(bitPattern: sequence), at: 2)
        try dying.bury.run()
    }

    mutating func revive(_ id: RequestID, _ service: Int64, at time: Int64) throws(SQLiteError) -> Bool {
        guard let sequence = try sequence(of: id), try isDead(sequence, service), let (_, delivery) = try dead(sequence, service) else { return false }
        try raise(sequence, service)
        try end(sequence, service, delivery.progress.revived, at: time)
        return true
    }

    mutating func listDead(_ ticket: UInt64, _ service: ServiceID, after: UInt64, limit: Int) throws(SQLiteError) -> JournalAnswer {
        // One more tells whether there is a next page.
        let found = try deadRows(names.stored(service, in: database), after: Int64(clamping: after), limit: max(0, limit) + 1)
        let page = found.prefix(max(0, limit))
        var told: [StoredDelivery] = []
        for (_, sequence) in page {
            guard let (request, delivery) = try dead(sequence, names.stored(service, in: database)) else { continue }
            told.append(request.told(delivery))
        }
        return .page(ticket: ticket, told, next: found.count > page.count ? page.last?.number ?? after : nil)
    }

    mutating func replay(_ ticket: UInt64, _ service: ServiceID, _ ids: [RequestID]?, into report: inout JournalReport) throws(SQLiteError) {
        let stored = try names.stored(service, in: database)
        var ready: [(JournalEntry, DeliveryProgress)] = []
        for sequence in try deadSequences(stored, ids) {
            guard let (request, delivery) = try dead(sequence, stored) else { continue }
            let progress = delivery.progress.replayed
            try raise(sequence, stored)
            _ = try write(progress, at: 0, sequence, stored)
            var entry = request.entry
            entry.frame = try copyFrame(sequence, into: &report)
            ready.append((entry, progress))
        }
        report.answers.append(.replayed(ticket: ticket, service: service, ready))
    }

    mutating func purge(_ ticket: UInt64, _ service: ServiceID, _ ids: [RequestID]?, at time: Int64) throws(SQLiteError) -> JournalAnswer {
        let stored = try names.stored(service, in: database)
        var count = 0
        for sequence in try deadSequences(stored, ids) {
            guard let (_, delivery) = try dead(sequence, stored) else { continue }
            try raise(sequence, stored)
            try end(sequence, stored, delivery.progress.purged, at: time)
            count += 1
        }
        return .purged(ticket: ticket, service: service, count: count)
    }

    private mutating func deadRows(_ service: Int64, after: Int64, limit: Int) throws(SQLiteError) -> [(number: UInt64, sequence: UInt64)] {
        defer { dying.page.reset() }
        try dying.page.bind(service, at: 1)
        try dying.page.bind(after, at: 2)
        try dying.page.bind(limit, at: 3)
        var rows: [(number: UInt64, sequence: UInt64)] = []
        while try dying.page.step() {
            rows.append((UInt64(bitPattern: dying.page.int64(0)), UInt64(bitPattern: dying.page.int64(1))))
        }
        return rows
    }

    /// Those named, each once, or all of the service in the order of their deaths.
    private mutating func deadSequences(_ service: Int64, _ ids: [RequestID]?) throws(SQLiteError) -> [UInt64] {
        var sequences: [UInt64] = []
        guard let ids else {
            defer { dying.all.reset() }
            try dying.all.bind(service, at: 1)
            while try dying.all.step() {
                sequences.append(UInt64(bitPattern: dying.all.int64(0)))
            }
            return sequences
        }
        var seen: Set<UInt64> = []
        for id in ids {
            guard let sequence = try sequence(of: id), try isDead(sequence, service), seen.insert(sequence).inserted else { continue }
            sequences.append(sequence)
        }
        return sequences
    }

    private mutating func isDead(_ sequence: UInt64, _ service: Int64) throws(SQLiteError) -> Bool {
        defer { dying.isDead.reset() }
        try dying.isDead.bind(Int64(bitPattern: sequence), at: 1)
        try dying.isDead.bind(service, at: 2)
        return try dying.isDead.step()
    }

    private mutating func raise(_ sequence: UInt64, _ service: Int64) throws(SQLiteError) {
        try dying.raise.bind(Int64(bitPattern: sequence), at: 1)
        try dying.raise.bind(service, at: 2)
        try dying.raise.run()
    }

    private mutating func dead(_ sequence: UInt64, _ service: Int64) throws(SQLiteError) -> (StoredRequest, StoredRequest.Delivery)? {
        let name = try live(service).id
        guard let request = try request(sequence), let delivery = request.deliveries.first(where: { $0.service.id == name && $0.progress.state == .dead }) else {
            return nil
        }
        return (request, delivery)
    }
}
