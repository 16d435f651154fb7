/// A number in E.164 form: `+` and 8–15 digits, under +1 of the form NXX-NXX-XXXX (directory.md §1.3).
///
/// One word: the digits as an integer and how many there are, so that a million of them hash and compare like integers.
public struct PhoneNumber: Hashable, Comparable, Sendable {
    /// Bits 56–63: how many digits; below: the digits as an integer (15 digits fit in 50 bits).
    package let word: UInt64

    /// A `word` again; nil for any that is no valid number's.
    package init?(word: UInt64) { self.init(digits: word & (1 << 56 - 1), count: Int(word >> 56)) }

    /// The strict spelling alone: `+` and nothing but digits; nil for any other and for an impossible number.
    public init?(e164 text: String) {
        var text = text
        let word = text.withUTF8 { PhoneNumber.word(strict: $0) }
        guard let word else { return nil }
        self.word = word
    }

    /// `count` digits whose value is `digits`; nil unless they are a valid number.
    init?(digits: UInt64, count: Int) {
        guard PhoneNumber.isValid(digits: digits, count: count) else { return nil }
        word = UInt64(count) << 56 | digits
    }

    /// The digits as an integer; nil for one that is no valid number's.
    package init?(digits: UInt64) {
        // No number begins with 0.
        self.init(digits: digits, count: powersOfTen.firstIndex { digits < $0 } ?? 16)
    }

    public var digitCount: Int { Int(word >> 56) }

    /// The digits after the `+`, as an integer.
    public var digits: UInt64 { word & (1 << 56 - 1) }

    /// The whole number, e.g. "+12125550111".
    public var e164: String {
        let count = digitCount
        return String(unsafeUninitializedCapacity: count + 1) { bytes in
            var rest = digits
            for place in stride(from: count, to: 0, by: -1) {
                bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            bytes[0] = UInt8(ascii: "+")
            return count + 1
        }
    }

    public static func < (a: PhoneNumber, b: PhoneNumber) -> Bool { a.word < b.word }

    private static func word(strict bytes: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard (9...16).contains(bytes.count), bytes[0] == UInt8(ascii: "+") else { return nil }
        var digits: UInt64 = 0
        for byte in bytes.dropFirst() {
            let digit = byte &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            digits = digits * 10 + UInt64(digit)
        }
        let count = bytes.count - 1
        guard isValid(digits: digits, count: count) else { return nil }
        return UInt64(count) << 56 | digits
    }

    static func isValid(digits: UInt64, count: Int) -> Bool {
        guard (8...15).contains(count) else { return false }
        let first = digits / powersOfTen[count - 1]
        guard (1...9).contains(first) else { return false }
        guard first == 1 else { return true }
        // The North American plan: area code and exchange begin with 2–9.
        return count == 11 && digits / 1_000_000_000 % 10 >= 2 && digits / 1_000_000 % 10 >= 2
    }
}

extension PhoneNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The last two digits, for logs and errors: "…11".
    public var description: String {
        let lastTwo = digits % 100
        return lastTwo < 10 ? "…0\(lastTwo)" : "…\(lastTwo)"
    }

    public var debugDescription: String { description }

    /// `dump` and a test's failure show no more than a log does.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

let powersOfTen: [UInt64] = (0...16).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }
