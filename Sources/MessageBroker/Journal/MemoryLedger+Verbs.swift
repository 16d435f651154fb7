import MessageWire

extension MemoryLedger {
    mutating func append(_ entry: JournalEntry, _ services: DeliveryServices, _ frame: [UInt8]) -> JournalAnswer {
        if let sequence = sequences[entry.id], let known = held[sequence] {
            guard isForgotten(known) else { return .known(sequence: entry.sequence, digest: known.entry.digest) }
            held[sequence] = nil
        }
        var targets: [ServiceID] = []
        switch services {
        case .one(let service): targets = [service]
        case .several(let several):
            for service in several where !targets.contains(service) { targets.append(service) }
        }
        var kept = entry
        kept.frame = 0..<frame.count
        let method = frame.withUnsafeBytes { String(decoding: RequestPath.method(of: $0), as: UTF8.self) }
        held[entry.sequence] = Held(
            entry: kept, frame: frame, method: method, deliveries: targets.map { Delivery(service: $0, progress: DeliveryProgress(state: .ready)) })
        sequences[entry.id] = entry.sequence
        lastSequence = max(lastSequence, entry.sequence)
        return .stored(sequence: entry.sequence)
    }

    @discardableResult
    mutating func write(_ progress: DeliveryProgress, at time: Int64, _ sequence: UInt64, _ service: ServiceID) -> Bool {
        guard let place = held[sequence]?.deliveries.firstIndex(where: { $0.service == service }) else { return false }
        held[sequence]?.deliveries[place] = Delivery(service: service, progress: progress, endedAt: progress.isEnded ? time : 0)
        return true
    }

    mutating func end(_ sequence: UInt64, _ service: ServiceID, _ progress: DeliveryProgress, at time: Int64) {
        guard write(progress, at: time, sequence, service) else { return }
        if progress.state == .dead {
            deaths += 1
            dead.append((deaths, service, sequence))
        } else if progress.state == .settled, held[sequence]?.isSettled == true {
            held[sequence]?.frame = []
            ended.append((sequence, time))
        }
    }

    /// Takes one delivery out of the dead and ends it.
    mutating func settleDead(_ sequence: UInt64, _ service: ServiceID, at time: Int64, _ change: (DeliveryProgress) -> DeliveryProgress) {
        guard let progress = raise(sequence, service) else { return }
        end(sequence, service, change(progress), at: time)
    }

    mutating func replay(_ sequence: UInt64, _ service: ServiceID, _ report: inout JournalReport) -> (JournalEntry, DeliveryProgress)? {
        guard let progress = raise(sequence, service)?.replayed, let request = held[sequence] else { return nil }
        write(progress, at: 0, sequence, service)
        var entry = request.entry
        entry.frame = copy(request.frame, &report)
        return (entry, progress)
    }

    /// Those named, each once, or all of the service in the order of their deaths.
    func deadSequences(_ service: ServiceID, _ ids: [RequestID]?) -> [UInt64] {
        let all = dead.filter { $0.service == service }.map(\.sequence)
        guard let ids else { return all }
        var found: [UInt64] = []
        for id in ids {
            guard let sequence = sequences[id], all.contains(sequence), !found.contains(sequence) else { continue }
            found.append(sequence)
        }
        return found
    }

    func find(_ ticket: UInt64, _ id: RequestID, _ names: any JournalServices, _ report: inout JournalReport) {
        guard let request = sequences[id].flatMap({ held[$0] }), !isForgotten(request) else {
            return report.answers.append(.missing(ticket: ticket))
        }
        for delivery in request.deliveries {
            report.answers.append(.found(ticket: ticket, of: request.deliveries.count, request.told(delivery.service, names)))
        }
    }

    func readDead(_ ticket: UInt64, _ id: RequestID, _ names: any JournalServices, _ report: inout JournalReport) {
        let request = sequences[id].flatMap { held[$0] }
        let dead = request?.deliveries.filter { $0.progress.state == .dead } ?? []
        guard let request, !dead.isEmpty else { return report.answers.append(.missing(ticket: ticket)) }
        let frame = copy(request.frame, &report)
        for delivery in dead {
            report.answers.append(.found(ticket: ticket, of: dead.count, request.told(delivery.service, names, frame: frame)))
        }
    }

    mutating func forgetDue() {
        while forgotten < ended.count, ended.count - forgotten > retention.ids || retention.forgets(endedAt: ended[forgotten].at, now: now) {
            let sequence = ended[forgotten].sequence
            // The id may belong to a later request by now.
            if let request = held.removeValue(forKey: sequence), sequences[request.entry.id] == sequence {
                sequences[request.entry.id] = nil
            }
            forgotten += 1
        }
        guard forgotten > ended.count / 2 else { return }
        ended.removeFirst(forgotten)
        forgotten = 0
    }

    private func isForgotten(_ request: Held) -> Bool {
        request.isSettled && retention.forgets(endedAt: request.deliveries.map(\.endedAt).max() ?? 0, now: now)
    }

    private mutating func raise(_ sequence: UInt64, _ service: ServiceID) -> DeliveryProgress? {
        guard let row = dead.firstIndex(where: { $0.sequence == sequence && $0.service == service }) else { return nil }
        dead.remove(at: row)
        return held[sequence]?.deliveries.first { $0.service == service }?.progress
    }

    private func copy(_ frame: [UInt8], _ report: inout JournalReport) -> Range<Int> {
        let start = report.bytes.count
        report.bytes += frame
        return start..<report.bytes.count
    }
}
