/// Reads the plain forms of YAML in which lists of numbers are written: an item a line, `- {number: …}`, or a key a line.
///
/// YAML's own reader takes a hundred times as long, which an account of a million numbers would not bear (performance.md, P7). What is
/// not as plain (anchors, escapes, texts over several lines, …) is left to that one; what is, means the same to both.
struct NumberLines {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place: Int
    private var line: Int
    private let indent: Int

    init(bytes: UnsafeBufferPointer<UInt8>, at start: UnreadList.Place, indent: Int) {
        self.bytes = bytes
        place = start.offset
        line = start.line
        self.indent = indent
    }

    /// The text with empty lines in place of the items of `numbers:`, and these; nil where there are none as plain as this reads.
    static func split(_ text: String) -> (rest: String, numbers: UnreadList)? {
        var text = text
        let found = text.withUTF8 { bytes -> (rest: String, start: UnreadList.Place, count: Int, indent: Int)? in
            guard let key = keyLine(bytes) else { return nil }
            var reader = NumberLines(bytes: bytes, at: key, indent: 0)
            guard reader.skipEmptyLines() else { return nil }
            let start = UnreadList.Place(offset: reader.place, line: reader.line)
            let indent = reader.spaces()
            reader = NumberLines(bytes: bytes, at: start, indent: indent)
            var count = 0
            while !reader.isAtEnd {
                guard reader.nextItem() != nil, reader.skipEmptyLines() else { return nil }
                count += 1
            }
            guard count > 0 else { return nil }
            let rest = Array(bytes[..<key.offset]) + [UInt8](repeating: UInt8(ascii: "\n"), count: reader.line - key.line) + bytes[reader.place...]
            return (String(decoding: rest, as: UTF8.self), start, count, indent)
        }
        guard let found else { return nil }
        let numbers = UnreadList(text: text, start: found.start, count: found.count, form: .lines(indent: found.indent))
        return (found.rest, numbers)
    }

    /// The beginning of the line after `numbers:`.
    private static func keyLine(_ bytes: UnsafeBufferPointer<UInt8>) -> UnreadList.Place? {
        let key = Array("numbers:".utf8)
        var reader = NumberLines(bytes: bytes, at: UnreadList.Place(offset: 0, line: 1), indent: 0)
        while reader.next != nil {
            if reader.place + key.count <= bytes.count, bytes[reader.place..<reader.place + key.count].elementsEqual(key) {
                reader.place += key.count
                return reader.endLine() ? UnreadList.Place(offset: reader.place, line: reader.line) : nil
            }
            guard reader.skipLine() else { return nil }
        }
        return nil
    }

    /// Whether there is no further item: a key of the document follows, or nothing. Called at the beginning of a line.
    private var isAtEnd: Bool {
        guard let next else { return true }
        return next != UInt8(ascii: " ") && next != UInt8(ascii: "-")
    }

    /// Nil where it is none of the plain forms. Leaves at the beginning of a line.
    mutating func nextItem() -> DocumentValue? {
        guard skipEmptyLines(), spaces() == indent else { return nil }
        let start = place
        place += indent
        guard take("-"), next == UInt8(ascii: " ") else { return nil }
        skipSpaces()
        if next == UInt8(ascii: "{") { return flow(depth: 0).flatMap { endLine() ? $0 : nil } }
        return map(column: place - start)
    }

    /// A key a line, all in one column; at the first key.
    private mutating func map(column: Int) -> DocumentValue? {
        let first = line
        var entries: [DocumentValue.Entry] = []
        entries.reserveCapacity(6)
        repeat {
            if !entries.isEmpty { place += column }
            guard let key = key() else { return nil }
            let keyLine = line
            guard next.map({ $0 == UInt8(ascii: " ") || isBreak($0) }) ?? true else { return nil }
            skipSpaces()
            guard let value = isAtLineEnd ? nothing : value(inFlow: false, depth: 0), endLine(), skipEmptyLines() else { return nil }
            entries.append(DocumentValue.Entry(key: key, line: keyLine, value: value))
        } while spaces() == column
        return spaces() < column ? .mapping(entries, line: first) : nil
    }

    private var nothing: DocumentValue { .scalar(DocumentValue.Scalar(text: "", isPlain: true, line: line)) }

    /// A word and its colon.
    private mutating func key() -> String? {
        let start = place
        while let byte = next, (97...122).contains(byte | 0x20) || (48...57).contains(byte) || byte == UInt8(ascii: "_") { place += 1 }
        guard place > start, next == UInt8(ascii: ":") else { return nil }
        place += 1
        return String(decoding: bytes[start..<place - 1], as: UTF8.self)
    }

    private mutating func value(inFlow: Bool, depth: Int) -> DocumentValue? {
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["): flow(depth: depth + 1)
        case UInt8(ascii: "\""): quotedText(UInt8(ascii: "\""))
        case UInt8(ascii: "'"): quotedText(UInt8(ascii: "'"))
        default: plain(inFlow: inFlow)
        }
    }

