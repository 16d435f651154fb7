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

    /// A socket that never has to wait: what is out is bounded by window and credit.
    static func socket(_ endpoint: String, in context: Context) throws(ZeroMQError) -> Socket {
        let socket = try Socket(.dealer, in: context)
        try socket.set(.linger(0))
        try socket.set(.sendHighWater(0))
        try socket.set(.receiveHighWater(0))
        try socket.connect(endpoint)
        return socket
    }

    /// - Parameter path: of a service or a method.
    static func metadata(_ path: String) throws(LoadError) -> [UInt8] {
        do throws(Malformed) {
            return try MetadataBlock(path: path).bytes
        } catch {
            throw LoadError(.input, "\(path): \(error.rawValue); use letters, digits and . _ / -")
        }
    }
}
