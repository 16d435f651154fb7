internal import CallModel

/// Reads what `ByteWriter` wrote. Throws `damaged` at the first byte that does not add up.
package struct ByteReader {
    private let bytes: [UInt8]
    private var place = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var isAtEnd: Bool { place == bytes.count }

    package mutating func byte() throws(StorageError) -> UInt8 {
        guard place < bytes.count else { throw Self.damaged }
        defer { place += 1 }
        return bytes[place]
    }

    package mutating func count() throws(StorageError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
            guard shift < 64 else { throw Self.damaged }
        }
    }

    package mutating func number() throws(StorageError) -> Int64 {
        let value = try count()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func double() throws(StorageError) -> Double {
        var pattern: UInt64 = 0
        for _ in 0..<8 { pattern = try pattern << 8 | UInt64(byte()) }
        return Double(bitPattern: pattern)
    }

    package mutating func text() throws(StorageError) -> String {
        let length = try length()
        defer { place += length }
        return String(decoding: bytes[place..<place + length], as: UTF8.self)
    }

    mutating func texts() throws(StorageError) -> [String] {
        let count = try length()
        var values: [String] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try text()) }
        return values
    }

    mutating func pairs() throws(StorageError) -> [String: String] {
        var values: [String: String] = [:]
        for _ in 0..<(try length()) {
            let name = try text()
            values[name] = try text()
        }
        return values
    }

    mutating func raw(_ length: Int) throws(StorageError) -> ArraySlice<UInt8> {
        guard length <= bytes.count - place else { throw Self.damaged }
        defer { place += length }
        return bytes[place..<place + length]
    }

    /// A length, or a number of items of at least one byte each.
    package mutating func length() throws(StorageError) -> Int {
        let length = try count()
        guard length <= UInt64(bytes.count - place) else { throw Self.damaged }
        return Int(length)
    }

    mutating func message() throws(StorageError) -> MessageReader {
        var mask: UInt32 = 0
        for place in 0..<4 { mask |= UInt32(try byte()) << UInt32(8 * place) }
        return MessageReader(mask: mask)
    }

    package static var damaged: StorageError { StorageError(.damaged, "a stored call cannot be read: its bytes do not add up; restore the data folder from a backup") }
}

/// Says, field by field, which of them are there: in the order in which they were written.
struct MessageReader {
    fileprivate var mask: UInt32

    mutating func isNext() -> Bool {
        defer { mask >>= 1 }
        return mask & 1 == 1
    }

    mutating func text(_ reader: inout ByteReader) throws(StorageError) -> String { isNext() ? try reader.text() : "" }
    mutating func count(_ reader: inout ByteReader) throws(StorageError) -> UInt64 { isNext() ? try reader.count() : 0 }
    mutating func double(_ reader: inout ByteReader) throws(StorageError) -> Double { isNext() ? try reader.double() : 0 }
    mutating func texts(_ reader: inout ByteReader) throws(StorageError) -> [String] { isNext() ? try reader.texts() : [] }
    mutating func pairs(_ reader: inout ByteReader) throws(StorageError) -> [String: String] { isNext() ? try reader.pairs() : [:] }

    mutating func time(_ reader: inout ByteReader) throws(StorageError) -> Timestamp? {
        isNext() ? Timestamp(milliseconds: try reader.number()) : nil
    }
}
