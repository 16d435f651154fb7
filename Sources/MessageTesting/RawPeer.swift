import MessageConnection
package import MessageWire
package import ZeroMQ

/// A DEALER that keeps no rule of its own: it sends any bytes in any frames, chooses its routing id, reads or does not read.
///
/// It lives on one thread, and waits with time limits.
package final class RawPeer {
    private let socket: Socket
    private var poller = Poller(capacity: 1)
    private var waiting: [ReceivedMessage] = []
    /// Whether PING is answered.
    package var answersPing = true

    /// - Parameter receiveHighWater: messages queued at this end before the other is held back; nil: libzmq's default.
    package init(_ context: Context, _ endpoint: String, routingID: [UInt8]? = nil, receiveHighWater: Int32? = nil) throws {
        socket = try Socket(.dealer, in: context)
        try socket.set(.linger(0))
        if let routingID { try socket.set(.routingID(routingID)) }
        if let receiveHighWater { try socket.set(.receiveHighWater(receiveHighWater)) }
        try socket.connect(endpoint)
        poller.add(socket)
    }

    // MARK: sending

    /// One message of any frames.
    @discardableResult
    package func send(frames: [[UInt8]]) throws -> Socket.Delivery {
        for (index, frame) in frames.enumerated() {
            var message = Message(frame)
            let delivery = try socket.send(&message, more: index < frames.count - 1)
            guard delivery == .sent else { return delivery }
        }
        return .sent
    }

    package func send(
        _ header: Header, path: String = "", entries: [(key: String, value: [UInt8])] = [], _ body: [UInt8] = []
    ) throws {
        try send(frames: [ScriptedBroker.encode(header, path: path, entries: entries, body)])
    }

    package func hello(_ role: Hello.Role, _ name: String, services: [String] = [], batch: Bool = true) throws {
        try send(Header(.hello), Hello(role: role, name: name, instance: "1", services: services, batch: batch).json.utf8)
    }

    // MARK: receiving

    /// The next message but for PINGs, which are answered; nil where none comes in time.
    package func next(within milliseconds: Int64 = 60_000) throws -> ReceivedMessage? {
        let end = MonotonicTime.now() + milliseconds
        while true {
            if !waiting.isEmpty {
                let message = waiting.removeFirst()
                guard message.type == .ping else { return message }
                if answersPing { try send(Header(.pong)) }
                continue
            }
            if try receiveFrame() { continue }
            let left = end - MonotonicTime.now()
            guard left > 0 else { return nil }
            try poller.wait(milliseconds: Int(left))
        }
    }

    /// The next message of that type; what comes before it is passed over.
    package func expect(_ type: MessageType, within milliseconds: Int64 = 60_000) throws -> ReceivedMessage {
        var others: [MessageType] = []
        while let message = try next(within: milliseconds) {
            if message.type == type { return message }
            others.append(message.type)
        }
        throw ScriptError("no \(type) came, only \(others)")
    }

    private func receiveFrame() throws -> Bool {
        var message = Message()
        guard try socket.receive(into: &message) else { return false }
        guard !message.hasMore else { throw ScriptError("more than one frame came") }
        try message.withUnsafeBytes { bytes in
            let header = try Header(of: bytes)
            guard header.type == .batch else {
                waiting.append(try ReceivedMessage(peer: [], header: header, bytes: bytes, batchedWith: 1))
                return
            }
            let body = UnsafeRawBufferPointer(rebasing: bytes[(Header.size + header.metadataLength)...])
            let items = try Batch.items(in: body, count: header.argument)
            for item in items {
                let bytes = UnsafeRawBufferPointer(rebasing: body[item])
                waiting.append(try ReceivedMessage(peer: [], header: Header(of: bytes), bytes: bytes, batchedWith: items.count))
            }
        }
        return true
    }
}
