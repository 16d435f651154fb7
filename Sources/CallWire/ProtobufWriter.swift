/// Writes protobuf's wire format in one pass. For the one message on the hot path: the generated writer costs four times as much,
/// most of it in moving a decision into the generated structs first.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int) { bytes.reserveCapacity(capacity) }

    /// A proto3 field without presence: its default is not written.
    mutating func text(_ field: UInt8, _ value: String) {
        guard !value.isEmpty else { return }
        tag(field, wireType: 2)
        var value = value
        value.withUTF8 { utf8 in
            varint(UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    mutating func integer(_ field: UInt8, _ value: UInt64) {
        guard value != 0 else { return }
        tag(field, wireType: 0)
        varint(value)
    }

    mutating func flag(_ field: UInt8, _ value: Bool) { integer(field, value ? 1 : 0) }

    /// Written even when it is empty: a message field has presence.
    mutating func message(_ field: UInt8, _ write: (inout ProtobufWriter) -> Void) {
        tag(field, wireType: 2)
        let place = bytes.count
        // Nearly every message here is shorter than 128 bytes, so one byte is kept for the length.
        bytes.append(0)
        write(&self)
        let count = bytes.count - place - 1
        if count < 128 {
            bytes[place] = UInt8(count)
        } else {
            var length = ProtobufWriter(reserving: 5)
            length.varint(UInt64(count))
            bytes.replaceSubrange(place...place, with: length.bytes)
        }
    }

    private mutating func tag(_ field: UInt8, wireType: UInt8) { varint(UInt64(field) << 3 | UInt64(wireType)) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 128 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
