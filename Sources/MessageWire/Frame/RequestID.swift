/// Sixteen bytes that name a request; chosen by its producer, and its idempotency key (wire.md §1).
public struct RequestID: Hashable, Sendable {
    public var high: UInt64
    public var low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public static let zero = RequestID(high: 0, low: 0)

    @inlinable
    public var isZero: Bool { high | low == 0 }

    /// A UUID of version 7 (RFC 9562 §5.7): ids made later sort later, to the millisecond.
    @inlinable
    public init(v7At milliseconds: Int64, using random: inout some RandomNumberGenerator) {
        let noise = random.next()
        high = UInt64(truncatingIfNeeded: milliseconds) << 16 | 0x7000 | noise & 0x0FFF
        low = 0x8000_0000_0000_0000 | random.next() >> 2
    }

    /// Thirty-two lower-case hex digits.
    public var hex: String {
        var digits: [UInt8] = []
        appendHex(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// The same digits as ASCII.
    package func appendHex(to bytes: inout [UInt8]) {
        high.appendHex(to: &bytes)
        low.appendHex(to: &bytes)
    }

    /// Reads 32 hex digits, in either case and with hyphens anywhere; nil for anything else (wire.md §7).
    public init?(hex text: String) {
        var digits = 0
        var value: (UInt64, UInt64) = (0, 0)
        for byte in text.utf8 where byte != UInt8(ascii: "-") {
            guard digits < 32, let digit = Hex.value(of: byte) else { return nil }
            value = (value.0 << 4 | value.1 >> 60, value.1 << 4 | UInt64(digit))
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: value.0, low: value.1)
    }
}

/// Sixteen bytes between broker and worker that name one delivery: the lease (wire.md §5).
public struct Token: Hashable, Sendable {
    public var delivery: UInt64
    public var seal: UInt64

    @inlinable
    public init(delivery: UInt64, seal: UInt64) {
        self.delivery = delivery
        self.seal = seal
    }

    public static let zero = Token(delivery: 0, seal: 0)
}

enum Hex {
    static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension UInt64 {
    func appendHex(to bytes: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: self >> UInt64(shift)) & 15
            bytes.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
    }
}
