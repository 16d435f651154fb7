import MessageWire
import ZeroMQ

/// Durable requests: on disk, then ACCEPTED; delivered at least once; settled or dead (wire.md §3).
extension Broker {
    mutating func accept(
        _ message: consuming Message, _ header: Header, _ metadata: Metadata, for service: ServiceID, from connection: ConnectionID,
        _ effects: inout Effects
    ) {
        connections[connection.index].open += 1
        let place = append(
            message, header, metadata, to: service, producer: reference(connection),
            lifetime: header.timeout == 0 ? nil : Int64(header.timeout), &effects)
        if header.flags.contains(.wantResponse) { requests[place.index].listener = reference(connection) }
    }

    /// Hands a request to the journal. Nobody sees it before it is on disk.
    mutating func append(
        _ message: consuming Message, _ header: Header, _ metadata: Metadata, to service: ServiceID, producer: ConnectionReference,
        lifetime: Int64?, _ effects: inout Effects
    ) -> RequestPlace {
        sequence += 1
        let number = sequence
        effects.journal.hurry(.acceptance)
        let start = effects.journal.bytes.count
        message.withUnsafeBytes { effects.journal.bytes.append(contentsOf: $0) }
        effects.journal.operations.append(
            .append(
                JournalEntry(
                    sequence: number, id: header.id, digest: RequestDigest(message, header, metadata), service: service, acceptedAt: now.wall,
                    expiresAt: lifetime.map { now.wall + $0 } ?? 0, frame: start..<effects.journal.bytes.count),
                services: services[service].fanOut.isEmpty ? .one(service) : .several(services[service].fanOut)))
        let place = enter(
            message, header, metadata, for: service, asked: service, sequence: number, order: number, phase: .accepting,
            producer: producer, deadline: lifetime.map { now.monotonic + $0 } ?? 0)
        requests[place.index].isKeyed = metadata.orderingKey != nil
        services[service].accepting += 1
        services[service].queuedBytes += requests[place.index].size
        index.insert(header.id, place.index)
        accepting[number] = place
        return place
    }

    mutating func accepted(_ id: RequestID, duplicate: Bool, to connection: ConnectionID, _ effects: inout Effects) {
        counters.accepted += 1
        send(buffers.message(Header(.accepted, id: id), metadata: duplicate ? acceptedAgain : acceptedFirst), to: connection, &effects)
    }

    private var acceptedFirst: [UInt8] { configuration.durability == .fsync ? Self.onDisk : Self.inMemory }
    private var acceptedAgain: [UInt8] { configuration.durability == .fsync ? Self.onDiskAgain : Self.inMemoryAgain }

    private static let onDisk = acceptedMetadata("fsync", duplicate: false)
    private static let inMemory = acceptedMetadata("memory", duplicate: false)
    private static let onDiskAgain = acceptedMetadata("fsync", duplicate: true)
    private static let inMemoryAgain = acceptedMetadata("memory", duplicate: true)

    private static func acceptedMetadata(_ durability: String, duplicate: Bool) -> [UInt8] {
        var block = MetadataBlock()
        // Both keys and values are constants that keep the rules.
        try? block.append("durability", durability)
        if duplicate { try? block.append("duplicate", "1") }
        return block.bytes
    }

    /// The request is on disk: those who sent it are told, and it may be delivered.
    mutating func stored(_ place: RequestPlace, _ effects: inout Effects) {
        withdraw(place)
        let id = requests[place.index].id
        let first = requests[place.index].producer
        let others = takeWaiting(place)
        if isThere(first) { accepted(id, duplicate: false, to: first.id, &effects) }
        for other in others where isThere(other) { accepted(id, duplicate: true, to: other.id, &effects) }
        if services[requests[place.index].service].fanOut.isEmpty {
            arm(place)
            ready(place)
            dispatch(requests[place.index].service, &effects)
        } else {
            fanOut(place, &effects)
        }
    }

    /// One delivery for each service, of the same body under that service's path.
    private mutating func fanOut(_ place: RequestPlace, _ effects: inout Effects) {
        let asked = requests[place.index].service
        // Deliveries of one request stand in a chain behind one entry of the index.
        var (first, last) = (RequestPlace.none, RequestPlace.none)
        for service in services[asked].fanOut {
            guard let delivery = deliver(of: place, to: service) else { continue }
            if last.exists { requests[last.index].sibling = delivery } else { first = delivery }
            last = delivery
        }
        let id = requests.remove(place.index).id
        guard first.exists else { return index.remove(id, place.index) }
        index.replace(id, place.index, by: first.index)
        var delivery = first
        while delivery.exists {
            // It may end, and leave the chain, as soon as it is ready.
            let next = requests[delivery.index].sibling
            arm(delivery)
            ready(delivery)
            dispatch(requests[delivery.index].service, &effects)
            delivery = next
        }
    }

