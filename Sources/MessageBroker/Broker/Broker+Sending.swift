import BasicContainers
import MessageWire
import ZeroMQ

extension Broker {
    /// Queues a message for a connection; one that is gone gets nothing.
    mutating func send(
        _ message: consuming Message, to id: ConnectionID, cargo: Effects.Cargo = .nothing, _ effects: inout Effects
    ) {
        guard connections.isTaken(id.index) else {
            counters.drop(.gonePeer)
            return
        }
        connections[id.index].lastSent = now.monotonic
        let place = Int32(effects.outgoing.count)
        let last = connections[id.index].lastSend
        let begins = last < 0
        if begins {
            connections[id.index].firstSend = place
        } else {
            effects.outgoing[Int(last)].next = place
        }
        connections[id.index].lastSend = place
        effects.outgoing.append(
            Effects.Outgoing(
                side: connections[id.index].side, routingID: connections[id.index].routingID, message: message,
                batch: connections[id.index].batch, begins: begins,
                connection: ConnectionReference(id: id, generation: connections[id.index].generation), cargo: cargo))
    }

    /// To a connection as a request remembers it.
    mutating func send(
        _ message: consuming Message, to reference: ConnectionReference, cargo: Effects.Cargo = .nothing, _ effects: inout Effects
    ) {
        guard isThere(reference) else {
            counters.drop(.gonePeer)
            return
        }
        send(message, to: reference.id, cargo: cargo, &effects)
    }

    /// A message without a body, its metadata at hand.
    mutating func send(_ header: Header, metadata: MetadataBlock = MetadataBlock(), to id: ConnectionID, _ effects: inout Effects) {
        send(buffers.message(header, metadata: metadata.bytes), to: id, &effects)
    }

    func isThere(_ reference: ConnectionReference) -> Bool {
        connections.isTaken(reference.id.index) && connections[reference.id.index].generation == reference.generation
    }

    /// Ends a turn: the shell has sent, or given up on, everything in `effects`.
    package mutating func sent(_ effects: inout Effects) {
        for index in effects.outgoing.indices where effects.outgoing[index].begins {
            let reference = effects.outgoing[index].connection
            guard isThere(reference) else { continue }
            connections[reference.id.index].firstSend = -1
            connections[reference.id.index].lastSend = -1
        }
        effects.outgoing.removeAll(keepingCapacity: true)
    }

    /// What could not be queued: a worker that cannot be sent to is lost, a producer has stopped reading.
    package mutating func undelivered(_ failures: [Effects.Undelivered], _ effects: inout Effects) {
        var lost: [SessionID] = []
        for failure in failures {
            counters.drop(failure.isGone ? .gonePeer : .slowPeer)
            guard isThere(failure.connection) else { continue }
            let session = connections[failure.connection.id.index].session
            guard session.exists, failure.isGone || sessions[session.index].hello.role == .worker, !lost.contains(session) else { continue }
            lost.append(session)
            // Nothing more goes there, whatever becomes free below.
            for lane in sessions[session.index].lanes { withdraw(lane) }
        }
        // Before the sessions end: what never left is not lost with its worker.
        for failure in failures {
            switch failure.cargo {
            case .task(let place, let delivery) where isOut(place, delivery): takeBack(place)
            case .part(let place, let delivery) where isOut(place, delivery):
                let service = requests[place.index].service
                revoke(place, &effects)
                fail(place, .resourceExhausted, "the producer does not read its parts", &effects)
                dispatch(service, &effects)
            default: break
            }
        }
        for session in lost { end(session, .lost, &effects) }
    }
}

extension BufferPool {
    /// A message without a body.
    func message(_ header: Header, metadata: [UInt8]) -> Message {
        var message = message(count: Header.size + metadata.count)
        var header = header
        header.metadataLength = metadata.count
        message.withUnsafeMutableBytes { frame in
            header.write(to: frame)
            UnsafeMutableRawBufferPointer(rebasing: frame[Header.size...]).copyBytes(from: metadata)
        }
        return message
    }

    /// What a worker said, for a producer: its entries and body behind another header, without the path.
    func message(_ header: Header, passingOn frame: UnsafeRawBufferPointer, _ received: Header) -> Message {
        let path = received.metadataLength == 0 ? 0 : Int(frame[Header.size])
        var message = message(count: frame.count - path)
        var header = header
        header.metadataLength = received.metadataLength - path
        message.withUnsafeMutableBytes { out in
            header.write(to: out)
            if received.metadataLength > 0 { out[Header.size] = 0 }
            let start = Header.size + min(1, received.metadataLength)
            UnsafeMutableRawBufferPointer(rebasing: out[start...]).copyMemory(from: UnsafeRawBufferPointer(rebasing: frame[(start + path)...]))
        }
        return message
    }
}

extension Message {
    /// A whole message of the protocol.
    init(_ header: Header, metadata: [UInt8], body: [UInt8]) {
        self.init(count: Header.size + metadata.count + body.count)
        var header = header
        header.metadataLength = metadata.count
        withUnsafeMutableBytes { frame in
            header.write(to: frame)
            UnsafeMutableRawBufferPointer(rebasing: frame[Header.size...]).copyBytes(from: metadata)
            UnsafeMutableRawBufferPointer(rebasing: frame[(Header.size + metadata.count)...]).copyBytes(from: body)
        }
    }

    init(_ header: Header, metadata: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer) {
        self.init(count: Header.size + metadata.count + body.count)
        var header = header
        header.metadataLength = metadata.count
        withUnsafeMutableBytes { frame in
            header.write(to: frame)
            UnsafeMutableRawBufferPointer(rebasing: frame[Header.size...]).copyMemory(from: metadata)
            UnsafeMutableRawBufferPointer(rebasing: frame[(Header.size + metadata.count)...]).copyMemory(from: body)
        }
    }
}
