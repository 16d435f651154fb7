import MessageWire
import ZeroMQ

/// The services the broker answers itself (wire.md §7): JSON in, JSON out; never queued, teed or remembered.
extension Broker {
    static let health = "grpc.health.v1.Health"
    static let admin = "trunkline.pool.v1.Admin"

    static func isBuiltIn(_ service: String) -> Bool { service == health || service == admin }

    mutating func builtIn(
        _ service: String, _ message: borrowing Message, _ header: Header, _ metadata: Metadata, from connection: ConnectionID,
        _ effects: inout Effects
    ) {
        connections[connection.index].open += 1
        let inquiry = Inquiry(subject: .getRequest, connection: reference(connection), id: header.id)
        let (method, body) = message.withUnsafeBytes { frame in
            (
                String(metadata.path.text(in: frame).dropFirst(service.utf8.count + 1)),
                JSON(UnsafeRawBufferPointer(rebasing: frame[(Header.size + header.metadataLength)...]))
            )
        }
        guard let call = Call(rawValue: service == Self.health ? "health." + method : method) else {
            return fail(inquiry, Refusal(.unimplemented, "\(service) has no \(method)", .never), &effects)
        }
        guard let body, case .object = body else {
            return fail(inquiry, Refusal(.invalidArgument, "the body is not a JSON object"), &effects)
        }
        switch call {
        case .check: check(body, inquiry, &effects)
        case .status: reply(status, to: inquiry, &effects)
        case .listServices: reply(["services": .array(services.all.map { describe($0) })], to: inquiry, &effects)
        case .listPeers: reply(["peers": .array(peers)], to: inquiry, &effects)
        case .getRequest, .readDead: byID(call, body, inquiry, &effects)
        case .drain:
            drain(&effects)
            reply(["state": "draining"], to: inquiry, &effects)
        case .explain, .listDead, .replayDead, .purgeDead, .pause, .resume: ofService(call, body, inquiry, &effects)
        }
    }

    private enum Call: String {
        case check = "health.Check"
        case status = "Status", listServices = "ListServices", listPeers = "ListPeers", explain = "Explain", getRequest = "GetRequest"
        case listDead = "ListDead", replayDead = "ReplayDead", purgeDead = "PurgeDead", readDead = "ReadDead"
        case pause = "Pause", resume = "Resume", drain = "Drain"
    }

    private mutating func check(_ body: JSON, _ inquiry: Inquiry, _ effects: inout Effects) {
        let name = body["service"]?.string ?? ""
        if let given = body["service"], given.string == nil {
            return fail(inquiry, Refusal(.invalidArgument, "service is not a string"), &effects)
        }
        if name.isEmpty {
            return reply(["status": isDraining || journalFailure != nil ? "NOT_SERVING" : "SERVING"], to: inquiry, &effects)
        }
        guard let service = services.find(name) else { return fail(inquiry, Refusal(.notFound, "no service \(name)"), &effects) }
        let serves = !services[service].isPaused && !isDraining && (!services[service].lanes.isEmpty || isFannedOut(service))
        reply(["status": serves ? "SERVING" : "NOT_SERVING"], to: inquiry, &effects)
    }

    /// A service that is fanned out serves if all it is fanned out to do.
    private func isFannedOut(_ service: ServiceID) -> Bool {
        !services[service].fanOut.isEmpty && services[service].fanOut.allSatisfy { !services[$0].lanes.isEmpty }
    }

    private mutating func byID(_ call: Call, _ body: JSON, _ inquiry: Inquiry, _ effects: inout Effects) {
        guard let text = body["request_id"]?.string else { return fail(inquiry, Refusal(.invalidArgument, "request_id is missing"), &effects) }
        guard let id = RequestID(hex: text), !id.isZero else {
            return fail(inquiry, Refusal(.invalidArgument, "request_id is not 32 hex digits"), &effects)
        }
        if call == .readDead {
            return ask(.readDead, from: inquiry.connection, id: inquiry.id, &effects) { ticket, _ in .readDead(ticket: ticket, id: id) }
        }
        if let place = visible(id), requests[place.index].isDurable { return reply(describe(place), to: inquiry, &effects) }
        ask(.getRequest, from: inquiry.connection, id: inquiry.id, &effects) { ticket, _ in .find(ticket: ticket, id: id) }
    }