    private mutating func deliver(of place: RequestPlace, to service: ServiceID) -> RequestPlace? {
        let frame = requests[place.index].frame.readdressed(to: services[service].name, in: buffers)
        // The frame was checked when it came, and a longer path still fits: names of services are short.
        guard let (header, metadata) = frame.withUnsafeBytes({ frame in try? Self.read(frame) }) else { return nil }
        let delivery = enter(
            frame, header, metadata, for: service, asked: requests[place.index].asked,
            sequence: requests[place.index].sequence, order: requests[place.index].order, phase: .ready,
            producer: requests[place.index].producer, deadline: requests[place.index].deadline)
        requests[delivery.index].isKeyed = requests[place.index].isKeyed
        requests[delivery.index].listener = requests[place.index].listener
        return delivery
    }

    // MARK: ends

    mutating func durableDone(
        _ place: RequestPlace, _ message: borrowing Message, _ header: Header, _ metadata: Metadata, _ effects: inout Effects
    ) {
        guard let policy = services[requests[place.index].service].durable else { return }
        let status = StatusCode(rawValue: header.status) ?? .unknown
        let words = message.withUnsafeBytes { frame in metadata.message.map { PercentEncoding.decode($0.text(in: frame)) } } ?? ""
        lastMessages[place] = words.isEmpty ? nil : String(words.prefix(256))
        let body = message.count - Header.size - header.metadataLength
        if body > configuration.maxBody {
            requests[place.index].failures += 1
            return bury(place, status: .resourceExhausted, reason: "reply of \(body) bytes, \(configuration.maxBody) are allowed", &effects)
        }
        requests[place.index].lastStatus = status.rawValue
        if status == .ok {
            guard requests[place.index].listener != .none else { return settle(place, reason: "", &effects) }
            let response = Header(.response, status: header.status, id: header.id)
            return settle(place, reason: "", reply: message.withUnsafeBytes { buffers.message(response, passingOn: $0, header) }, &effects)
        }
        requests[place.index].failures += 1
        guard policy.retryable.contains(status) else {
            return bury(place, status: status, reason: "\(status.name) is not retried", &effects)
        }
        guard Int(requests[place.index].failures) < policy.maxAttempts else {
            return bury(place, status: status, reason: "failed \(policy.maxAttempts) times", &effects)
        }
        release(place)
        delay(place, milliseconds: backoff(policy, failures: requests[place.index].failures))
        journalChange(place, .delayed, &effects)
    }

    private mutating func backoff(_ policy: DurablePolicy, failures: UInt32) -> Int64 {
        var wait = Double(policy.initialBackoff)
        for _ in 1..<max(1, min(failures, 64)) { wait = min(wait * policy.multiplier, Double(policy.maxBackoff)) }
        let jitter = policy.jitter * Double.random(in: -1...1, using: &random)
        return max(1, Int64(min(wait, Double(policy.maxBackoff)) * (1 + jitter)))
    }

    /// The lease has run out: as if the worker were lost, but only for this request.
    mutating func leaseOver(_ place: RequestPlace, _ effects: inout Effects) {
        let service = requests[place.index].service
        guard let policy = services[service].durable else { return }
        revoke(place, &effects)
        release(place)
        arm(place)
        lost(place, policy, "the lease ran out", &effects)
        dispatch(service, &effects)
    }

    /// Released and uncounted so far: one loss more, and dead or ready at once.
    mutating func lost(_ place: RequestPlace, _ policy: DurablePolicy, _ how: String, _ effects: inout Effects) {
        requests[place.index].losses += 1
        ready(place)
        guard Int(requests[place.index].losses) < policy.maxCrashes else {
            return bury(place, status: .unavailable, reason: "\(how) \(policy.maxCrashes) times", &effects)
        }
        journalChange(place, .ready, &effects)
    }

    /// Done with: by a worker, or by a CANCEL.
    mutating func settle(_ place: RequestPlace, reason: String, reply: consuming Message? = nil, _ effects: inout Effects) {
        counters.settled += 1
        var reply = reply
        end(place, .settled, reason: reason, &effects) { request, _ in
            reply.take() ?? Message(Header(.response, status: request.lastStatus, id: request.id), metadata: [], body: [])
        }
    }

    /// Given up: it stays in the journal until somebody replays or purges it.
    mutating func bury(_ place: RequestPlace, status: StatusCode, reason: String, _ effects: inout Effects) {
        requests[place.index].lastStatus = status.rawValue
        services[requests[place.index].service].dead += 1
        end(place, .dead, reason: reason, &effects) { request, words in
            Message(
                Header(.response, status: status.rawValue, id: request.id), metadata: MetadataBlock.message(words.isEmpty ? reason : words).bytes,
                body: [])
        }
    }

