import MessageWire
import ZeroMQ

/// What the broker asks of its journal, and makes of its reports.
extension Broker {
    /// Puts a question into the batch, and remembers who asked.
    mutating func ask(
        _ subject: Inquiry.Subject, from connection: ConnectionReference = .none, id: RequestID = .zero, _ effects: inout Effects,
        _ operation: (_ ticket: UInt64, Moment) -> JournalOperation
    ) {
        let inquiry = Inquiry(subject: subject, connection: connection, id: id)
        guard journalFailure == nil, inquiries.count < Self.inquiryLimit else { return unanswerable(inquiry, &effects) }
        tickets += 1
        inquiries[tickets] = inquiry
        effects.journal.operations.append(operation(tickets, now))
        effects.journal.hurry(.answer)
    }

    /// Questions on their way at once: a flood of them is turned away instead of growing.
    private static var inquiryLimit: Int { 16_384 }

    /// A question that the journal will not answer.
    private mutating func unanswerable(_ inquiry: Inquiry, _ effects: inout Effects) {
        let status: StatusCode = journalFailure == nil ? .resourceExhausted : .unavailable
        let message = journalFailure == nil ? "too many questions are open" : "the journal has failed"
        switch inquiry.subject {
        case .settleDead, .freeDisk: counters.drop(.lateDone)
        case .state(let id, _):
            guard isThere(inquiry.connection) else { return }
            send(Header(.state, status: status.rawValue, timeout: 1000, id: id), metadata: .message(message), to: inquiry.connection.id, &effects)
        default: fail(inquiry, Refusal(status, message, .retry(1000)), &effects)
        }
    }

    /// An empty question, so that a report with the free disk comes.
    mutating func askForDisk(_ effects: inout Effects) {
        ask(.freeDisk, &effects) { ticket, _ in .find(ticket: ticket, id: .zero) }
    }

    /// The journal has worked off a batch.
    package mutating func journalReported(_ report: borrowing JournalReport, at moment: Moment, _ effects: inout Effects) {
        now = moment
        freeDisk = report.freeDisk
        if let failure = report.failure { return journalFailed(failure, &effects) }
        for answer in report.answers {
            switch answer {
            case .stored(let sequence): stored(sequence, &effects)
            case .known(let sequence, let digest): known(sequence, digest, &effects)
            case .replayed(let ticket, let service, let requests): replayed(ticket, service, requests, report.bytes, &effects)
            case .revived(let ticket, let wasDead): revived(ticket, wasDead)
            case .found, .missing, .page, .purged: answered(answer, report.bytes, &effects)
            }
        }
    }

    private mutating func stored(_ sequence: UInt64, _ effects: inout Effects) {
        if let place = accepting.removeValue(forKey: sequence) { stored(place, &effects) }
        if let exchange = records.removeValue(forKey: sequence) {
            exchanges[requests[exchange.index].exchange.index].record = 0
            deliver(exchange, teed: true, &effects)
        }
    }

    /// The id was used before, by a request that has ended: the same one again, or another.
    private mutating func known(_ sequence: UInt64, _ digest: RequestDigest, _ effects: inout Effects) {
        guard let place = accepting.removeValue(forKey: sequence) else { return }
        withdraw(place)
        timers.clear(place.index)
        let others = takeWaiting(place)
        let isSame = self.digest(of: place) == digest
        unchain(place)
        let request = requests.remove(place.index)
        for reference in [request.producer] + others where isThere(reference) {
            if isSame {
                accepted(request.id, duplicate: true, to: reference.id, &effects)
            } else {
                refuse(
                    Refusal(.alreadyExists, "the id belongs to another request", .never), Header(.request, id: request.id), to: reference.id, &effects)
            }
        }
    }

