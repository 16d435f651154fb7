import MessageWire
import ZeroMQ

extension Broker {
    /// Connections remembered at once. Beyond, those that ask first are heard first.
    static var connectionLimit: Int { 16_384 }

    /// The connection's place, made if it is new; none where there is no room.
    mutating func connection(_ side: Side, _ routingID: RoutingID) -> ConnectionID {
        let recent = side == .front ? recentConnections.front : recentConnections.back
        if connections.isTaken(recent.index), connections[recent.index].routingID == routingID, connections[recent.index].side == side {
            return recent
        }
        let connection = found(side, routingID)
        if side == .front { recentConnections.front = connection } else { recentConnections.back = connection }
        return connection
    }

    private mutating func found(_ side: Side, _ routingID: RoutingID) -> ConnectionID {
        if let known = connectionsByRoutingID[Int(side.rawValue)][routingID] { return known }
        guard connections.count < Self.connectionLimit else { return .none }
        connectionGenerations &+= 1
        let id = ConnectionID(
            connections.insert(
                Connection(
                    side: side, routingID: routingID, generation: connectionGenerations, lastHeard: now.monotonic,
                    lastSent: now.monotonic)))
        connectionsByRoutingID[Int(side.rawValue)][routingID] = id
        return id
    }

    func reference(_ id: ConnectionID) -> ConnectionReference {
        ConnectionReference(id: id, generation: connections[id.index].generation)
    }

    /// Counts a malformed message, and tells its sender where it may be told (wire.md §5).
    mutating func strike(_ reason: Malformed, _ excerpt: Excerpt, _ connection: ConnectionID, _ effects: inout Effects) {
        counters.drop(reason)
        connections[connection.index].strikes += 1
        if excerpt.claimsToBeOurs || connections[connection.index].isKnown {
            error(reason.status, reason.rawValue, excerpt, to: connection, &effects)
        }
        guard connections[connection.index].strikes >= 3 else { return }
        connections[connection.index].isMuted = true
        if connections[connection.index].session.exists { end(connections[connection.index].session, .left, &effects) }
    }

    /// ERROR: something a peer did is refused, and no request is there to answer.
    mutating func error(_ status: StatusCode, _ reason: String, _ excerpt: Excerpt, to connection: ConnectionID, _ effects: inout Effects) {
        counters.refuse(status)
        send(
            Header(.error, status: status.rawValue, id: excerpt.id, token: excerpt.token),
            metadata: .message(reason), to: connection, &effects)
    }

    /// Looks after everyone: pings the quiet, ends the silent, forgets those who have gone.
    mutating func sweep(_ effects: inout Effects) {
        let interval = configuration.heartbeat
        for number in 0..<Int32(connections.capacity) where connections.isTaken(number) {
            let silence = now.monotonic - connections[number].lastHeard
            let session = connections[number].session
            if silence >= 3 * interval {
                if session.exists { end(session, .lost, &effects) }
                forget(ConnectionID(number))
            } else if session.exists, silence >= interval || now.monotonic - connections[number].lastSent >= interval,
                now.monotonic - sessions[session.index].lastPing >= interval
            {
                sessions[session.index].lastPing = now.monotonic
                send(Header(.ping), to: ConnectionID(number), &effects)
            }
        }
        if freeDisk < configuration.diskReserve, accepting.isEmpty { askForDisk(&effects) }
        forgetReplies()
    }

    /// A connection that said nothing for three intervals. One that waits for answers keeps its place, and a clean slate.
    private mutating func forget(_ id: ConnectionID) {
        guard connections[id.index].open == 0, connections[id.index].lastSend < 0 else {
            connections[id.index].strikes = 0
            connections[id.index].isMuted = false
            return
        }
        let connection = connections.remove(id.index)
        connectionsByRoutingID[Int(connection.side.rawValue)][connection.routingID] = nil
    }
}

extension MetadataBlock {
    /// Only `message`: the text of a status.
    static func message(_ text: String) -> MetadataBlock {
        var block = MetadataBlock()
        // Percent-encoded text is printable; what does not fit is not worth failing for.
        try? block.append("message", String(PercentEncoding.encode(text).prefix(1024)))
        return block
    }
}
