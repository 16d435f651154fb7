extension PhoneNumber {
    /// What a caller's or a document's spelling means (directory.md §1.3).
    ///
    /// Strict E.164 is read without further ado. Anything else may be grouped with spaces, `-`, `.`, `/` and brackets;
    /// without `+` it is read by the country's dialling rules, and not at all when `country` is nil.
    public static func parse(_ text: String, country: Country?) -> Caller {
        if let number = PhoneNumber(e164: text) { return .number(number) }
        if isPrivacyWord(text) { return .withheld }
        guard let spelling = Spelling(text), let number = spelling.number(in: country) else { return .unparsable(text) }
        return .number(number)
    }

    private static let privacyWords: Set<String> = ["", "anonymous", "restricted", "private", "unavailable"]

    private static func isPrivacyWord(_ text: String) -> Bool {
        let space = UInt8(ascii: " ")
        var word = text.utf8[...]
        while word.first == space { word.removeFirst() }
        while word.last == space { word.removeLast() }
        return word.count <= 11 && privacyWords.contains(String(Substring(word)).lowercased())
    }
}

/// The digits of a number that is not spelt in strict E.164.
private struct Spelling {
    var hasPlus = false
    var digits: [UInt8] = []

    /// Nil when there is anything but digits, separators and a leading `+`.
    init?(_ text: String) {
        var rest = Substring(text)
        // "+44 (0)20 …": the bracketed trunk prefix is for callers at home.
        let bracketedTrunk = rest.first == "+" ? rest.firstRange(ofASCII: "(0)") : nil
        if let bracketedTrunk { rest.removeSubrange(bracketedTrunk) }
        for scalar in rest.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.append(UInt8(scalar.value - 48))
            case "+" where digits.isEmpty && !hasPlus: hasPlus = true
            case " ", "-", ".", "/", "(", ")", "\u{A0}", "\u{2010}"..."\u{2013}", "\u{202F}": continue
            default: return nil
            }
            // 15 digits, an international prefix of four and a trunk prefix of two.
            guard digits.count <= 21 else { return nil }
        }
    }

    func number(in country: Country?) -> PhoneNumber? {
        if hasPlus { return Spelling.number(digits[...]) }
        guard let country else { return nil }
        for prefix in country.internationalPrefixes + ["00"] where digits.starts(withASCII: prefix) {
            if let number = Spelling.number(digits.dropFirst(prefix.utf8.count)) { return number }
        }
        let withoutTrunk = digits.starts(withASCII: country.trunkPrefix) ? digits.dropFirst(country.trunkPrefix.utf8.count) : digits[...]
        let callingCode = String(country.callingCode)
        for national in [withoutTrunk, digits[...]] where country.mayHave(digits: national.count) {
            if let number = Spelling.number(callingCode: callingCode, national) { return number }
        }
        // "442079460000" at home in GB: the country code without its `+`.
        let abroad = digits.dropFirst(callingCode.utf8.count)
        guard digits.starts(withASCII: callingCode), country.mayHave(digits: abroad.count) else { return nil }
        return Spelling.number(digits[...])
    }

    private static func number(callingCode: String, _ national: ArraySlice<UInt8>) -> PhoneNumber? {
        number((callingCode.utf8.map { $0 - UInt8(ascii: "0") } + national)[...])
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> PhoneNumber? {
        guard (8...15).contains(digits.count) else { return nil }
        return PhoneNumber(digits: digits.reduce(0) { $0 * 10 + UInt64($1) }, count: digits.count)
    }
}

extension [UInt8] {
    /// Whether these digits begin with the ones written in `prefix`.
    fileprivate func starts(withASCII prefix: String) -> Bool {
        starts(with: prefix.utf8.lazy.map { $0 - UInt8(ascii: "0") })
    }
}

extension Substring {
    fileprivate func firstRange(ofASCII text: String) -> Range<Index>? {
        indices.lazy.filter { self[$0...].hasPrefix(text) }.first.map { $0..<index($0, offsetBy: text.count) }
    }
}