    /// Nothing more will ever be on disk: what waits for it is told, and the broker drains (reliability.md).
    private mutating func journalFailed(_ failure: JournalError, _ effects: inout Effects) {
        journalFailure = failure
        for place in accepting.values {
            withdraw(place)
            timers.clear(place.index)
            let others = takeWaiting(place)
            unchain(place)
            let request = requests.remove(place.index)
            for reference in [request.producer] + others where isThere(reference) {
                refuse(Refusal(.unavailable, "the journal has failed", .retry(1000)), Header(.request, id: request.id), to: reference.id, &effects)
            }
        }
        accepting.removeAll()
        for exchange in records.values {
            exchanges[requests[exchange.index].exchange.index].record = 0
            deliver(exchange, teed: false, &effects)
        }
        records.removeAll()
        let unanswered = inquiries.values
        inquiries.removeAll()
        for inquiry in unanswered { unanswerable(inquiry, &effects) }
        drain(&effects)
    }

    private mutating func revived(_ ticket: UInt64, _ wasDead: Bool) {
        guard case .settleDead(let service) = inquiries.removeValue(forKey: ticket)?.subject, wasDead else { return }
        counters.settled += 1
        if services.exists(service) { services[service].dead -= 1 }
    }

    /// Dead deliveries are ready again: behind all that waits, and as if they had never failed.
    private mutating func replayed(
        _ ticket: UInt64, _ service: ServiceID, _ entries: [(JournalEntry, DeliveryProgress)], _ bytes: [UInt8], _ effects: inout Effects
    ) {
        for (entry, progress) in entries {
            sequence += 1
            let place = bytes.withUnsafeBytes { bytes in
                revive(entry, progress, UnsafeRawBufferPointer(rebasing: bytes[entry.frame]), for: service, order: sequence)
            }
            guard place.exists else { continue }
            services[service].dead -= 1
            arm(place)
            ready(place)
        }
        dispatch(service, &effects)
        guard let inquiry = inquiries.removeValue(forKey: ticket) else { return }
        reply(["replayed": .integer(Int64(entries.count))], to: inquiry, &effects)
    }

    /// Brings a stored delivery back into memory; none where its frame is not a request's.
    private mutating func revive(
        _ entry: JournalEntry, _ progress: DeliveryProgress, _ stored: UnsafeRawBufferPointer, for service: ServiceID, order: UInt64
    ) -> RequestPlace {
        let name = services[service].name
        var message = buffers.message(copying: stored)
        if entry.service != service { message = message.readdressed(to: name, in: buffers) }
        guard let (header, metadata) = message.withUnsafeBytes({ frame in try? Self.read(frame) }) else { return .none }
        let deadline = entry.expiresAt > 0 ? max(1, now.monotonic + entry.expiresAt - now.wall) : 0
        let place = enter(
            message, header, metadata, for: service, asked: entry.service, sequence: entry.sequence, order: order,
            phase: .ready, producer: .none, deadline: deadline, acceptedAt: entry.acceptedAt)
        requests[place.index].mayHaveBeenSent = true
        requests[place.index].isKeyed = metadata.orderingKey != nil
        requests[place.index].attempts = progress.attempts
        requests[place.index].failures = progress.failures
        requests[place.index].losses = progress.losses
        requests[place.index].lastStatus = progress.lastStatus
        if !progress.lastMessage.isEmpty { lastMessages[place] = progress.lastMessage }
        if let first = self.entry(of: header.id) {
            if first >= 0 { requests[place.index].sibling = RequestPlace(first) }
            index.replace(header.id, first, by: place.index)
        } else {
            index.insert(header.id, place.index)
        }
        return place
    }

    /// A delivery that was unsettled when the broker last stopped. Its lease is over; a delay goes on.
    package mutating func recover(_ recovered: RecoveredRequest, _ frame: UnsafeRawBufferPointer) {
        // A service that the file no longer names: its letters stay in the journal until it is named again.
        guard let service = services.find(recovered.service) else { return }
        let place = revive(recovered.entry, recovered.progress, frame, for: service, order: recovered.entry.sequence)
        guard place.exists else { return }
        let wait = recovered.progress.nextAttemptAt - now.wall
        if recovered.progress.state == .delayed, wait > 0 {
            // A delayed one holds its key (wire.md §3); it waits behind an earlier one with the same key instead of for its time.
            if requests[place.index].isKeyed, !takeKey(place) {
                services[service].queuedBytes += requests[place.index].size
                return arm(place)
            }
            delay(place, milliseconds: wait)
        } else {
            arm(place)
            ready(place)
        }
    }
}
