/// What is wrong in a JSON text, and in which member.
struct JSONFault: Error {
    /// Outermost first; empty: the text itself.
    var path: [String] = []
    var message: String

    var description: String { path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)" }
}

/// Reads one JSON text (RFC 8259) member by member: a line of a timeline needs no tree in between.
struct JSONReader {
    private let bytes: ArraySlice<UInt8>
    private var place: Int
    private var depth = 0
    /// Far more than any line needs, and far less than a stack holds.
    private static let maxDepth = 64

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// Calls `member` with each name; it must read the value.
    mutating func object(_ member: (inout JSONReader, String) throws(JSONFault) -> Void) throws(JSONFault) {
        try open("{", "an object")
        defer { depth -= 1 }
        if take("}") { return }
        repeat {
            let name = try text()
            guard take(":") else { throw JSONFault(message: "expected : after \"\(name)\"") }
            do throws(JSONFault) {
                try member(&self, name)
            } catch {
                throw JSONFault(path: [name] + error.path, message: error.message)
            }
        } while take(",")
        guard take("}") else { throw JSONFault(message: "expected , or } after a member") }
    }

    mutating func array<Element>(_ element: (inout JSONReader) throws(JSONFault) -> Element) throws(JSONFault) -> [Element] {
        try open("[", "a list")
        defer { depth -= 1 }
        var elements: [Element] = []
        if take("]") { return elements }
        repeat { elements.append(try element(&self)) } while take(",")
        guard take("]") else { throw JSONFault(message: "expected , or ] after an item") }
        return elements
    }

    mutating func text() throws(JSONFault) -> String {
        guard take("\"") else { throw JSONFault(message: "expected a text in quotes") }
        let start = place
        while place < bytes.endIndex, bytes[place] != UInt8(ascii: "\""), bytes[place] != UInt8(ascii: "\\"), bytes[place] >= 0x20 { place += 1 }
        if place < bytes.endIndex, bytes[place] == UInt8(ascii: "\"") {
            place += 1
            return String(decoding: bytes[start..<place - 1], as: UTF8.self)
        }
        return try escapedText(after: start)
    }

    /// A JSON number, or a decimal in quotes as protobuf's JSON writes large ones.
    mutating func number() throws(JSONFault) -> Double {
        skipSpace()
        let isQuoted = place < bytes.endIndex && bytes[place] == UInt8(ascii: "\"")
        let token = isQuoted ? try text() : word()
        guard let value = Double(token), value.isFinite, token.utf8.first.map({ $0 == UInt8(ascii: "-") || isDigit($0) }) == true else {
            throw JSONFault(message: "expected a number, not \(token.isEmpty ? "this" : token)")
        }
        return value
    }

    /// The same, as it is written.
    mutating func decimal() throws(JSONFault) -> String {
        skipSpace()
        let start = place
        _ = try number()
        return String(decoding: bytes[start..<place].filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    mutating func boolean() throws(JSONFault) -> Bool {
        skipSpace()
        switch word() {
        case "true": return true
        case "false": return false
        case let other: throw JSONFault(message: "expected true or false, not \(other.isEmpty ? "this" : other)")
        }
    }

    /// Whether the next value is null; if so it is read.
    mutating func takeNull() -> Bool {
        skipSpace()
        let start = place
        if word() == "null" { return true }
        place = start
        return false
    }

    /// Reads any value and returns it as it stands.
    mutating func raw() throws(JSONFault) -> ArraySlice<UInt8> {
        skipSpace()
        let start = place
        try skip()
        return bytes[start..<place]
    }

    mutating func end() throws(JSONFault) {
        skipSpace()
        guard place == bytes.endIndex else { throw JSONFault(message: "something follows the object; write one object a line") }
    }
}

extension JSONReader {
    private mutating func skip() throws(JSONFault) {
        skipSpace()
        guard place < bytes.endIndex else { throw JSONFault(message: "the text ends before its value") }
        switch bytes[place] {
        case UInt8(ascii: "{"): try object { (reader, _) throws(JSONFault) in try reader.skip() }
        case UInt8(ascii: "["): _ = try array { (reader) throws(JSONFault) in try reader.skip() }
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try boolean()
        case UInt8(ascii: "n"):
            guard takeNull() else { throw JSONFault(message: "expected a value") }
        default: _ = try number()
        }
    }

    private mutating func open(_ bracket: Unicode.Scalar, _ what: String) throws(JSONFault) {
        guard take(bracket) else { throw JSONFault(message: "expected \(what)") }
        depth += 1
        guard depth <= Self.maxDepth else { throw JSONFault(message: "nested deeper than \(Self.maxDepth)") }
    }

    private mutating func skipSpace() {
        while place < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        guard place < bytes.endIndex, bytes[place] == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    /// The letters, digits and signs of a number or a literal.
    private mutating func word() -> String {
        let start = place
        while place < bytes.endIndex, isWord(bytes[place]) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (97...122).contains(byte | 0x20) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private mutating func escapedText(after start: Int) throws(JSONFault) -> String {
        var text = Array(bytes[start..<place])
        while place < bytes.endIndex {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            case 0..<0x20: throw JSONFault(message: "a control character stands in a text; write it as an escape")
            default: text.append(byte)
            }
        }
        throw JSONFault(message: "a text has no closing quote")
    }

    private mutating func escape() throws(JSONFault) -> [UInt8] {
        guard place < bytes.endIndex else { throw JSONFault(message: "a text has no closing quote") }
        let code = bytes[place]
        place += 1
        switch code {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [code]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(decoding: try utf16(), as: UTF16.self).utf8)
        default: throw JSONFault(message: "a text has an unknown escape")
        }
    }

    /// One UTF-16 unit, or two where the first is the high half of a pair.
    private mutating func utf16() throws(JSONFault) -> [UInt16] {
        let first = try hexUnit()
        guard UTF16.isLeadSurrogate(first), place + 1 < bytes.endIndex, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
            return [first]
        }
        place += 2
        return [first, try hexUnit()]
    }

    private mutating func hexUnit() throws(JSONFault) -> UInt16 {
        let digits = bytes[place...].prefix(4)
        guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw JSONFault(message: "\\u needs four hexadecimal digits")
        }
        place += 4
        return unit
    }
}
