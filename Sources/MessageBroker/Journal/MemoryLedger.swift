import MessageWire

/// What `MemoryJournal` remembers: the tables of the journal's file as dictionaries.
struct MemoryLedger {
    struct Delivery {
        var service: ServiceID
        var progress: DeliveryProgress
        var endedAt: Int64 = 0
    }

    struct Held {
        var entry: JournalEntry
        /// Empty once settled.
        var frame: [UInt8]
        var method: String
        var deliveries: [Delivery]
    }

    let retention: JournalRetention
    var held: [UInt64: Held] = [:]
    var sequences: [RequestID: UInt64] = [:]
    /// Ascending numbers.
    var dead: [(number: UInt64, service: ServiceID, sequence: UInt64)] = []
    var deaths: UInt64 = 0
    /// Settled requests in the order of their ends.
    var ended: [(sequence: UInt64, at: Int64)] = []
    /// How many of `ended` are forgotten and wait to be cut off in one piece.
    var forgotten = 0
    var lastSequence: UInt64 = 0
    var epoch: UInt64 = 0
    var tokenKey: (UInt64, UInt64)?
    var now: Int64 = 0

    init(retention: JournalRetention) {
        self.retention = retention
    }

    mutating func open(names: any JournalServices) -> JournalOpening {
        epoch += 1
        var random = SystemRandomNumberGenerator()
        let key = tokenKey ?? (random.next(), random.next())
        tokenKey = key
        var counts: [String: Int] = [:]
        for (_, service, _) in dead { counts[names.name(of: service), default: 0] += 1 }
        return JournalOpening(epoch: epoch, tokenKey: key, lastSequence: lastSequence, dead: counts)
    }

    func unsettled(names: any JournalServices) -> [(RecoveredRequest, [UInt8])] {
        held.values.sorted { $0.entry.sequence < $1.entry.sequence }.flatMap { request in
            request.deliveries.filter { !$0.progress.isEnded }.map { delivery in
                (RecoveredRequest(entry: request.entry, service: names.name(of: delivery.service), progress: delivery.progress), request.frame)
            }
        }
    }

    mutating func perform(_ batch: JournalBatch, names: any JournalServices, into report: inout JournalReport) {
        for operation in batch.operations {
            perform(operation, batch.bytes, names, &report)
        }
        forgetDue()
    }

    private mutating func perform(_ operation: JournalOperation, _ bytes: [UInt8], _ names: any JournalServices, _ report: inout JournalReport) {
        switch operation {
        case .append(let entry, let services):
            now = max(now, entry.acceptedAt)
            report.answers.append(append(entry, services, Array(bytes[entry.frame])))
        case .change(let sequence, let service, let progress):
            write(progress, at: 0, sequence, service)
        case .end(let sequence, let service, let progress, let time):
            now = max(now, time)
            end(sequence, service, progress, at: time)
        case .settleDead(let ticket, let id, let service, let time):
            now = max(now, time)
            let sequence = deadSequences(service, [id]).first
            if let sequence { settleDead(sequence, service, at: time, \.revived) }
            report.answers.append(.revived(ticket: ticket, sequence != nil))
        case .find(let ticket, let id):
            find(ticket, id, names, &report)
        case .listDead(let ticket, let service, let after, let limit):
            let rest = dead.filter { $0.service == service && $0.number > after }
            let page = rest.prefix(max(0, limit))
            let told = page.compactMap { row in held[row.sequence].map { $0.told(service, names) } }
            report.answers.append(.page(ticket: ticket, told, next: rest.count > page.count ? page.last?.number ?? after : nil))
        case .replay(let ticket, let service, let ids):
            let ready = deadSequences(service, ids).compactMap { replay($0, service, &report) }
            report.answers.append(.replayed(ticket: ticket, service: service, ready))
        case .purge(let ticket, let service, let ids, let time):
            now = max(now, time)
            let sequences = deadSequences(service, ids)
            for sequence in sequences { settleDead(sequence, service, at: time, \.purged) }
            report.answers.append(.purged(ticket: ticket, service: service, count: sequences.count))
        case .readDead(let ticket, let id):
            readDead(ticket, id, names, &report)
        }
    }
}

extension DeliveryProgress {
    var isEnded: Bool {
        state == .dead || state == .settled
    }
}

extension MemoryLedger.Held {
    var isSettled: Bool {
        deliveries.allSatisfy { $0.progress.state == .settled }
    }

    func told(_ service: ServiceID, _ names: any JournalServices, frame: Range<Int> = 0..<0) -> StoredDelivery {
        // Asked only for a service that is among the deliveries.
        let delivery = deliveries.first { $0.service == service } ?? deliveries[0]
        var entry = entry
        entry.frame = frame
        let name = names.name(of: service)
        return StoredDelivery(entry: entry, service: name, path: name + method, progress: delivery.progress, endedAt: delivery.endedAt)
    }
}
