/// Metadata as it stands in a frame: `u8 pathLength, path, { u8 keyLength, key, u16 valueLength, value }*` (wire.md §1).
///
/// A scan keeps places in the frame, not copies: eleven small integers whatever the metadata's size.
public struct Metadata: Sendable {
    public static let maximumSize = 8192

    /// A piece of the frame.
    public struct Piece: Hashable, Sendable {
        public var offset: UInt16
        public var count: UInt16

        @inlinable
        init(offset: Int, count: Int) {
            self.offset = UInt16(truncatingIfNeeded: offset)
            self.count = UInt16(truncatingIfNeeded: count)
        }

        @inlinable
        public func bytes(in frame: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(rebasing: frame[Int(offset)..<Int(offset) + Int(count)])
        }

        @inlinable
        public func text(in frame: UnsafeRawBufferPointer) -> String {
            String(decoding: bytes(in: frame), as: UTF8.self)
        }
    }

    /// `package.Service/Method`; empty where the message carries none.
    public private(set) var path: Piece
    /// The path up to its last "/"; empty where it has none.
    public private(set) var service: Piece
    /// The first entry of each key that means something to a broker.
    public private(set) var tenant: Piece?
    public private(set) var orderingKey: Piece?
    public private(set) var traceparent: Piece?
    public private(set) var message: Piece?
    /// 0 highest – 3; 2 where the message does not say.
    public private(set) var priority: UInt8 = 2
    /// The message names a priority that does not exist.
    public private(set) var hasBrokenPriority = false
    /// The message carries a key that only a broker sets.
    public private(set) var hasBrokerKey = false

    /// Reads and checks the metadata of a whole message.
    ///
    /// - Throws: `Malformed` where it does not add up or a key, value or the path breaks a rule.
    public init(of frame: UnsafeRawBufferPointer, _ header: Header) throws(Malformed) {
        path = Piece(offset: Header.size, count: 0)
        service = path
        guard header.metadataLength > 0 else { return }
        let end = Header.size + header.metadataLength
        var offset = Header.size + 1
        try readPath(in: frame, at: offset, count: Int(frame[Header.size]), end: end)
        offset += Int(path.count)
        while offset < end {
            let keyCount = Int(frame[offset])
            let keyOffset = offset + 1
            guard keyCount > 0 else { throw .key }
            guard end - keyOffset >= keyCount + 2 else { throw .metadataCut }
            let key = UnsafeRawBufferPointer(rebasing: frame[keyOffset..<keyOffset + keyCount])
            guard key.allSatisfy(Characters.key.contains) else { throw .key }
            let valueOffset = keyOffset + keyCount + 2
            let valueCount = Int(frame.bigEndian(at: valueOffset - 2, as: UInt16.self))
            guard end - valueOffset >= valueCount else { throw .metadataCut }
            let value = UnsafeRawBufferPointer(rebasing: frame[valueOffset..<valueOffset + valueCount])
            guard key.endsInBin || value.allSatisfy({ $0 >= 0x20 && $0 <= 0x7E }) else { throw .value }
            note(key, value, at: Piece(offset: valueOffset, count: valueCount))
            offset = valueOffset + valueCount
        }
    }

    private mutating func readPath(in frame: UnsafeRawBufferPointer, at offset: Int, count: Int, end: Int) throws(Malformed) {
        guard end - offset >= count else { throw .metadataCut }
        path = Piece(offset: offset, count: count)
        var slash: Int?
        for index in 0..<count {
            let byte = frame[offset + index]
            guard Characters.path.contains(byte) else { throw .path }
            if byte == UInt8(ascii: "/") { slash = index }
        }
        service = Piece(offset: offset, count: slash ?? 0)
    }

    /// Remembers the first value of a key that means something here. Told apart by length first: most keys are nobody's.
    private mutating func note(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, at place: Piece) {
        switch key.count {
        case 4 where key.equals("peer"): hasBrokerKey = true
        case 4 where key.equals("teed"): hasBrokerKey = true
        case 6 where key.equals("tenant"): tenant = tenant ?? place
        case 7 where key.equals("message"): message = message ?? place
        case 8 where key.equals("priority"):
            if value.count == 1, value[0] >= UInt8(ascii: "0"), value[0] <= UInt8(ascii: "3") {
                if !hasPriority { priority = value[0] - UInt8(ascii: "0") }
            } else {
                hasBrokenPriority = true
            }
            hasPriority = true
        case 9 where key.equals("duplicate"): hasBrokerKey = true
        case 10 where key.equals("durability"): hasBrokerKey = true
        case 11 where key.equals("traceparent"): traceparent = traceparent ?? place
        case 11 where key.equals("exchange-id"): hasBrokerKey = true
        case 12 where key.equals("ordering-key"): orderingKey = orderingKey ?? place
        default: break
        }
    }

    private var hasPriority = false
}

/// A set of ASCII characters, two words wide: bit n of `low` is character n, bit n of `high` character 64 + n.
///
/// Constants and not stored properties of the type: those are looked at through a lock when they are first used, and that is
/// asked about for every byte.
struct Characters {
    private let low: UInt64
    private let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        switch byte >> 6 {
        case 0: low >> UInt64(byte & 63) & 1 != 0
        case 1: high >> UInt64(byte & 63) & 1 != 0
        default: false
        }
    }

    /// A–Z a–z 0–9 . _ / -
    static var path: Characters { Characters(low: 0x03FF_E000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE) }
    /// a–z 0–9 _ . -
    static var key: Characters { Characters(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_8000_0000) }
}

extension UnsafeRawBufferPointer {
    package func equals(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { elementsEqual($0) }
    }

    /// Keys that carry bytes (wire.md §1).
    package var endsInBin: Bool {
        count >= 4 && self[count - 4] == UInt8(ascii: "-") && self[count - 3] == UInt8(ascii: "b")
            && self[count - 2] == UInt8(ascii: "i") && self[count - 1] == UInt8(ascii: "n")
    }
}
