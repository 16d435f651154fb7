/// The first digits of a number, e.g. "+1900": what `prefix` of a block or a node names (directory.md §1.4, §2).
public struct PhonePrefix: Hashable, Sendable {
    package let digits: UInt64
    public let count: Int

    /// `+` and 1–15 digits, the first not 0; nil otherwise.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (2...16).contains(bytes.count), bytes.first == UInt8(ascii: "+") else { return nil }
        var digits: UInt64 = 0
        for byte in bytes.dropFirst() {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            digits = digits * 10 + UInt64(digit)
        }
        count = bytes.count - 1
        guard digits >= powersOfTen[count - 1] else { return nil }
        self.digits = digits
    }

    init(digits: UInt64, count: Int) {
        self.digits = digits
        self.count = count
    }

    /// As written: "+1900".
    public var text: String { "+\(digits)" }

    public func matches(_ number: PhoneNumber) -> Bool { number.prefix(count) == self }
}

extension PhoneNumber {
    /// The first `count` digits; nil when the number is shorter.
    public func prefix(_ count: Int) -> PhonePrefix? {
        guard count > 0, count <= digitCount else { return nil }
        return PhonePrefix(digits: digits / powersOfTen[digitCount - count], count: count)
    }
}
