import MessageWire
import ZeroMQ

/// Unary requests: in memory, a deadline always, exactly one RESPONSE (wire.md §3).
extension Broker {
    mutating func admit(
        _ message: consuming Message, _ header: Header, _ metadata: Metadata, to service: ServiceID, from connection: ConnectionID,
        _ effects: inout Effects
    ) {
        let policy = services[service].unary ?? UnaryPolicy()
        let asked = header.timeout == 0 ? policy.defaultTimeout : Int64(header.timeout)
        let exchange = services[service].tee == nil ? ExchangePlace.none : ExchangePlace(exchanges.insert(Exchange(message)))
        let place = enter(
            message, header, metadata, for: service, asked: service, sequence: 0, phase: .ready,
            producer: reference(connection), deadline: now.monotonic + min(asked, policy.maxTimeout))
        requests[place.index].exchange = exchange
        connections[connection.index].open += 1
        index.insert(header.id, place.index)
        timers.set(place.index, at: requests[place.index].deadline)
        requeue(place, &effects)
    }

    /// Makes a place for a request.
    mutating func enter(
        _ message: consuming Message, _ header: Header, _ metadata: Metadata, for service: ServiceID, asked: ServiceID,
        sequence number: UInt64, order: UInt64? = nil, phase: Request.Phase, producer: ConnectionReference, deadline: Int64,
        acceptedAt: Int64? = nil
    ) -> RequestPlace {
        if order == nil { sequence += 1 }
        let tenant = message.withUnsafeBytes { frame in metadata.tenant.map { RequestDigest($0.bytes(in: frame)).low } ?? 0 }
        return RequestPlace(
            requests.insert(
                Request(
                    frame: message, header: header, service: service, asked: asked, sequence: number, order: order ?? sequence, tenant: tenant,
                    priority: metadata.priority, phase: phase, producer: producer, deadline: deadline, acceptedAt: acceptedAt ?? now.wall)))
    }

    /// A handler's answer.
    mutating func answer(_ place: RequestPlace, _ message: consuming Message, _ header: Header, _ effects: inout Effects) {
        var message = message
        let body = message.count - Header.size - header.metadataLength
        guard body <= configuration.maxBody else {
            return fail(place, .resourceExhausted, "the reply has \(body) bytes, \(configuration.maxBody) are allowed", &effects)
        }
        let response = Header(
            .response, status: header.status <= 16 ? header.status : StatusCode.unknown.rawValue, timeout: header.timeout,
            argument: requests[place.index].parts, id: header.id, metadataLength: header.metadataLength)
        let pathLength = message.withUnsafeBytes { header.metadataLength == 0 ? 0 : Int($0[Header.size]) }
        if pathLength == 0 {
            // The worker's message becomes the producer's where it lies.
            message.withUnsafeMutableBytes { response.write(to: $0) }
        } else {
            message = message.withUnsafeBytes { buffers.message(response, passingOn: $0, header) }
        }
        finish(place, message, status: response.status, byHandler: true, &effects)
    }

    /// An outcome that the broker makes: it is not remembered, and the id may be sent again.
    mutating func fail(
        _ place: RequestPlace, _ status: StatusCode, _ message: String, details: MetadataBlock? = nil, _ effects: inout Effects
    ) {
        let header = Header(.response, status: status.rawValue, argument: requests[place.index].parts, id: requests[place.index].id)
        finish(
            place, Message(header, metadata: (details ?? .message(message)).bytes, body: []), status: status.rawValue, byHandler: false,
            &effects)
    }

    /// The exchange has ended. It is taken out of wherever it was; the answer goes out now, or when its record is on disk.
    private mutating func finish(
        _ place: RequestPlace, _ response: consuming Message, status: UInt8, byHandler: Bool, _ effects: inout Effects
    ) {
        withdraw(place)
        timers.clear(place.index)
        counters.answer(status)
        requests[place.index].lastStatus = byHandler ? 0 : 255
        let exchange = requests[place.index].exchange
        guard exchange.exists, let tee = services[requests[place.index].service].tee else { return deliver(place, response, &effects) }
        exchanges[exchange.index].response = response
        let recorded = record(place, for: tee, &effects)
        let limit = min(requests[place.index].deadline, now.monotonic + 1000)
        if tee.early {
            deliver(place, teed: true, &effects)
        } else if recorded, limit > now.monotonic {
            requests[place.index].phase = .answered
            timers.set(place.index, at: limit)
        } else {
            deliver(place, teed: false, &effects)
        }
    }

    /// The record of the exchange is on disk, or is not waited for any longer.
    mutating func deliver(_ place: RequestPlace, teed: Bool, _ effects: inout Effects) {
        timers.clear(place.index)
        let exchange = exchanges.remove(requests[place.index].exchange.index)
        if exchange.record != 0 { records[exchange.record] = nil }
        if !teed { counters.teeMisses += 1 }
        deliver(place, exchange.response, teed: teed, &effects)
    }

    /// Sends the decided answer to all who wait for it, and keeps a handler's for those who ask again.
    private mutating func deliver(_ place: RequestPlace, _ response: consuming Message, teed: Bool = true, _ effects: inout Effects) {
        let others = takeWaiting(place)
        if requests[place.index].lastStatus == 0 { keepAnswer(response, of: place) } else { unchain(place) }
        let request = requests.remove(place.index)
        var answer = teed ? response : response.marked("teed", "0")
        for other in others { send(answer.share(), to: other, &effects) }
        send(answer, to: request.producer, &effects)
        retire(request.service)
    }

    /// The deadline has come, in the queue or at the worker.
    mutating func expire(_ place: RequestPlace, _ effects: inout Effects) {
        let isOut = requests[place.index].phase == .leased
        let service = requests[place.index].service
        if isOut { revoke(place, &effects) }
        fail(place, .deadlineExceeded, isOut ? "the worker did not answer in time" : "no worker took it in time", &effects)
        // A cap has room again.
        if isOut { dispatch(service, &effects) }
    }
}

extension Message {
    /// The frame with one more entry of metadata; in place of all others where there is no room beside them.
    func marked(_ key: String, _ value: String) -> Message {
        var block = MetadataBlock()
        try? block.append(key, value)
        return withUnsafeBytes { frame in
            // The broker made or checked every frame that it marks.
            guard var header = try? Header(of: frame) else { return Message(copying: frame) }
            let end = Header.size + header.metadataLength
            guard header.metadataLength + block.bytes.count <= Metadata.maximumSize else {
                return Message(header, metadata: block.bytes, body: Array(UnsafeRawBufferPointer(rebasing: frame[end...])))
            }
            // A block that begins with no path may follow entries once its own first byte is left away.
            let addition = header.metadataLength == 0 ? block.bytes[...] : block.bytes.dropFirst()
            header.metadataLength += addition.count
            var twin = Message(count: frame.count + addition.count)
            twin.withUnsafeMutableBytes { out in
                out.copyMemory(from: UnsafeRawBufferPointer(rebasing: frame[..<end]))
                UnsafeMutableRawBufferPointer(rebasing: out[end...]).copyBytes(from: addition)
                UnsafeMutableRawBufferPointer(rebasing: out[(end + addition.count)...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: frame[end...]))
                header.write(to: out)
            }
            return twin
        }
    }

    /// The frame, leaving an empty one behind.
    mutating func take() -> Message {
        var taken = Message()
        swap(&self, &taken)
        return taken
    }
}