    private static let deepest = 8

    /// `{…}` or `[…]` on one line.
    private mutating func flow(depth: Int) -> DocumentValue? {
        guard depth < Self.deepest else { return nil }
        let isMap = next == UInt8(ascii: "{")
        let close = UInt8(ascii: isMap ? "}" : "]")
        place += 1
        var entries: [DocumentValue.Entry] = []
        if isMap { entries.reserveCapacity(6) }
        var items: [DocumentValue] = []
        skipSpaces()
        var isOpen = next != close
        while isOpen {
            if isMap {
                guard let key = key(), next == UInt8(ascii: " ") else { return nil }
                skipSpaces()
                let isNothing = next == UInt8(ascii: ",") || next == close
                guard let value = isNothing ? nothing : value(inFlow: true, depth: depth) else { return nil }
                entries.append(DocumentValue.Entry(key: key, line: line, value: value))
            } else {
                guard let item = value(inFlow: true, depth: depth) else { return nil }
                items.append(item)
            }
            skipSpaces()
            isOpen = take(",")
            skipSpaces()
        }
        guard next == close else { return nil }
        place += 1
        return isMap ? .mapping(entries, line: line) : .sequence(items, line: line)
    }

    /// On one line and without an escape.
    private mutating func quotedText(_ quote: UInt8) -> DocumentValue? {
        place += 1
        let start = place
        while let byte = next, byte != quote {
            guard byte != UInt8(ascii: "\\") || quote != UInt8(ascii: "\"") else { return nil }
            place += 1
        }
        guard next == quote, let text = text(start..<place) else { return nil }
        place += 1
        guard next != UInt8(ascii: "'") else { return nil }
        return .scalar(DocumentValue.Scalar(text: text, isPlain: false, line: line))
    }

    private mutating func plain(inFlow: Bool) -> DocumentValue? {
        let start = place
        guard let first = next, !isIndicator(first) else { return nil }
        while let byte = next, !isBreak(byte) {
            let after = place + 1 < bytes.count ? bytes[place + 1] : UInt8(ascii: "\n")
            if byte == UInt8(ascii: ":") {
                // Within braces YAML's own reader takes few.
                guard inFlow ? after == UInt8(ascii: "/") : after != UInt8(ascii: " ") && !isBreak(after) else { return nil }
            }
            if byte == UInt8(ascii: " "), after == UInt8(ascii: "#") { break }
            if inFlow {
                if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { break }
                guard byte != UInt8(ascii: "{"), byte != UInt8(ascii: "["), byte != UInt8(ascii: "?") else { return nil }
            }
            place += 1
        }
        var end = place
        while end > start, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return text(start..<end).map { .scalar(DocumentValue.Scalar(text: $0, isPlain: true, line: line)) }
    }

    /// What no plain text may begin with; some of these may before a letter.
    private func isIndicator(_ byte: UInt8) -> Bool {
        switch Unicode.Scalar(byte) {
        case "-", "?", ":", ",", "[", "]", "{", "}", "#", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`": true
        default: false
        }
    }

    /// Nil where it has what YAML takes for a line break, refuses, or reads in its own way.
    private func text(_ range: Range<Int>) -> String? {
        var isPlain = true
        for byte in bytes[range] {
            guard byte >= 0x20, byte != 0x7F else { return nil }
            if byte >= 0x80 { isPlain = false }
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
        guard !isPlain else { return text }
        let isUsual = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x80..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFD...0xFFFF: false
            default: true
            }
        }
        return isUsual ? text : nil
    }

    // MARK: lines

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    private var isAtLineEnd: Bool { next.map { isBreak($0) || $0 == UInt8(ascii: "#") } ?? true }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpaces() {
        while next == UInt8(ascii: " ") { place += 1 }
    }

    /// At the beginning of this line.
    private func spaces() -> Int {
        var end = place
        while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
        return end - place
    }

    /// Spaces and a comment, and the break; false where there is more.
    private mutating func endLine() -> Bool {
        let start = place
        skipSpaces()
        guard let byte = next else { return true }
        if byte == UInt8(ascii: "#") {
            return place > start && skipLine()
        }
        _ = take("\r")
        guard take("\n") else { return false }
        line += 1
        return true
    }

    /// False where a break of an old kind is in it.
    private mutating func skipLine() -> Bool {
        while let byte = next, byte != UInt8(ascii: "\n") {
            place += 1
            if byte == UInt8(ascii: "\r"), next != UInt8(ascii: "\n") { return false }
        }
        if take("\n") { line += 1 }
        return true
    }

    /// Lines that say nothing; false at one that cannot be told. Called and left at the beginning of a line.
    private mutating func skipEmptyLines() -> Bool {
        while next != nil {
            let end = place + spaces()
            guard end < bytes.count else {
                place = end
                return true
            }
            switch bytes[end] {
            case UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                guard skipLine() else { return false }
            case UInt8(ascii: "\t"): return false
            default: return true
            }
        }
        return true
    }
}
