import MessageWire
import ZeroMQ

/// QUERY, CANCEL, and the answers to questions that went to the journal.
extension Broker {
    mutating func query(_ header: Header, from connection: ConnectionID, _ effects: inout Effects) {
        if let place = visible(header.id) {
            guard requests[place.index].isDurable else { return unknown(header.id, connection, &effects) }
            return state(describe(place), header.id, reference(connection), &effects)
        }
        ask(.state(header.id, cancelled: false), from: reference(connection), &effects) { ticket, _ in .find(ticket: ticket, id: header.id) }
    }

    /// Best effort (wire.md §3): a unary request is answered at once to whoever takes it back, a durable one is settled
    /// unless a worker has it.
    mutating func cancel(_ header: Header, from connection: ConnectionID, _ effects: inout Effects) {
        if let entry = entry(of: header.id), entry < 0 { return }
        guard let place = visible(header.id) else {
            ask(.state(header.id, cancelled: true), from: reference(connection), &effects) { ticket, _ in .find(ticket: ticket, id: header.id) }
            return
        }
        guard requests[place.index].isDurable else { return cancelUnary(place, header, connection, &effects) }
        var delivery = place
        var isSettled = false
        while delivery.exists {
            let next = requests[delivery.index].sibling
            switch requests[delivery.index].phase {
            case .ready, .heldByKey, .delayed:
                requests[delivery.index].lastStatus = StatusCode.cancelled.rawValue
                settle(delivery, reason: "cancelled", &effects)
                isSettled = true
            default: break
            }
            delivery = next
        }
        guard isSettled else { return state(describe(place), header.id, reference(connection), &effects) }
        // It is told once it is on disk: until then a restart would bring the request back.
        ask(.state(header.id, cancelled: true), from: reference(connection), &effects) { ticket, _ in .find(ticket: ticket, id: header.id) }
    }

    private mutating func cancelUnary(_ place: RequestPlace, _ header: Header, _ connection: ConnectionID, _ effects: inout Effects) {
        guard requests[place.index].phase != .answered else { return }
        let sender = reference(connection)
        let isFirst = requests[place.index].producer == sender
        guard isFirst || joined[place]?.contains(sender) == true else { return }
        if requests[place.index].isJoined {
            // The others still want it: only this connection is out.
            let others = joined[place] ?? []
            connections[connection.index].open -= 1
            requests[place.index].producer = isFirst ? others[0] : requests[place.index].producer
            let rest = isFirst ? Array(others.dropFirst()) : others.filter { $0 != sender }
            joined[place] = rest.isEmpty ? nil : rest
            requests[place.index].isJoined = !rest.isEmpty
            send(Header(.response, status: StatusCode.cancelled.rawValue, id: header.id), metadata: .message("cancelled"), to: connection, &effects)
            return
        }
        let service = requests[place.index].service
        if requests[place.index].phase == .leased { revoke(place, &effects) }
        fail(place, .cancelled, "cancelled", &effects)
        dispatch(service, &effects)
    }

    /// The request in memory with this id, once it may be seen.
    func visible(_ id: RequestID) -> RequestPlace? {
        guard let entry = entry(of: id), entry >= 0, requests[entry].phase != .accepting else { return nil }
        return RequestPlace(entry)
    }

    mutating func state(_ json: JSON, _ id: RequestID, _ connection: ConnectionReference, _ effects: inout Effects) {
        send(Message(Header(.state, id: id), metadata: [], body: json.utf8), to: connection, &effects)
    }

    private mutating func unknown(_ id: RequestID, _ connection: ConnectionID, _ effects: inout Effects) {
        send(
            Header(.state, status: StatusCode.notFound.rawValue, id: id), metadata: .message("no durable request has this id"),
            to: connection, &effects)
    }

    // MARK: what the journal said

    mutating func answered(_ answer: JournalAnswer, _ bytes: [UInt8], _ effects: inout Effects) {
        switch answer {
        case .found(let ticket, let all, let delivery):
            guard var inquiry = inquiries.removeValue(forKey: ticket) else { return }
            let least = inquiry.found.flatMap { $0.progress.state.rawValue <= delivery.progress.state.rawValue ? $0 : nil } ?? delivery
            inquiry.seen += 1
            inquiry.found = least
            guard inquiry.seen == all else {
                inquiries[ticket] = inquiry
                return
            }
            found(least, bytes, inquiry, &effects)
        case .missing(let ticket):
            guard let inquiry = inquiries.removeValue(forKey: ticket) else { return }
            missing(inquiry, &effects)
        case .page(let ticket, let deliveries, let next):
            guard let inquiry = inquiries.removeValue(forKey: ticket) else { return }
            var members = [JSON.Member("dead", .array(deliveries.map { $0.json }))]
            if let next { members.append(JSON.Member("next", .string(String(next)))) }
            reply(.object(members), to: inquiry, &effects)
        case .purged(let ticket, let service, let count):
            if services.exists(service) { services[service].dead -= count }
            guard let inquiry = inquiries.removeValue(forKey: ticket) else { return }
            reply(["purged": .integer(Int64(count))], to: inquiry, &effects)
        case .stored, .known, .revived, .replayed:
            break
        }
    }

