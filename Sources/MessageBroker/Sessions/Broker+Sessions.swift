import MessageWire
import ZeroMQ

/// How a session ended.
enum SessionEnd {
    /// By BYE, by another HELLO of the same peer, or by its third strike: on purpose, or its own fault.
    case left
    /// Silence, or a message that could not be sent.
    case lost
}

extension Broker {
    mutating func hello(_ message: borrowing Message, _ header: Header, from connection: ConnectionID, _ effects: inout Effects) {
        let hello: Hello
        do throws(Malformed) {
            hello = try message.withUnsafeBytes { frame throws(Malformed) in
                try Hello(UnsafeRawBufferPointer(rebasing: frame[(Header.size + header.metadataLength)...]))
            }
        } catch {
            strike(error, Excerpt(header), connection, &effects)
            return
        }
        // Another HELLO ends what was, whether or not something new begins.
        if connections[connection.index].session.exists { end(connections[connection.index].session, .left, &effects) }
        let identity = PeerIdentity(name: hello.name, instance: hello.instance)
        if let earlier = sessionsByIdentity[identity] { end(earlier, .left, &effects) }
        guard sessions.count < configuration.peers else {
            error(.resourceExhausted, "\(configuration.peers) peers are connected already", Excerpt(header), to: connection, &effects)
            return
        }
        guard !isMemoryShort, !areDescriptorsShort else {
            let what = isMemoryShort ? "memory" : "descriptors"
            error(.resourceExhausted, "the broker is short of \(what)", Excerpt(header), to: connection, &effects)
            return
        }
        if hello.role == .worker, let refusal = admit(hello.services) {
            error(.permissionDenied, refusal, Excerpt(header), to: connection, &effects)
            return
        }
        begin(hello, on: connection, &effects)
    }

    /// Why a worker may not serve all of these; nil where it may.
    private func admit(_ names: [String]) -> String? {
        let reserved = ["mmi.", "titanic.", "trunkline.pool.", "grpc."]
        if let name = names.first(where: { name in reserved.contains { name.hasPrefix($0) } }) {
            return "\(name) is a name of the broker's own"
        }
        let unknown = names.filter { services.find($0) == nil }
        let undeclared = services.all.count { !services[$0].isDeclared }
        guard undeclared + unknown.count <= configuration.undeclaredServices else {
            return "\(unknown[0]) is not declared in the broker's file, which allows \(configuration.undeclaredServices) undeclared services"
        }
        if let name = names.first(where: { name in services.find(name).map { !services[$0].fanOut.isEmpty } ?? false }) {
            return "\(name) is fanned out to other services and has no workers of its own"
        }
        return nil
    }

    private mutating func begin(_ hello: Hello, on connection: ConnectionID, _ effects: inout Effects) {
        let id = SessionID(sessions.insert(Session(connection: connection, hello: hello, now: now.monotonic)))
        sessionsByIdentity[sessions[id.index].identity] = id
        connections[connection.index].session = id
        connections[connection.index].batch = hello.batch
        if hello.role == .worker {
            for name in hello.services {
                let service = services.find(name) ?? services.add(name, .unary(UnaryPolicy()), isDeclared: false)
                let lane = LaneID(lanes.insert(Lane(session: id, service: service)))
                sessions[id.index].lanes.append(lane)
                services[service].lanes.append(lane)
            }
        }
        let welcome = Welcome(
            broker: name, epoch: epoch, heartbeatMilliseconds: configuration.heartbeat, maxBody: configuration.maxBody,
            maxFrame: configuration.maxFrame, window: configuration.window, durability: configuration.durability.rawValue)
        send(Message(Header(.welcome), metadata: [], body: welcome.json.utf8), to: connection, &effects)
        if isDraining { send(Header(.goAway), to: connection, &effects) }
    }

    mutating func bye(_ connection: ConnectionID, _ effects: inout Effects) {
        let session = connections[connection.index].session
        if session.exists { end(session, .left, &effects) }
    }

    /// Ends a session: what it held goes back or is answered for, its services lose a worker.
    mutating func end(_ id: SessionID, _ how: SessionEnd, _ effects: inout Effects) {
        let served = sessions[id.index].lanes
        for lane in served { withdraw(lane) }
        while sessions[id.index].firstHeld.exists {
            let place = sessions[id.index].firstHeld
            release(place)
            workerGone(from: place, how, &effects)
        }
        let session = sessions.remove(id.index)
        if sessionsByIdentity[session.identity] == id { sessionsByIdentity[session.identity] = nil }
        if connections.isTaken(session.connection.index) {
            connections[session.connection.index].session = .none
            connections[session.connection.index].batch = false
        }
        for lane in served {
            let service = lanes.remove(lane.index).service
            guard services.exists(service) else { continue }
            if services[service].lanes.isEmpty { lastWorkerLeft(service, &effects) }
            dispatch(service, &effects)
            retire(service)
        }
    }

    /// An undeclared service ends with its last worker, once nothing is left in it.
    mutating func retire(_ service: ServiceID) {
        guard services.exists(service), !services[service].isDeclared, services[service].lanes.isEmpty, services[service].waiting == 0, services[service].leased == 0
        else { return }
        // A draining worker still has a session for it.
        for number in 0..<Int32(lanes.capacity) where lanes.isTaken(number) && lanes[number].service == service { return }
        services.remove(service)
    }

    /// Takes a lane out of its service's choice of workers.
    mutating func withdraw(_ lane: LaneID) {
        services[lanes[lane.index].service].lanes.removeAll { $0 == lane }
    }

    /// A worker wants nothing new; what it holds stays with it.
    ///
    /// An id is copied to the GOAWAY, which tells it from the one of a broker that drains itself.
    mutating func drain(_ header: Header, from connection: ConnectionID, _ effects: inout Effects) {
        guard let session = workerSession(connection, Excerpt(header), &effects) else { return }
        sessions[session.index].isDraining = true
        for lane in sessions[session.index].lanes {
            withdraw(lane)
            let service = lanes[lane.index].service
            if services[service].lanes.isEmpty { lastWorkerLeft(service, &effects) }
        }
        send(Header(.goAway, id: header.id), to: connection, &effects)
    }

    mutating func credit(
        _ message: borrowing Message, _ header: Header, _ metadata: Metadata, from connection: ConnectionID, _ effects: inout Effects
    ) {
        guard let session = workerSession(connection, Excerpt(header), &effects) else { return }
        let service = message.withUnsafeBytes { services.find(metadata.path.bytes(in: $0)) }
        guard let service, let lane = sessions[session.index].lanes.first(where: { lanes[$0.index].service == service }) else {
            let name = message.withUnsafeBytes { metadata.path.text(in: $0) }
            error(.permissionDenied, "credit for \(name), which the HELLO did not offer", Excerpt(header), to: connection, &effects)
            return
        }
        lanes[lane.index].grant(header.argument)
        dispatch(service, &effects)
    }

    /// The session a worker's message belongs to; without one it is told to say HELLO first.
    mutating func workerSession(_ connection: ConnectionID, _ excerpt: Excerpt, _ effects: inout Effects) -> SessionID? {
        let session = connections[connection.index].session
        guard session.exists else {
            error(.unauthenticated, "hello required", excerpt, to: connection, &effects)
            return nil
        }
        return session
    }
}
