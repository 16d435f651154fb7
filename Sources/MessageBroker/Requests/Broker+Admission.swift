import MessageWire
import ZeroMQ

/// A refusal: the status, the words, and what a producer is advised to do.
struct Refusal {
    enum Advice {
        case none, never
        /// Milliseconds, at least one.
        case retry(UInt32)
    }

    var status: StatusCode
    var message: String
    var advice: Advice

    init(_ status: StatusCode, _ message: String, _ advice: Advice = .none) {
        self.status = status
        self.message = message
        self.advice = advice
    }

    var pushback: UInt32 {
        switch advice {
        case .none: 0
        case .never: .max
        case .retry(let milliseconds): max(1, milliseconds)
        }
    }
}

extension Broker {
    mutating func request(
        _ message: consuming Message, _ header: Header, _ metadata: Metadata, from connection: ConnectionID, _ effects: inout Effects
    ) {
        guard Int(connections[connection.index].open) < configuration.window else {
            refuse(Refusal(.resourceExhausted, "more than \(configuration.window) requests open", .retry(10)), header, to: connection, &effects)
            return
        }
        let found = message.withUnsafeBytes { services.find(metadata.service.bytes(in: $0)) }
        guard let service = found else {
            let name = message.withUnsafeBytes { metadata.service.text(in: $0) }
            if Self.isBuiltIn(name) {
                builtIn(name, message, header, metadata, from: connection, &effects)
            } else {
                let path = message.withUnsafeBytes { metadata.path.text(in: $0) }
                refuse(Refusal(.unimplemented, "no service for \(path)", .never), header, to: connection, &effects)
            }
            return
        }
        let body = message.count - Header.size - header.metadataLength
        guard body <= configuration.maxBody else {
            refuse(
                Refusal(.resourceExhausted, "body of \(body) bytes, \(configuration.maxBody) are allowed", .never), header, to: connection,
                &effects)
            return
        }
        if let known = entry(of: header.id) {
            repeated(header, RequestDigest(message, header, metadata), known, from: connection, &effects)
        } else if let refusal = refusal(of: header, Int(metadata.path.count), size: message.count, for: service) {
            refuse(refusal, header, to: connection, &effects)
        } else if services[service].isDurable {
            accept(message, header, metadata, for: service, from: connection, &effects)
        } else {
            admit(message, header, metadata, to: service, from: connection, &effects)
        }
    }

    /// Why a service does not take a new request now; nil where it does. No workers is no refusal: it is an outcome.
    private func refusal(of header: Header, _ pathLength: Int, size: Int, for service: ServiceID) -> Refusal? {
        let name = services[service].name
        if isMemoryShort, services[service].isDurable { return Refusal(.resourceExhausted, "the broker is short of memory", .retry(5000)) }
        if isDraining { return Refusal(.unavailable, "the broker is draining", .retry(1000)) }
        if services[service].isDurable {
            if let journalFailure { return Refusal(.unavailable, "the journal has failed: \(journalFailure)", .retry(1000)) }
            if freeDisk < configuration.diskReserve { return Refusal(.resourceExhausted, "the disk is nearly full", .retry(5000)) }
        } else {
            if header.flags.contains(.durable) { return Refusal(.failedPrecondition, "\(name) is not durable", .never) }
            if services[service].isPaused { return Refusal(.failedPrecondition, "\(name) is paused", .retry(1000)) }
        }
        // The record's metadata repeats some of the request's beside about as much of its own.
        if let tee = services[service].tee, header.metadataLength + tee.path.count + 300 > Metadata.maximumSize {
            return Refusal(.resourceExhausted, "\(header.metadataLength) bytes of metadata leave no room for the record's", .never)
        }
        for target in services[service].fanOut {
            let longer = services[target].name.utf8.count - name.utf8.count
            guard header.metadataLength + longer <= Metadata.maximumSize, pathLength + longer <= 255 else {
                return Refusal(.resourceExhausted, "path or metadata is too long for \(services[target].name)", .never)
            }
            if let refusal = isFull(target, size) { return refusal }
        }
        return isFull(service, size)
    }

    /// Why no more may wait for a service; nil where it may.
    private func isFull(_ service: ServiceID, _ size: Int) -> Refusal? {
        // What is fanned out waits with the services it is for, so their limits hold too.
        let (name, policy) = (services[service].name, services[service].policy)
        guard services[service].waiting < policy.maxQueue else {
            return Refusal(.resourceExhausted, "\(policy.maxQueue) requests wait for \(name) already", .retry(100))
        }
        guard services[service].queuedBytes + size <= policy.maxQueueBytes else {
            return Refusal(.resourceExhausted, "\(policy.maxQueueBytes) bytes wait for \(name) already", .retry(100))
        }
        return nil
    }

    /// A request whose id is in use or was answered (wire.md §3, "Idempotency").
    private mutating func repeated(
        _ header: Header, _ digest: RequestDigest, _ known: Int32, from connection: ConnectionID, _ effects: inout Effects
    ) {
        let another = Refusal(.alreadyExists, "the id belongs to another request", .never)
        guard known >= 0 else {
            let number = Self.reply(known)
            guard replies.digest(number) == digest else { return refuse(another, header, to: connection, &effects) }
            guard let reply = replies.frame(number) else {
                let streamed = Refusal(.alreadyExists, "a streamed reply is not kept", .never)
                return refuse(streamed, header, to: connection, &effects)
            }
            return send(reply, to: connection, &effects)
        }
        guard self.digest(of: RequestPlace(known)) == digest else { return refuse(another, header, to: connection, &effects) }
        let place = RequestPlace(known)
        if requests[known].isDurable, requests[known].phase != .accepting {
            if header.flags.contains(.wantResponse) { wantResponse(place, connection) }
            accepted(header.id, duplicate: true, to: connection, &effects)
        } else {
            join(connection, to: place)
            if requests[known].isDurable, header.flags.contains(.wantResponse) { wantResponse(place, connection) }
        }
    }

    /// Another connection, or the same once more, waits for the same answer.
    private mutating func join(_ connection: ConnectionID, to place: RequestPlace) {
        let reference = reference(connection)
        // A unary request is answered once to each connection; each ACCEPTED answers a message of its own.
        if !requests[place.index].isDurable {
            if requests[place.index].producer == reference || joined[place]?.contains(reference) == true { return }
        }
        requests[place.index].isJoined = true
        joined[place, default: []].append(reference)
        connections[connection.index].open += 1
    }

    /// The connection that asked last for the outcome of a durable request gets it, whichever delivery makes it.
    private mutating func wantResponse(_ place: RequestPlace, _ connection: ConnectionID) {
        var delivery = place
        while delivery.exists {
            requests[delivery.index].listener = reference(connection)
            delivery = requests[delivery.index].sibling
        }
    }

    /// A refusal is no exchange: it is answered and counted, and nothing is kept of it.
    mutating func refuse(_ refusal: Refusal, _ header: Header, to connection: ConnectionID, _ effects: inout Effects) {
        counters.refuse(refusal.status)
        send(
            Header(.response, status: refusal.status.rawValue, timeout: refusal.pushback, id: header.id),
            metadata: .message(refusal.message), to: connection, &effects)
    }

    /// Those who wait for an answer beside the first; each connection has one request fewer open from here on.
    mutating func takeWaiting(_ place: RequestPlace) -> [ConnectionReference] {
        let first = requests[place.index].producer
        if isThere(first) { connections[first.id.index].open -= 1 }
        guard requests[place.index].isJoined else { return [] }
        requests[place.index].isJoined = false
        let others = joined.removeValue(forKey: place) ?? []
        for other in others where isThere(other) { connections[other.id.index].open -= 1 }
        return others
    }

    // MARK: kept replies share the index with live requests

    /// A kept reply's number as the index holds it: below zero, where places of requests are not.
    static func entry(ofReply number: Int32) -> Int32 { -1 - number }
    static func reply(_ entry: Int32) -> Int32 { -1 - entry }

    /// What stands behind an id: a request's place, or a kept reply below zero.
    func entry(of id: RequestID) -> Int32? {
        index.find(id) { entry in
            entry >= 0 ? requests[entry].id == id : replies.id(Self.reply(entry)) == id
        }
    }

    /// Of a request as it was asked.
    func digest(of place: RequestPlace) -> RequestDigest {
        let (service, asked) = (requests[place.index].service, requests[place.index].asked)
        let digest = requests[place.index].withMetadata { metadata, frame in
            let body = UnsafeRawBufferPointer(rebasing: frame[(Header.size + Int(requests[place.index].metadataLength))...])
            guard service != asked else { return RequestDigest(path: metadata.path.bytes(in: frame), body: body) }
            // What was fanned out carries another service's name.
            let method = metadata.path.bytes(in: frame).dropFirst(Int(metadata.service.count))
            return (Array(services[asked].name.utf8) + method).withUnsafeBytes { RequestDigest(path: $0, body: body) }
        }
        return digest ?? RequestDigest(high: 0, low: 0)
    }

    /// A handler's answer takes its request's place under the id; a streamed one only holds the place.
    mutating func keepAnswer(_ response: borrowing Message, of place: RequestPlace) {
        let count = requests[place.index].parts > 0 ? 0 : response.count
        guard replies.mayKeep(count) else { return unchain(place) }
        let (id, digest) = (requests[place.index].id, digest(of: place))
        var kept: Int32?
        repeat {
            kept = response.withUnsafeBytes { frame in
                replies.append(id, digest, endedAt: now.monotonic, UnsafeRawBufferPointer(rebasing: frame[..<count]))
            }
        } while kept == nil && forgetReply(needed: true)
        // A dead letter with the same id may have been replayed meanwhile: the id is its.
        guard let kept, index.replace(id, place.index, by: Self.entry(ofReply: kept)) else { return unchain(place) }
    }

    private mutating func forgetReply(needed: Bool) -> Bool {
        guard let (id, number) = replies.forget(now: now.monotonic, needed: needed) else { return false }
        // Not there where a dead letter with the same id was replayed since.
        index.remove(id, Self.entry(ofReply: number))
        return true
    }

    /// Forgets the answers whose time is over.
    mutating func forgetReplies() {
        while forgetReply(needed: false) {}
    }
}
