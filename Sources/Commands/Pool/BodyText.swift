import MessageWire

/// A body for people: JSON laid out, other text as it is, and the rest in hex.
struct BodyText {
    private let bytes: [UInt8]

    /// Bytes of hex that a screen is given; who needs all of them takes the body itself.
    private static let hexLimit = 4096

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil where the bytes are no text, or hold what a terminal would obey.
    var text: String? {
        guard let text = String(validating: bytes, as: UTF8.self), text.isPlainText else { return nil }
        return text
    }

    var isJSON: Bool { bytes.withUnsafeBytes { JSON($0) } != nil }

    var shown: String {
        guard let text else { return hex }
        return isJSON ? Self.laidOut(bytes) : text
    }

    /// JSON over lines, two spaces a level. Values stay as they are spelt: no number loses a digit.
    ///
    /// - Parameter bytes: JSON.
    private static func laidOut(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var depth = 0
        var (isText, isEscaped) = (false, false)
        func line() { out += [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: depth * 2) }
        for byte in bytes {
            if isText {
                out.append(byte)
                if byte == UInt8(ascii: "\""), !isEscaped { isText = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                // An empty one stays together.
                if out.last != UInt8(ascii: "{"), out.last != UInt8(ascii: "[") { line() }
            default:
                if let last = out.last, last == UInt8(ascii: "{") || last == UInt8(ascii: "[") { line() }
            }
            out.append(byte)
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ","): line()
            case UInt8(ascii: ":"): out.append(UInt8(ascii: " "))
            default: break
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Sixteen bytes a line: their place, their hex digits, their ASCII.
    private var hex: String {
        func digits(_ value: Int, _ width: Int) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var lines = stride(from: 0, to: min(bytes.count, Self.hexLimit), by: 16).map { start in
            let row = bytes[start..<min(start + 16, bytes.count)]
            let hex = row.map { digits(Int($0), 2) }.joined(separator: " ")
            let ascii = String(decoding: row.map { 0x20..<0x7F ~= $0 ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
            return "\(digits(start, 6))  \(hex)\(String(repeating: " ", count: 47 - hex.utf8.count))  \(ascii)"
        }
        if bytes.count > Self.hexLimit { lines.append("and \(bytes.count - Self.hexLimit) bytes more: --body gives all of them") }
        return lines.joined(separator: "\n")
    }
}
