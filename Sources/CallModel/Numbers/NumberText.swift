/// The characters that numbers are written in.
enum NumberText {
    /// The number in a text: without the scheme and host of a `tel:` or `sip:` address, and without an extension.
    static func main(of text: String) -> Substring {
        var rest = text[...]
        for scheme in ["tel:", "sip:", "sips:"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            // What follows the number: the host, or parameters such as ";phone-context=…".
            return withoutExtension(rest.prefix { $0 != "@" && $0 != ";" })
        }
        return withoutExtension(rest)
    }

    /// Words before an extension, in lower case, the longer ones first.
    private static let extensionWords = [";ext=", "extension", "ext.", "ext", "x", "#"]

    /// What stands before "x5", "ext. 5", ";ext=5" or "#5"; all of it where no such thing is at its end.
    private static func withoutExtension(_ text: Substring) -> Substring {
        var start = text.endIndex
        var count = 0
        while start > text.startIndex {
            let before = text.index(before: start)
            guard let scalar = text[before].unicodeScalars.first, digit(scalar) != nil else { break }
            start = before
            count += 1
        }
        // RFC 3966 sets no limit; nobody's extension has more than seven digits, and a number's last group may.
        guard (1...7).contains(count) else { return text }
        var head = text[..<start]
        while let last = head.last, last == " " || last == ":" || last == "\u{A0}" { head.removeLast() }
        let folded = head.lowercased()
        guard let word = extensionWords.first(where: folded.hasSuffix) else { return text }
        head = head.dropLast(word.count)
        while let last = head.last, last == " " || last == "," || last == "\u{A0}" { head.removeLast() }
        return head.isEmpty ? text : head
    }

    /// The value of a digit: "4", full-width "４", Arabic "٤" and "۴", Devanagari "४".
    static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
        for zero: UInt32 in [0x30, 0xFF10, 0x660, 0x6F0, 0x966] where (zero..<zero + 10).contains(scalar.value) { return UInt8(scalar.value - zero) }
        return nil
    }

    /// The key of a telephone that has this letter (ITU-T E.161).
    static func key(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar {
        case "a"..."c", "A"..."C": 2
        case "d"..."f", "D"..."F": 3
        case "g"..."i", "G"..."I": 4
        case "j"..."l", "J"..."L": 5
        case "m"..."o", "M"..."O": 6
        case "p"..."s", "P"..."S": 7
        case "t"..."v", "T"..."V": 8
        case "w"..."z", "W"..."Z": 9
        default: nil
        }
    }

    static func isPlus(_ scalar: Unicode.Scalar) -> Bool { scalar == "+" || scalar == "\u{FF0B}" }

    /// Spaces, hyphens, dots, slashes and brackets, also those that typesetting makes of them.
    static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "-", ".", "/", "(", ")", "\t", "\u{A0}", "\u{2009}", "\u{200B}"..."\u{200F}", "\u{202A}"..."\u{202F}", "\u{2010}"..."\u{2015}", "\u{2060}",
            "\u{2212}", "\u{3000}", "\u{FF08}", "\u{FF09}", "\u{FF0D}", "\u{FF0E}":
            true
        default: false
        }
    }
}
