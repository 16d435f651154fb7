extension JSON {
    /// Reads one JSON text that fills `bytes` but for white space; nil where it is none, or nests deeper than 32.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard let value = Reader.read(bytes) else { return nil }
        self = value
    }

    public init?(_ text: String) {
        var text = text
        guard let value = text.withUTF8({ Reader.read(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = value
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var offset = 0

        static func read(_ bytes: UnsafeRawBufferPointer) -> JSON? {
            var reader = Reader(bytes: bytes)
            guard let value = reader.value(depth: 0) else { return nil }
            reader.skipSpace()
            return reader.offset == bytes.count ? value : nil
        }

        var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard next == byte else { return false }
            offset += 1
            return true
        }

        mutating func take(_ word: StaticString) -> Bool {
            guard bytes.count - offset >= word.utf8CodeUnitCount,
                UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + word.utf8CodeUnitCount]).equals(word)
            else { return false }
            offset += word.utf8CodeUnitCount
            return true
        }

        mutating func value(depth: Int) -> JSON? {
            guard depth <= 32 else { return nil }
            skipSpace()
            switch next {
            case UInt8(ascii: "{"): return object(depth: depth)
            case UInt8(ascii: "["): return array(depth: depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return take("null") ? .null : nil
            default: return number()
            }
        }

        mutating func object(depth: Int) -> JSON? {
            offset += 1
            var members: [Member] = []
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            while true {
                skipSpace()
                guard next == UInt8(ascii: "\""), let name = string() else { return nil }
                skipSpace()
                guard take(UInt8(ascii: ":")), let value = value(depth: depth + 1) else { return nil }
                members.append(Member(name, value))
                skipSpace()
                if take(UInt8(ascii: "}")) { return .object(members) }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
        }

        mutating func array(depth: Int) -> JSON? {
            offset += 1
            var items: [JSON] = []
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            while true {
                guard let value = value(depth: depth + 1) else { return nil }
                items.append(value)
                skipSpace()
                if take(UInt8(ascii: "]")) { return .array(items) }
                guard take(UInt8(ascii: ",")) else { return nil }
            }
        }

        /// RFC 8259 §6; Swift would take more.
        mutating func number() -> JSON? {
            let start = offset
            _ = take(UInt8(ascii: "-"))
            guard take(UInt8(ascii: "0")) || digits() else { return nil }
            if take(UInt8(ascii: ".")) { guard digits() else { return nil } }
            if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
                guard digits() else { return nil }
            }
            let text = String(decoding: bytes[start..<offset], as: UTF8.self)
            if let whole = Int64(text) { return .integer(whole) }
            return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        }

        /// Whether there was one at least.
        mutating func digits() -> Bool {
            let start = offset
            while let byte = next, 0x30...0x39 ~= byte { offset += 1 }
            return offset > start
        }

        mutating func string() -> String? {
            offset += 1
            var out: [UInt8] = []
            while let byte = next {
                offset += 1
                switch byte {
                case UInt8(ascii: "\""): return String(validating: out, as: UTF8.self)
                case UInt8(ascii: "\\"): guard escape(into: &out) else { return nil }
                case 0..<0x20: return nil
                default: out.append(byte)
                }
            }
            return nil
        }

        mutating func escape(into out: inout [UInt8]) -> Bool {
            guard let byte = next else { return false }
            offset += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = unicodeEscape() else { return false }
                out += String(Character(scalar)).utf8
            default: return false
            }
            return true
        }

        /// The four digits behind `\u`, and a second escape where they are half of a pair.
        mutating func unicodeEscape() -> Unicode.Scalar? {
            guard let first = fourDigits() else { return nil }
            guard 0xD800..<0xDC00 ~= first else { return Unicode.Scalar(first) }
            guard take("\\u"), let second = fourDigits(), 0xDC00..<0xE000 ~= second else { return nil }
            return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        }

        mutating func fourDigits() -> UInt32? {
            guard bytes.count - offset >= 4 else { return nil }
            var value: UInt32 = 0
            for _ in 0..<4 {
                guard let digit = Hex.value(of: bytes[offset]) else { return nil }
                value = value << 4 | UInt32(digit)
                offset += 1
            }
            return value
        }
    }
}