    private mutating func end(
        _ place: RequestPlace, _ state: DeliveryProgress.State, reason: String, _ effects: inout Effects,
        response: (borrowing Request, _ lastMessage: String) -> Message
    ) {
        withdraw(place)
        timers.clear(place.index)
        freeKey(of: place)
        let service = requests[place.index].service
        unchain(place)
        let isOver = state == .dead || !isFollowed(place)
        if isOver { stopListening(place) }
        let progress = progress(of: place, state, reason: reason)
        lastMessages[place] = nil
        let request = requests.remove(place.index)
        effects.journal.operations.append(.end(sequence: request.sequence, service: service, progress, at: now.wall))
        if isOver, request.listener != .none { send(response(request, progress.lastMessage), to: request.listener, &effects) }
        dispatch(service, &effects)
    }

    /// Whether other deliveries of the request are still to end. The last to settle, or the first to die, is its outcome.
    private func isFollowed(_ place: RequestPlace) -> Bool {
        guard let entry = entry(of: requests[place.index].id), entry >= 0 else { return false }
        return requests[entry].sequence == requests[place.index].sequence
    }

    /// The outcome is said once: the other deliveries of the request have nobody to tell any more.
    private mutating func stopListening(_ place: RequestPlace) {
        guard let entry = entry(of: requests[place.index].id), entry >= 0 else { return }
        var other = RequestPlace(entry)
        while other.exists {
            if requests[other.index].sequence == requests[place.index].sequence { requests[other.index].listener = .none }
            other = requests[other.index].sibling
        }
    }

    /// Takes a delivery out of the chain of its request's deliveries; the last one takes the id with it.
    mutating func unchain(_ place: RequestPlace) {
        let id = requests[place.index].id
        guard let entry = entry(of: id), entry >= 0 else { return }
        let next = requests[place.index].sibling
        if entry == place.index {
            if next.exists { index.replace(id, entry, by: next.index) } else { index.remove(id, entry) }
            return
        }
        var before = RequestPlace(entry)
        while requests[before.index].sibling.exists, requests[before.index].sibling != place { before = requests[before.index].sibling }
        if requests[before.index].sibling == place { requests[before.index].sibling = next }
    }

    mutating func journalChange(_ place: RequestPlace, _ state: DeliveryProgress.State, _ effects: inout Effects) {
        effects.journal.operations.append(
            .change(
                sequence: requests[place.index].sequence, service: requests[place.index].service, progress(of: place, state)))
    }

    /// How far a delivery got, for the journal and for people.
    func progress(of place: RequestPlace, _ state: DeliveryProgress.State, reason: String = "") -> DeliveryProgress {
        var progress = DeliveryProgress(state: state)
        progress.attempts = requests[place.index].attempts
        progress.failures = requests[place.index].failures
        progress.losses = requests[place.index].losses
        progress.lastStatus = requests[place.index].lastStatus
        progress.lastMessage = lastMessages[place] ?? ""
        progress.nextAttemptAt = state == .delayed ? nextAttemptAt(of: place) : 0
        progress.reason = reason
        return progress
    }

    /// Of a delayed one: Unix milliseconds.
    func nextAttemptAt(of place: RequestPlace) -> Int64 { now.wall + requests[place.index].until - now.monotonic }
}

extension Message {
    /// The same request under another service's name: `asked/Method` becomes `service/Method`.
    func readdressed(to service: String, in buffers: BufferPool) -> Message {
        withUnsafeBytes { frame in
            // Only frames that were checked are fanned out.
            guard var header = try? Header(of: frame), header.metadataLength > 0 else {
                return buffers.message(copying: frame)
            }
            let pathEnd = Header.size + 1 + Int(frame[Header.size])
            let name = service.utf8.prefix(255)
            let method = RequestPath.method(of: frame).prefix(255 - name.count)
            let start = Header.size + 1
            let newEnd = start + name.count + method.count
            header.metadataLength += newEnd - pathEnd
            let rest = UnsafeRawBufferPointer(rebasing: frame[pathEnd...])
            var twin = buffers.message(count: newEnd + rest.count)
            twin.withUnsafeMutableBytes { out in
                out.copyMemory(from: UnsafeRawBufferPointer(rebasing: frame[..<Header.size]))
                header.write(to: out)
                out[Header.size] = UInt8(name.count + method.count)
                UnsafeMutableRawBufferPointer(rebasing: out[start...]).copyBytes(from: name)
                UnsafeMutableRawBufferPointer(rebasing: out[(start + name.count)...]).copyBytes(from: method)
                UnsafeMutableRawBufferPointer(rebasing: out[newEnd...]).copyMemory(from: rest)
            }
            return twin
        }
    }
}
