import MessageWire
package import ZeroMQ

extension Broker {
    /// Takes one message from a peer. `isWhole` is false where more frames followed it.
    ///
    /// - Returns: how many messages it was: a BATCH counts as its items (wire.md §1).
    @discardableResult
    package mutating func receive(
        _ message: consuming Message, isWhole: Bool = true, from side: Side, _ routingID: RoutingID, at moment: Moment,
        _ effects: inout Effects
    ) -> Int {
        now = moment
        let connection = connection(side, routingID)
        guard connection.exists else {
            counters.drop(.connections)
            return 1
        }
        connections[connection.index].lastHeard = now.monotonic
        guard !connections[connection.index].isMuted else {
            counters.drop(.muted)
            return 1
        }
        do throws(Malformed) {
            guard isWhole else { throw .frames }
            let (header, metadata) = try message.withUnsafeBytes { frame throws(Malformed) in try Self.check(frame) }
            connections[connection.index].isKnown = true
            if header.type == .batch { return try takeBatch(message, header, from: connection, &effects) }
            handle(message, header, metadata, from: connection, &effects)
        } catch {
            strike(error, Excerpt(message), connection, &effects)
        }
        return 1
    }

    /// Every rule that a message can break on its own (wire.md §5).
    static func check(_ frame: UnsafeRawBufferPointer) throws(Malformed) -> (Header, Metadata) {
        let header = try Header(of: frame)
        guard header.type.isFromPeer else { throw .direction }
        let metadata = try Metadata(of: frame, header)
        switch header.type {
        case .request:
            guard !header.id.isZero else { throw .zeroID }
            guard metadata.path.count > 0 else { throw .path }
            guard !metadata.hasBrokenPriority else { throw .priority }
            guard !metadata.hasBrokerKey else { throw .brokerKey }
        case .cancel, .query:
            guard !header.id.isZero else { throw .zeroID }
        case .hello:
            _ = try Hello(UnsafeRawBufferPointer(rebasing: frame[(Header.size + header.metadataLength)...]))
        case .ping, .pong:
            guard frame.count - Header.size - header.metadataLength <= 1024 else { throw .pingBody }
        default:
            break
        }
        return (header, metadata)
    }

    /// Header and metadata of a frame that the broker made or checked before.
    static func read(_ frame: UnsafeRawBufferPointer) throws(Malformed) -> (Header, Metadata) {
        let header = try Header(of: frame)
        return (header, try Metadata(of: frame, header))
    }

    /// Each item acts as if it had come alone; all bad ones together are one strike.
    private mutating func takeBatch(
        _ message: borrowing Message, _ header: Header, from connection: ConnectionID, _ effects: inout Effects
    ) throws(Malformed) -> Int {
        var firstFault: (Malformed, Excerpt)?
        let start = Header.size + header.metadataLength
        var items: [Range<Int>] = []
        swap(&items, &batchItems)
        defer { swap(&items, &batchItems) }
        try message.withUnsafeBytes { frame throws(Malformed) in
            try Batch.items(in: UnsafeRawBufferPointer(rebasing: frame[start...]), count: header.argument, into: &items)
        }
        for place in items {
            let item = message.withUnsafeBytes { frame in
                buffers.message(copying: UnsafeRawBufferPointer(rebasing: frame[start + place.lowerBound..<start + place.upperBound]))
            }
            do throws(Malformed) {
                let (header, metadata) = try item.withUnsafeBytes { frame throws(Malformed) in try Self.check(frame) }
                guard header.type != .batch else { throw .batch }
                handle(item, header, metadata, from: connection, &effects)
            } catch {
                if firstFault == nil { firstFault = (error, Excerpt(item)) } else { counters.drop(error) }
            }
            // A HELLO or a strike among the items may have ended the connection's right to be heard.
            guard connections.isTaken(connection.index), !connections[connection.index].isMuted else { break }
        }
        if let (fault, excerpt) = firstFault, connections.isTaken(connection.index) { strike(fault, excerpt, connection, &effects) }
        return max(1, items.count)
    }

    /// A message that stands on its own, to whoever it concerns.
    private mutating func handle(
        _ message: consuming Message, _ header: Header, _ metadata: Metadata, from connection: ConnectionID, _ effects: inout Effects
    ) {
        switch header.type {
        case .request: request(message, header, metadata, from: connection, &effects)
        case .done: done(message, header, metadata, from: connection, &effects)
        case .credit: credit(message, header, metadata, from: connection, &effects)
        case .part: part(message, header, from: connection, &effects)
        case .progress: progress(header, from: connection, &effects)
        case .nack: nack(header, from: connection, &effects)
        case .term: term(message, header, metadata, from: connection, &effects)
        case .drain: drain(header, from: connection, &effects)
        case .cancel: cancel(header, from: connection, &effects)
        case .query: query(header, from: connection, &effects)
        case .hello: hello(message, header, from: connection, &effects)
        case .bye: bye(connection, &effects)
        case .ping: ping(message, header, from: connection, &effects)
        default: break  // PONG: that it came is all it says. The rest never passes `check`.
        }
    }

    private mutating func ping(_ message: borrowing Message, _ header: Header, from connection: ConnectionID, _ effects: inout Effects) {
        let status: StatusCode = connections[connection.index].session.exists ? .ok : .unauthenticated
        let pong = message.withUnsafeBytes { frame in
            Message(
                Header(.pong, status: status.rawValue, argument: UInt32(truncatingIfNeeded: epoch), id: header.id),
                metadata: UnsafeRawBufferPointer(start: nil, count: 0),
                body: UnsafeRawBufferPointer(rebasing: frame[(Header.size + header.metadataLength)...]))
        }
        send(pong, to: connection, &effects)
    }
}

/// What an ERROR repeats of the message that earned it.
struct Excerpt {
    var id = RequestID.zero
    var token = Token.zero
    var claimsToBeOurs = true

    init(_ header: Header) {
        id = header.id
        token = header.token
    }

    init(_ message: borrowing Message) {
        let (names, claims) = message.withUnsafeBytes { frame in
            (frame.count >= Header.size ? Header.names(in: frame) : (.zero, .zero), Header.claimsToBeOurs(frame))
        }
        claimsToBeOurs = claims
        // The bytes of another protocol are no id.
        if claims { (id, token) = names }
    }
}
