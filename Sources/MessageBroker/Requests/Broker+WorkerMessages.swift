import MessageWire
import ZeroMQ

/// What workers say of their tasks. Each names the delivery by id and token (wire.md §5).
extension Broker {
    /// The request whose present lease this is; none otherwise.
    private func lease(_ header: Header) -> RequestPlace {
        guard let entry = entry(of: header.id), entry >= 0 else { return .none }
        var place = RequestPlace(entry)
        while place.exists {
            if requests[place.index].phase == .leased, requests[place.index].token == header.token { return place }
            place = requests[place.index].sibling
        }
        return .none
    }

    /// As above; a sender without a session, or without the lease, is told so.
    private mutating func lease(_ header: Header, of connection: ConnectionID, _ effects: inout Effects) -> RequestPlace {
        guard workerSession(connection, Excerpt(header), &effects) != nil else { return .none }
        let place = lease(header)
        if !place.exists { error(.aborted, "lease not held", Excerpt(header), to: connection, &effects) }
        return place
    }

    mutating func done(
        _ message: consuming Message, _ header: Header, _ metadata: Metadata, from connection: ConnectionID, _ effects: inout Effects
    ) {
        guard let session = workerSession(connection, Excerpt(header), &effects) else { return }
        let place = lease(header)
        guard place.exists else { return lateDone(header, session, &effects) }
        let service = requests[place.index].service
        if requests[place.index].isDurable {
            durableDone(place, message, header, metadata, &effects)
        } else {
            answer(place, message, header, &effects)
        }
        dispatch(service, &effects)
    }

    /// A DONE without the lease. One that says a durable request was done settles it, whatever its state (wire.md §5).
    private mutating func lateDone(_ header: Header, _ session: SessionID, _ effects: inout Effects) {
        guard header.status == 0 else { return counters.drop(.lateDone) }
        let served = sessions[session.index].lanes.map { lanes[$0.index].service }.filter {
            services[$0].isDurable && seal.isOurs(header.token, for: header.id, services[$0].nameHash)
        }
        if let entry = entry(of: header.id), entry >= 0 {
            var place = RequestPlace(entry)
            while place.exists {
                if requests[place.index].isDurable, requests[place.index].phase != .accepting, served.contains(requests[place.index].service) {
                    if requests[place.index].phase == .leased { revoke(place, &effects) }
                    requests[place.index].lastStatus = 0
                    return settle(place, reason: "", &effects)
                }
                place = requests[place.index].sibling
            }
        }
        guard !served.isEmpty else { return counters.drop(.lateDone) }
        for service in served {
            ask(.settleDead(service), &effects) { .settleDead(ticket: $0, id: header.id, service: service, at: $1.wall) }
        }
    }

    mutating func nack(_ header: Header, from connection: ConnectionID, _ effects: inout Effects) {
        let place = lease(header, of: connection, &effects)
        guard place.exists else { return }
        release(place)
        arm(place)
        guard header.timeout > 0 else { return requeue(place, &effects) }
        delay(place, milliseconds: Int64(header.timeout))
        if requests[place.index].isDurable { journalChange(place, .delayed, &effects) }
        dispatch(requests[place.index].service, &effects)
    }

    mutating func term(
        _ message: borrowing Message, _ header: Header, _ metadata: Metadata, from connection: ConnectionID, _ effects: inout Effects
    ) {
        let place = lease(header, of: connection, &effects)
        guard place.exists else { return }
        let status = StatusCode(rawValue: header.status) ?? .unknown
        let words = message.withUnsafeBytes { frame in metadata.message.map { $0.text(in: frame) } }
        let service = requests[place.index].service
        if requests[place.index].isDurable {
            let reason = words.map(PercentEncoding.decode) ?? "terminated by the worker"
            lastMessages[place] = String(reason.prefix(256))
            bury(place, status: status == .ok ? .internal : status, reason: "terminated: \(reason.prefix(256))", &effects)
        } else {
            var details = MetadataBlock()
            // It came in metadata that was checked, so it fits into metadata.
            if let words { try? details.append("message", words) }
            fail(place, status == .ok ? .internal : status, "", details: details, &effects)
        }
        dispatch(service, &effects)
    }

    /// A durable lease starts again; of a unary task it only says that the worker lives.
    mutating func progress(_ header: Header, from connection: ConnectionID, _ effects: inout Effects) {
        let place = lease(header, of: connection, &effects)
        guard place.exists, let policy = services[requests[place.index].service].durable else { return }
        requests[place.index].until = now.monotonic + policy.lease
        timers.set(place.index, at: now.monotonic + policy.lease)
    }

    /// One message of a streamed reply goes on to all who wait.
    mutating func part(_ message: borrowing Message, _ header: Header, from connection: ConnectionID, _ effects: inout Effects) {
        let place = lease(header, of: connection, &effects)
        guard place.exists else { return }
        // Out of its order it is a repetition or follows a gap; either would show the producer something that was not said.
        guard !requests[place.index].isDurable, header.argument == requests[place.index].parts else {
            return counters.drop(.streamedDurable)
        }
        let start = Header.size + header.metadataLength
        guard message.count - start <= configuration.maxBody else {
            let service = requests[place.index].service
            revoke(place, &effects)
            fail(place, .resourceExhausted, "a part has \(message.count - start) bytes, \(configuration.maxBody) are allowed", &effects)
            return dispatch(service, &effects)
        }
        requests[place.index].parts += 1
        let out = Header(.partOut, flags: header.flags.intersection(.last), argument: header.argument, id: header.id)
        var part = message.withUnsafeBytes { buffers.message(out, passingOn: $0, header) }
        let cargo = Effects.Cargo.part(place, delivery: header.token.delivery)
        for other in joined[place] ?? [] { send(part.share(), to: other, cargo: cargo, &effects) }
        send(part, to: requests[place.index].producer, cargo: cargo, &effects)
    }

    /// The worker that had it is gone.
    mutating func workerGone(from place: RequestPlace, _ how: SessionEnd, _ effects: inout Effects) {
        let service = requests[place.index].service
        arm(place)
        if let policy = services[service].durable {
            if how == .lost { return lost(place, policy, "the worker was lost", &effects) }
            return ready(place)
        }
        let mayGoAgain =
            requests[place.index].flags.contains(.idempotent) && requests[place.index].parts == 0
            && Int(requests[place.index].attempts) < (services[service].unary?.maxDeliveries ?? 1)
        ready(place)
        if !mayGoAgain { fail(place, .unavailable, "the worker was lost", &effects) }
    }

    /// Those that wait for a worker, and did not say that they would wait, are told that there is none.
    mutating func lastWorkerLeft(_ service: ServiceID, _ effects: inout Effects) {
        guard !services[service].isDurable, services[service].waiting > 0 else { return }
        for number in 0..<Int32(requests.capacity) where requests.isTaken(number) && requests[number].service == service {
            let isWaiting = requests[number].phase == .ready || requests[number].phase == .delayed
            if isWaiting, !requests[number].flags.contains(.waitForReady) {
                fail(RequestPlace(number), .unavailable, "the last worker of \(services[service].name) left", &effects)
            }
        }
    }
}
