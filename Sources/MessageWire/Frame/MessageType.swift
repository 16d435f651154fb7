/// The kinds of message of TLP/1 (wire.md §2); the raw value is byte 4 of the frame.
public enum MessageType: UInt8, Sendable, CaseIterable {
    case hello = 0x01, welcome = 0x81
    case ping = 0x02, pong = 0x82
    case bye = 0x03, goAway = 0x83
    case request = 0x10, cancel = 0x11, query = 0x12
    case accepted = 0x90, partOut = 0x91, response = 0x92, state = 0x93
    case credit = 0x20, task = 0xA0, revoke = 0xA1
    case progress = 0x21, part = 0x22, done = 0x23, nack = 0x24, term = 0x25, drain = 0x26
    case error = 0x7F, batch = 0x40

    /// Whether a peer may send it; the others only a broker sends.
    @inlinable
    public var isFromPeer: Bool { rawValue & 0x80 == 0 && self != .error || self == .pong }
}

/// Byte 5 of the frame. Bits 64 and 128 mean nothing and are dropped.
public struct MessageFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let durable = MessageFlags(rawValue: 1)
    public static let waitForReady = MessageFlags(rawValue: 2)
    public static let idempotent = MessageFlags(rawValue: 4)
    public static let redelivered = MessageFlags(rawValue: 8)
    public static let last = MessageFlags(rawValue: 16)
    public static let wantResponse = MessageFlags(rawValue: 32)
}
