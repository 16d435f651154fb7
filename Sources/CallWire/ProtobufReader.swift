/// Reads protobuf's wire format field by field, for the messages that every call brings: the generated reader costs three to four times
/// as much, most of it in moving the generated structs into the model's.
///
/// It reads what writers make of themselves. At anything else (groups, a field of another type, a singular message told twice, text that
/// is not UTF-8, bytes that do not add up) it stops, and the generated reader judges the body.
struct ProtobufReader {
    /// A body that this reader leaves to the generated one.
    struct Unusual: Error {}

    private let bytes: UnsafeRawBufferPointer
    private var place: Int
    private let end: Int
    /// The wire type of the field that `next` has found.
    private var wireType: UInt8 = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        place = 0
        end = bytes.count
    }

    private init(_ bytes: UnsafeRawBufferPointer, _ part: Range<Int>) {
        self.bytes = bytes
        place = part.lowerBound
        end = part.upperBound
    }

    /// The number of the next field; nil at the end.
    mutating func next() throws(Unusual) -> UInt64? {
        guard place < end else { return nil }
        let tag = try varint()
        wireType = UInt8(tag & 7)
        // Field numbers begin with 1 and end at 2²⁹ - 1.
        guard 8...UInt64(UInt32.max) ~= tag else { throw Unusual() }
        return tag >> 3
    }

    mutating func integer() throws(Unusual) -> UInt64 {
        guard wireType == 0 else { throw Unusual() }
        return try varint()
    }

    mutating func flag() throws(Unusual) -> Bool { try integer() != 0 }

    /// A uint32.
    mutating func seconds() throws(Unusual) -> UInt32 {
        guard let value = UInt32(exactly: try integer()) else { throw Unusual() }
        return value
    }

    mutating func double() throws(Unusual) -> Double {
        guard wireType == 1, end - place >= 8 else { throw Unusual() }
        defer { place += 8 }
        return Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
    }

    mutating func text() throws(Unusual) -> String {
        let part = try part()
        guard !part.isEmpty else { return "" }
        // A quarter of what `String(validating:as:)` costs, which is most of a message's price.
        let letters = UnsafeRawBufferPointer(rebasing: bytes[part]).bindMemory(to: UInt8.self)
        guard let text = try? UTF8Span(validating: letters.span) else { throw Unusual() }
        return String(copying: text)
    }

    /// A reader of the message that the field holds.
    mutating func message() throws(Unusual) -> ProtobufReader { ProtobufReader(bytes, try part()) }

    mutating func skip() throws(Unusual) {
        switch wireType {
        case 0: _ = try varint()
        case 1: try advance(8)
        case 2: _ = try part()
        case 5: try advance(4)
        default: throw Unusual()
        }
    }

    private mutating func part() throws(Unusual) -> Range<Int> {
        guard wireType == 2 else { throw Unusual() }
        let count = try varint()
        guard count <= UInt64(end - place) else { throw Unusual() }
        defer { place += Int(count) }
        return place..<place + Int(count)
    }

    private mutating func advance(_ count: Int) throws(Unusual) {
        guard end - place >= count else { throw Unusual() }
        place += count
    }

    private mutating func varint() throws(Unusual) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < end {
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
            guard shift < 64 else { throw Unusual() }
        }
        throw Unusual()
    }
}