    private mutating func found(_ delivery: StoredDelivery, _ bytes: [UInt8], _ inquiry: Inquiry, _ effects: inout Effects) {
        // Memory knows better what is not over yet: leases are never written.
        let json = visible(delivery.entry.id).map { describe($0) } ?? delivery.json
        switch inquiry.subject {
        case .state(let id, _): state(json, id, inquiry.connection, &effects)
        case .getRequest: reply(json, to: inquiry, &effects)
        case .readDead: reply(delivery.letter(bytes), to: inquiry, &effects)
        default: break
        }
    }

    private mutating func missing(_ inquiry: Inquiry, _ effects: inout Effects) {
        guard isThere(inquiry.connection) else { return }
        switch inquiry.subject {
        // An id nobody knows: most likely of a unary request that was answered already.
        case .state(_, cancelled: true): break
        case .state(let id, cancelled: false): unknown(id, inquiry.connection.id, &effects)
        case .getRequest, .readDead:
            fail(inquiry, Refusal(.notFound, "no request has this id"), &effects)
        default: break
        }
    }

    // MARK: JSON of a request (wire.md §7, GetRequest)

    func describe(_ place: RequestPlace) -> JSON {
        let phase =
            switch requests[place.index].phase {
            case .leased: "leased"
            case .delayed: "delayed"
            default: "ready"
            }
        let path = requests[place.index].withMetadata { metadata, frame in metadata.path.text(in: frame) } ?? ""
        return Self.describe(
            requests[place.index].id, service: services[requests[place.index].service].name, path: path, state: phase,
            progress(of: place, .ready), acceptedAt: requests[place.index].acceptedAt,
            nextAttemptAt: requests[place.index].phase == .delayed ? self.nextAttemptAt(of: place) : 0, endedAt: 0)
    }

    static func describe(
        _ id: RequestID, service: String, path: String, state: String, _ progress: DeliveryProgress, acceptedAt: Int64, nextAttemptAt: Int64,
        endedAt: Int64
    ) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("request_id", .string(id.hex)), JSON.Member("service", .string(service)), JSON.Member("path", .string(path)),
            JSON.Member("state", .string(state)), JSON.Member("attempts", .integer(Int64(progress.attempts))),
            JSON.Member("failures", .integer(Int64(progress.failures))), JSON.Member("losses", .integer(Int64(progress.losses))),
        ]
        if progress.lastStatus != 255 { members.append(JSON.Member("last_status", .integer(Int64(progress.lastStatus)))) }
        if !progress.lastMessage.isEmpty { members.append(JSON.Member("last_message", .string(progress.lastMessage))) }
        if !progress.reason.isEmpty { members.append(JSON.Member("reason", .string(progress.reason))) }
        members.append(JSON.Member("accepted_at", .integer(acceptedAt)))
        if nextAttemptAt > 0 { members.append(JSON.Member("next_attempt_at", .integer(nextAttemptAt))) }
        if endedAt > 0 { members.append(JSON.Member("ended_at", .integer(endedAt))) }
        return .object(members)
    }
}

extension StoredDelivery {
    /// As GetRequest tells it.
    var json: JSON {
        let state =
            switch progress.state {
            case .ready: "ready"
            case .delayed: "delayed"
            case .dead: "dead"
            case .settled: "settled"
            }
        return Broker.describe(
            entry.id, service: service, path: path, state: state, progress, acceptedAt: entry.acceptedAt,
            nextAttemptAt: progress.nextAttemptAt, endedAt: endedAt)
    }

    /// As ReadDead tells it: with metadata and body.
    func letter(_ bytes: [UInt8]) -> JSON {
        guard case .object(var members) = json else { return json }
        bytes.withUnsafeBytes { bytes in
            let frame = UnsafeRawBufferPointer(rebasing: bytes[entry.frame])
            // What the journal gives back was checked before it was stored.
            guard let header = try? Header(of: frame) else { return }
            let entries = MetadataEntries(of: frame, header).map { entry in
                JSON.Member(
                    String(decoding: entry.key, as: UTF8.self),
                    .string(entry.key.endsInBin ? Base64.encode(entry.value) : String(decoding: entry.value, as: UTF8.self)))
            }
            members.append(JSON.Member("metadata", .object(entries)))
            let body = UnsafeRawBufferPointer(rebasing: frame[(Header.size + header.metadataLength)...])
            members.append(JSON.Member("body", .string(Base64.encode(body))))
        }
        return .object(members)
    }
}
