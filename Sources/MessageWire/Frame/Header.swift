/// The fifty bytes every message begins with (wire.md §1).
public struct Header: Hashable, Sendable {
    public static let size = 50
    /// "TLP" and version 1, as a big-endian integer.
    @usableFromInline static let magic: UInt32 = 0x544C_5001

    public var type: MessageType
    public var flags: MessageFlags
    /// A gRPC code where the type carries one; a worker may send any byte.
    public var status: UInt8
    public var attempt: UInt8
    /// Milliseconds; its meaning depends on the type.
    public var timeout: UInt32
    public var argument: UInt32
    public var id: RequestID
    public var token: Token
    /// Bytes of metadata between the header and the body.
    public var metadataLength: Int

    @inlinable
    public init(
        _ type: MessageType, flags: MessageFlags = [], status: UInt8 = 0, attempt: UInt8 = 0, timeout: UInt32 = 0,
        argument: UInt32 = 0, id: RequestID = .zero, token: Token = .zero, metadataLength: Int = 0
    ) {
        self.type = type
        self.flags = flags
        self.status = status
        self.attempt = attempt
        self.timeout = timeout
        self.argument = argument
        self.id = id
        self.token = token
        self.metadataLength = metadataLength
    }

    /// Reads the header of a whole message and checks that its metadata fits into the frame.
    @inlinable
    public init(of frame: UnsafeRawBufferPointer) throws(Malformed) {
        guard frame.count >= Self.size else { throw .short }
        let magic = frame.bigEndian(at: 0, as: UInt32.self)
        guard magic == Self.magic else { throw magic >> 8 == Self.magic >> 8 ? .version : .magic }
        guard let type = MessageType(rawValue: frame[4]) else { throw .unknownType }
        self.type = type
        flags = MessageFlags(rawValue: frame[5] & 63)
        status = frame[6]
        attempt = frame[7]
        timeout = frame.bigEndian(at: 8, as: UInt32.self)
        argument = frame.bigEndian(at: 12, as: UInt32.self)
        (id, token) = Self.names(in: frame)
        metadataLength = Int(frame.bigEndian(at: 48, as: UInt16.self))
        guard metadataLength <= Metadata.maximumSize, metadataLength <= frame.count - Self.size else { throw .metadataLength }
    }

    /// Id and token of a frame that holds at least a header, however broken the rest is.
    @inlinable
    public static func names(in frame: UnsafeRawBufferPointer) -> (RequestID, Token) {
        // A caller's bug otherwise: every frame is measured before it is read.
        precondition(frame.count >= Self.size)
        return (
            RequestID(high: frame.bigEndian(at: 16, as: UInt64.self), low: frame.bigEndian(at: 24, as: UInt64.self)),
            Token(delivery: frame.bigEndian(at: 32, as: UInt64.self), seal: frame.bigEndian(at: 40, as: UInt64.self))
        )
    }

    /// Whether a frame begins with "TLP", so that its sender is told what is wrong with it.
    @inlinable
    public static func claimsToBeOurs(_ frame: UnsafeRawBufferPointer) -> Bool {
        frame.count >= 3 && frame[0] == 0x54 && frame[1] == 0x4C && frame[2] == 0x50
    }

    /// Writes the header over the first fifty bytes of `frame`.
    @inlinable
    public func write(to frame: UnsafeMutableRawBufferPointer) {
        // A caller's bug otherwise: the frame was made for this header.
        precondition(frame.count >= Self.size)
        frame.putBigEndian(Self.magic, at: 0)
        frame[4] = type.rawValue
        frame[5] = flags.rawValue
        frame[6] = status
        frame[7] = attempt
        frame.putBigEndian(timeout, at: 8)
        frame.putBigEndian(argument, at: 12)
        frame.putBigEndian(id.high, at: 16)
        frame.putBigEndian(id.low, at: 24)
        frame.putBigEndian(token.delivery, at: 32)
        frame.putBigEndian(token.seal, at: 40)
        frame.putBigEndian(UInt16(truncatingIfNeeded: metadataLength), at: 48)
    }
}
