import MessageWire
import SQLite

struct QueryStatements: ~Copyable {
    var sequence: Statement
    var request: Statement
    var deliveries: Statement
    var frame: Statement
}

extension QueryStatements {
    init(_ database: borrowing Database) throws(SQLiteError) {
        self.init(
            sequence: try database.prepare("SELECT sequence FROM request WHERE id = ?"),
            request: try database.prepare("SELECT id, digest, service, target, accepted_at, expires_at, method, progress FROM request WHERE sequence = ?"),
            deliveries: try database.prepare("SELECT service, progress FROM delivery WHERE sequence = ? ORDER BY place"),
            frame: try database.prepare("SELECT frame FROM body WHERE sequence = ?"))
    }
}

/// A request with all its deliveries.
struct StoredRequest {
    struct Delivery {
        var service: (id: ServiceID, name: String)
        var progress: DeliveryProgress
        var endedAt: Int64
    }

    var entry: JournalEntry
    var method: String
    var deliveries: [Delivery]

    func told(_ delivery: Delivery, frame: Range<Int> = 0..<0) -> StoredDelivery {
        var entry = entry
        entry.frame = frame
        return StoredDelivery(
            entry: entry, service: delivery.service.name, path: delivery.service.name + method, progress: delivery.progress, endedAt: delivery.endedAt)
    }
}

extension JournalStore {
    mutating func find(_ ticket: UInt64, _ id: RequestID, into report: inout JournalReport) throws(SQLiteError) {
        guard let request = try request(id) else { return report.answers.append(.missing(ticket: ticket)) }
        for delivery in request.deliveries {
            report.answers.append(.found(ticket: ticket, of: request.deliveries.count, request.told(delivery)))
        }
    }

    mutating func readDead(_ ticket: UInt64, _ id: RequestID, into report: inout JournalReport) throws(SQLiteError) {
        let request = try request(id)
        let dead = request?.deliveries.filter { $0.progress.state == .dead } ?? []
        guard let request, !dead.isEmpty else { return report.answers.append(.missing(ticket: ticket)) }
        let frame = try copyFrame(request.entry.sequence, into: &report)
        for delivery in dead {
            report.answers.append(.found(ticket: ticket, of: dead.count, request.told(delivery, frame: frame)))
        }
    }

    /// The request that has the id; nil too where it is to be forgotten but has not been yet.
    mutating func request(_ id: RequestID) throws(SQLiteError) -> StoredRequest? {
        guard let sequence = try sequence(of: id), let request = try request(sequence) else { return nil }
        let isOver = request.deliveries.allSatisfy { $0.progress.state == .settled }
        let endedAt = request.deliveries.map(\.endedAt).max() ?? 0
        return isOver && retention.forgets(endedAt: endedAt, now: now) ? nil : request
    }

    mutating func sequence(of id: RequestID) throws(SQLiteError) -> UInt64? {
        defer { asking.sequence.reset() }
        try asking.sequence.bind(id.bytes, at: 1)
        return try asking.sequence.step() ? UInt64(bitPattern: asking.sequence.int64(0)) : nil
    }

    mutating func request(_ sequence: UInt64) throws(SQLiteError) -> StoredRequest? {
        defer { asking.request.reset() }
        try asking.request.bind(Int64(bitPattern: sequence), at: 1)
        guard try asking.request.step() else { return nil }
        let entry = JournalEntry(
            sequence: sequence, id: asking.request.withBytes(0, RequestID.init), digest: asking.request.withBytes(1, RequestDigest.init),
            service: try live(asking.request.int64(2)).id, acceptedAt: asking.request.int64(4), expiresAt: asking.request.int64(5), frame: 0..<0)
        var request = StoredRequest(entry: entry, method: asking.request.text(6), deliveries: [])
        if let target = asking.request.optionalInt64(3) {
            request.deliveries = [try delivery(target, asking.request.withBytes(7, PackedProgress.unpack))]
        } else {
            request.deliveries = try deliveries(sequence)
        }
        return request
    }

    mutating func deliveries(_ sequence: UInt64) throws(SQLiteError) -> [StoredRequest.Delivery] {
        defer { asking.deliveries.reset() }
        try asking.deliveries.bind(Int64(bitPattern: sequence), at: 1)
        var deliveries: [StoredRequest.Delivery] = []
        while try asking.deliveries.step() {
            deliveries.append(try delivery(asking.deliveries.int64(0), asking.deliveries.withBytes(1, PackedProgress.unpack)))
        }
        return deliveries
    }

    mutating func copyFrame(_ sequence: UInt64, into report: inout JournalReport) throws(SQLiteError) -> Range<Int> {
        defer { asking.frame.reset() }
        try asking.frame.bind(Int64(bitPattern: sequence), at: 1)
        guard try asking.frame.step() else { throw damaged("an unsettled request without its frame") }
        let start = report.bytes.count
        asking.frame.withBytes(0) { span in span.withUnsafeBytes { report.bytes.append(contentsOf: $0) } }
        return start..<report.bytes.count
    }

    mutating func live(_ stored: Int64) throws(SQLiteError) -> (id: ServiceID, name: String) {
        guard let service = names.live(stored) else { throw damaged("a service number without a name") }
        return service
    }

    private mutating func delivery(_ service: Int64, _ unpacked: (progress: DeliveryProgress, endedAt: Int64)?) throws(SQLiteError) -> StoredRequest.Delivery {
        guard let unpacked else { throw damaged("a progress that no version wrote") }
        return StoredRequest.Delivery(service: try live(service), progress: unpacked.progress, endedAt: unpacked.endedAt)
    }
}
