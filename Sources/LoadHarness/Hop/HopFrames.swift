import MessageWire
import ZeroMQ

/// The few messages of TLP/1 that the peers of a hop send, written straight into frames: the peers must cost less than what
/// stands between them.
enum HopFrames {
    static func message(_ header: Header, metadata: [UInt8] = [], body: UnsafeRawBufferPointer) -> Message {
        var message = begun(header, metadata, bodyBytes: body.count)
        message.withUnsafeMutableBytes { frame in
            UnsafeMutableRawBufferPointer(rebasing: frame[(Header.size + metadata.count)...]).copyMemory(from: body)
        }
        return message
    }

    static func message(_ header: Header, metadata: [UInt8] = [], body: [UInt8] = []) -> Message {
        var message = begun(header, metadata, bodyBytes: body.count)
        message.withUnsafeMutableBytes { frame in
            UnsafeMutableRawBufferPointer(rebasing: frame[(Header.size + metadata.count)...]).copyBytes(from: body)
        }
        return message
    }

    /// All but the body.
    private static func begun(_ header: Header, _ metadata: [UInt8], bodyBytes: Int) -> Message {
        var header = header
        header.metadataLength = metadata.count
        var message = Message(count: Header.size + metadata.count + bodyBytes)
        message.withUnsafeMutableBytes { frame in
            header.write(to: frame)
            UnsafeMutableRawBufferPointer(rebasing: frame[Header.size...]).copyBytes(from: metadata)
        }
        return message
    }

    /// A BATCH of `count` messages of one size, each written by `write`.
    static func batch(_ count: Int, itemBytes: Int, _ write: (_ item: Int, UnsafeMutableRawBufferPointer) -> Void) -> Message {
        var batch = Message(count: Header.size + count * (4 + itemBytes))
        batch.withUnsafeMutableBytes { frame in
            Header(.batch, argument: UInt32(count)).write(to: frame)
            for item in 0..<count {
                let start = Header.size + item * (4 + itemBytes)
                frame.putBigEndian(UInt32(itemBytes), at: start)
                write(item, UnsafeMutableRawBufferPointer(rebasing: frame[(start + 4)..<(start + 4 + itemBytes)]))
            }
        }
        return batch
    }

    /// Gives every message of TLP/1 in a frame with its body: the frame's own, or those of a BATCH.
    static func each(in message: borrowing Message, _ take: (Header, _ body: UnsafeRawBufferPointer) -> Void) {
        message.withUnsafeBytes { frame in
            guard let header = try? Header(of: frame) else { return }
            let body = UnsafeRawBufferPointer(rebasing: frame[(Header.size + header.metadataLength)...])
            guard header.type == .batch else { return take(header, body) }
            for place in (try? Batch.items(in: body, count: header.argument)) ?? [] {
                let item = UnsafeRawBufferPointer(rebasing: body[place])
                guard let header = try? Header(of: item) else { continue }
                take(header, UnsafeRawBufferPointer(rebasing: item[(Header.size + header.metadataLength)...]))
            }
        }
    }

    static func hello(_ role: Hello.Role, _ name: String, services: [String] = [], batch: Bool) -> Message {
        var random = SystemRandomNumberGenerator()
        let hello = Hello(role: role, name: name, instance: RequestID(v7At: 0, using: &random).hex, services: services, batch: batch)
        return message(Header(.hello), body: hello.json.utf8)
    }

    /// A socket that never has to wait: what is out is bounded by window and credit.
    ///
    /// - Parameter reconnect: milliseconds until a connection is tried again; nil: as libzmq does.
    static func socket(_ endpoint: String, in context: Context, reconnect: Int32? = nil) throws(ZeroMQError) -> Socket {
        let socket = try Socket(.dealer, in: context)
        try socket.set(.linger(0))
        try socket.set(.sendHighWater(0))
        try socket.set(.receiveHighWater(0))
        if let reconnect { try socket.set(.reconnect(initial: reconnect, longest: reconnect)) }
        try socket.connect(endpoint)
        return socket
    }

    /// As `socket`, in a context of its own, which the socket keeps.
    static func connect(_ endpoint: String, reconnect: Int32? = nil) throws(LoadError) -> Socket {
        do throws(ZeroMQError) {
            return try socket(endpoint, in: Context(), reconnect: reconnect)
        } catch {
            throw LoadError(error)
        }
    }

    /// - Parameter path: of a service or a method.
    static func metadata(_ path: String, contentType: String? = nil) throws(LoadError) -> [UInt8] {
        do throws(Malformed) {
            var block = try MetadataBlock(path: path)
            if let contentType { try block.append("content-type", contentType) }
            return block.bytes
        } catch {
            throw LoadError(.input, "\(path): \(error.rawValue); use letters, digits and . _ / -")
        }
    }
}
