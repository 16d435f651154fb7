internal import CallModel

/// Writes values close together: small numbers in few bytes, texts behind their length.
package struct ByteWriter {
    package internal(set) var bytes: [UInt8]

    package init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    package mutating func byte(_ value: UInt8) { bytes.append(value) }

    /// Seven bits a byte, the lowest first.
    package mutating func count(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The sign in the lowest bit.
    package mutating func number(_ value: Int64) { count(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    /// Bit by bit, NaN as well.
    mutating func double(_ value: Double) {
        whole(value.bitPattern)
    }

    package mutating func text(_ value: String) {
        count(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Eight bytes, the highest first.
    mutating func whole(_ value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func texts(_ values: [String]) {
        count(UInt64(values.count))
        for value in values { text(value) }
    }

    mutating func pairs(_ values: [String: String]) {
        count(UInt64(values.count))
        for (name, value) in values {
            text(name)
            text(value)
        }
    }

    mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

    /// One message: `write` tells its fields, a mask in front says which of them are there.
    mutating func message(_ write: (inout MessageWriter) -> Void) {
        var message = beginMessage()
        write(&message)
        end(message)
    }

    /// The message has the bytes until its end: so they have one owner throughout, and are not copied.
    mutating func beginMessage() -> MessageWriter {
        var message = MessageWriter(start: bytes.count)
        for _ in 0..<4 { bytes.append(0) }
        swap(&bytes, &message.writer.bytes)
        return message
    }

    mutating func end(_ message: consuming MessageWriter) {
        let (start, mask) = (message.start, message.mask)
        bytes = (consume message).writer.bytes
        for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: mask >> UInt32(8 * place)) }
    }
}

/// Writes the fields of a message that are not empty. Their order is the format: a new one is added at the end, 32 at most.
struct MessageWriter {
    var writer = ByteWriter()
    fileprivate let start: Int
    fileprivate var mask: UInt32 = 0
    private var place: UInt32 = 0

    fileprivate init(start: Int) { self.start = start }

    mutating func text(_ value: String) { optional(!value.isEmpty) { $0.text(value) } }
    mutating func flag(_ value: Bool) { optional(value) { _ in } }
    mutating func count(_ value: UInt64) { optional(value != 0) { $0.count(value) } }
    mutating func time(_ value: Timestamp?) { optional(value != nil) { $0.number(value?.milliseconds ?? 0) } }
    mutating func double(_ value: Double) { optional(value.bitPattern != 0) { $0.double(value) } }
    mutating func texts(_ values: [String]) { optional(!values.isEmpty) { $0.texts(values) } }
    mutating func pairs(_ values: [String: String]) { optional(!values.isEmpty) { $0.pairs(values) } }

    mutating func optional(_ isThere: Bool, _ write: (inout ByteWriter) -> Void) {
        if has(isThere) { write(&writer) }
    }

    /// Whether the next field is there: then it is to be written.
    mutating func has(_ isThere: Bool) -> Bool {
        if isThere { mask |= 1 << place }
        place += 1
        return isThere
    }
}
