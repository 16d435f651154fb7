/// Reads JSON (RFC 8259) into a document.
///
/// YAML's own reader would do for most JSON, but not for escapes of characters beyond the first 65,536, and it takes many times as
/// long, which a document of a million numbers feels.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var line = 1
    private var depth = 0
    /// Whether the list `numbers` of the outermost object is passed over.
    private var leavesNumbers = false
    private var unread: (start: UnreadList.Place, count: Int)?

    /// Each level costs stack; a flow may have 100, and a node takes two.
    private static let deepest = 500

    /// Nil when the text is anything but one JSON object.
    static func read(_ text: String) -> DocumentValue? {
        var text = text
        return text.withUTF8 { bytes in
            var reader = JSONReader(bytes: bytes)
            return reader.document()
        }
    }

    /// The same with an empty list for `numbers`, and that list; nil for it where there is none.
    static func split(_ text: String) -> (root: DocumentValue, numbers: UnreadList?)? {
        var text = text
        let found = text.withUTF8 { bytes -> (root: DocumentValue, unread: (start: UnreadList.Place, count: Int)?)? in
            var reader = JSONReader(bytes: bytes)
            reader.leavesNumbers = true
            return reader.document().map { ($0, reader.unread) }
        }
        return found.map { found in
            (found.root, found.unread.map { UnreadList(text: text, start: $0.start, count: $0.count, form: .json) })
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// At an item of a list that has been passed over.
    init(bytes: UnsafeBufferPointer<UInt8>, at start: UnreadList.Place) {
        self.bytes = bytes
        place = start.offset
        line = start.line
        // Within the list within the document.
        depth = 2
    }

    private mutating func document() -> DocumentValue? {
        skipSpace()
        guard next == UInt8(ascii: "{"), let value = value() else { return nil }
        skipSpace()
        return next == nil ? value : nil
    }

    mutating func nextItem() -> DocumentValue? {
        skipSpace()
        defer {
            skipSpace()
            _ = take(",")
        }
        return value()
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: " "), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
            default: return
            }
            place += 1
        }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        place += 1
        return true
    }

    private mutating func value() -> DocumentValue? {
        switch next {
        case UInt8(ascii: "{"): return nested { $0.object() }
        case UInt8(ascii: "["): return nested { $0.array() }
        case UInt8(ascii: "\""):
            let line = line
            return string().map { .scalar(DocumentValue.Scalar(text: $0, isPlain: false, line: line)) }
        default: return word()
        }
    }

    private mutating func nested(_ read: (inout JSONReader) -> DocumentValue?) -> DocumentValue? {
        guard depth < Self.deepest else { return nil }
        depth += 1
        defer { depth -= 1 }
        place += 1
        return read(&self)
    }

    private mutating func object() -> DocumentValue? {
        let start = line
        var entries: [DocumentValue.Entry] = []
        skipSpace()
        if take("}") { return .mapping(entries, line: start) }
        repeat {
            skipSpace()
            let keyLine = line
            guard let key = string() else { return nil }
            skipSpace()
            guard take(":") else { return nil }
            skipSpace()
            let isLeft = leavesNumbers && depth == 1 && key == "numbers" && next == UInt8(ascii: "[")
            guard let value = isLeft ? nested({ $0.passOverArray() }) : value() else { return nil }
            entries.append(DocumentValue.Entry(key: key, line: keyLine, value: value))
            skipSpace()
        } while take(",")
        return take("}") ? .mapping(entries, line: start) : nil
    }

    /// Every item is read, and none is kept.
    private mutating func passOverArray() -> DocumentValue? {
        let list = line
        skipSpace()
        let start = UnreadList.Place(offset: place, line: line)
        var count = 0
        if !take("]") {
            repeat {
                skipSpace()
                guard value() != nil else { return nil }
                count += 1
                skipSpace()
            } while take(",")
            guard take("]") else { return nil }
        }
        unread = (start, count)
        return .sequence([], line: list)
    }

    private mutating func array() -> DocumentValue? {
        let start = line
        var items: [DocumentValue] = []
        skipSpace()
        if take("]") { return .sequence(items, line: start) }
        repeat {
            skipSpace()
            guard let item = value() else { return nil }
            items.append(item)
            skipSpace()
        } while take(",")
        return take("]") ? .sequence(items, line: start) : nil
    }

    /// A number, true, false or null.
    private mutating func word() -> DocumentValue? {
        let start = place
        while let byte = next, isWordByte(byte) { place += 1 }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        let isNumber = (text.utf8.first.map { $0 == UInt8(ascii: "-") || (48...57).contains($0) } ?? false) && Double(text) != nil
        return isNumber || ["true", "false", "null"].contains(text) ? .scalar(DocumentValue.Scalar(text: text, isPlain: true, line: line)) : nil
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...122).contains(byte | 0x20)
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = place
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { place += 1 }
        if next == UInt8(ascii: "\"") {
            place += 1
            return String(decoding: bytes[start..<place - 1], as: UTF8.self)
        }
        var text = Array(bytes[start..<place])
        while let byte = next, byte >= 0x20 {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                text.append(contentsOf: Array(String(Character(scalar)).utf8))
            default: text.append(byte)
            }
        }
        return nil
    }

    /// What follows a backslash.
    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let high = fourHexDigits() else { return nil }
            guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
            guard take("\\"), take("u"), let low = fourHexDigits(), (0xDC00..<0xE000).contains(low) else { return nil }
            return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        default: return nil
        }
    }

    private mutating func fourHexDigits() -> UInt32? {
        guard place + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        place += 4
        return value
    }
}
