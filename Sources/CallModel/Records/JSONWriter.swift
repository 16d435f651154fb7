/// Writes JSON text into bytes: compact, keys in the order given, no reflection.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// An object; commas are put where they belong.
    public mutating func object(_ members: (inout JSONWriter) -> Void) {
        open("{")
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    public mutating func array<Elements: Sequence>(_ elements: Elements, _ element: (inout JSONWriter, Elements.Element) -> Void) {
        open("[")
        for item in elements {
            separate()
            element(&self, item)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    public mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        raw("\":")
    }

    public mutating func key(_ name: String) {
        separate()
        text(name)
        bytes.append(UInt8(ascii: ":"))
    }

    public mutating func null() { raw("null") }

    public mutating func boolean(_ value: Bool) {
        if value { raw("true") } else { raw("false") }
    }

    public mutating func integer(_ value: some FixedWidthInteger) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(UInt64(value.magnitude))
    }

    /// Seconds to the millisecond, without needless zeros; null where no such number exists in JSON.
    public mutating func seconds(_ value: Double) {
        // Beyond 2^53 a double has no milliseconds left; such a value is a peer's nonsense.
        guard value.magnitude < 9_007_199_254_740 else { return null() }
        let milliseconds = Int64((value * 1000).rounded())
        if milliseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(milliseconds.magnitude / 1000)
        let fraction = milliseconds.magnitude % 1000
        guard fraction > 0 else { return }
        bytes.append(UInt8(ascii: "."))
        let first = UInt8(fraction / 100), second = UInt8(fraction / 10 % 10), third = UInt8(fraction % 10)
        bytes.append(48 + first)
        if second > 0 || third > 0 { bytes.append(48 + second) }
        if third > 0 { bytes.append(48 + third) }
    }

    public mutating func text(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { utf8 in
            if utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
                for byte in utf8 { escape(byte) }
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// RFC 3339, UTC, with milliseconds; a moment that cannot be written so becomes the nearest that can.
    public mutating func time(_ value: Timestamp) { text(value.bounded.rfc3339) }

    private mutating func open(_ bracket: Unicode.Scalar) { bytes.append(UInt8(ascii: bracket)) }

    private mutating func separate() {
        guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "["), last != UInt8(ascii: ":") else { return }
        bytes.append(UInt8(ascii: ","))
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func digits(_ value: UInt64) {
        if value >= 10 { digits(value / 10) }
        bytes.append(48 + UInt8(value % 10))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5C: bytes.append(UInt8(ascii: "\\")); bytes.append(byte)
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        case 0..<0x20:
            raw("\\u00")
            bytes.append(48 + byte / 16)
            bytes.append(byte % 16 < 10 ? 48 + byte % 16 : 87 + byte % 16)
        default: bytes.append(byte)
        }
    }
}