    private mutating func ofService(_ call: Call, _ body: JSON, _ inquiry: Inquiry, _ effects: inout Effects) {
        guard let name = body["service"]?.string else { return fail(inquiry, Refusal(.invalidArgument, "service is missing"), &effects) }
        guard let service = services.find(name) else { return fail(inquiry, Refusal(.notFound, "no service \(name)"), &effects) }
        switch call {
        case .explain: reply(explain(service), to: inquiry, &effects)
        case .pause where !services[service].fanOut.isEmpty:
            // What it accepts is waiting with the others from that moment on; saying "paused" would not be true.
            let others = services[service].fanOut.map { services[$0].name }.joined(separator: ", ")
            fail(inquiry, Refusal(.invalidArgument, "\(name) is fanned out and nothing waits in it; pause \(others)"), &effects)
        case .pause, .resume:
            services[service].isPaused = call == .pause
            reply(["service": .string(name), "paused": .bool(call == .pause)], to: inquiry, &effects)
            dispatch(service, &effects)
        case .listDead: listDead(service, body, inquiry, &effects)
        default: disposeOfDead(call == .replayDead, service, body, inquiry, &effects)
        }
    }

    private mutating func listDead(_ service: ServiceID, _ body: JSON, _ inquiry: Inquiry, _ effects: inout Effects) {
        let limit = body["limit"].map { $0.integer ?? 0 } ?? 100
        guard 1...1000 ~= limit else { return fail(inquiry, Refusal(.invalidArgument, "limit is not 1 to 1000"), &effects) }
        let after: UInt64
        switch body["after"] {
        case nil, .null: after = 0
        case .string(let text):
            guard let number = UInt64(text) else {
                return fail(inquiry, Refusal(.invalidArgument, "after is not what a page before gave as next"), &effects)
            }
            after = number
        default: return fail(inquiry, Refusal(.invalidArgument, "after is not a string"), &effects)
        }
        ask(.listDead(service), from: inquiry.connection, id: inquiry.id, &effects) { ticket, _ in
            .listDead(ticket: ticket, service: service, after: after, limit: Int(limit))
        }
    }

    private mutating func disposeOfDead(_ replay: Bool, _ service: ServiceID, _ body: JSON, _ inquiry: Inquiry, _ effects: inout Effects) {
        let ids: [RequestID]?
        if body["all"]?.bool == true {
            ids = nil
        } else if let texts = body["ids"]?.array {
            let read = texts.map { $0.string.flatMap { RequestID(hex: $0) } }
            guard read.allSatisfy({ $0 != nil }) else {
                return fail(inquiry, Refusal(.invalidArgument, "ids are not all 32 hex digits"), &effects)
            }
            ids = read.compactMap { $0 }
        } else {
            return fail(inquiry, Refusal(.invalidArgument, "neither ids nor all: true"), &effects)
        }
        ask(replay ? .replay : .purge, from: inquiry.connection, id: inquiry.id, &effects) { ticket, now in
            replay
                ? .replay(ticket: ticket, service: service, ids: ids)
                : .purge(ticket: ticket, service: service, ids: ids, at: now.wall)
        }
    }

    // MARK: answers

    mutating func reply(_ json: JSON, to inquiry: Inquiry, _ effects: inout Effects) {
        answerInquiry(Header(.response, id: inquiry.id), metadata: Self.jsonMetadata, json.utf8, inquiry, &effects)
    }

    mutating func fail(_ inquiry: Inquiry, _ refusal: Refusal, _ effects: inout Effects) {
        counters.refuse(refusal.status)
        answerInquiry(
            Header(.response, status: refusal.status.rawValue, timeout: refusal.pushback, id: inquiry.id),
            metadata: MetadataBlock.message(refusal.message).bytes, [], inquiry, &effects)
    }

    private mutating func answerInquiry(_ header: Header, metadata: [UInt8], _ body: [UInt8], _ inquiry: Inquiry, _ effects: inout Effects) {
        guard isThere(inquiry.connection) else { return counters.drop(.gonePeer) }
        connections[inquiry.connection.id.index].open -= 1
        send(Message(header, metadata: metadata, body: body), to: inquiry.connection.id, &effects)
    }

    private static let jsonMetadata: [UInt8] = {
        var block = MetadataBlock()
        // A constant that keeps the rules.
        try? block.append("content-type", "application/json")
        return block.bytes
    }()
}
