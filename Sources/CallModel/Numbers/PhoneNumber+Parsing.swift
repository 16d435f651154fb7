extension PhoneNumber {
    /// What networks and people write for a number (directory.md §1.3).
    ///
    /// Strict E.164 is read without further ado. Anything else may be grouped with spaces, `-`, `.`, `/` and brackets, be a `tel:` or `sip:`
    /// address of a number, have an extension behind it, which is left out, and be in any script's digits; without `+` it is read by the country's
    /// dialling rules, and not at all when `country` is nil.
    public static func parse(_ text: String, country: Country?) -> Caller {
        if isSpeltPrivacyWord(text) { return .withheld }
        if let number = PhoneNumber(e164: text) { return .number(number.withoutTrunkPrefix) }
        if isPrivacyWord(text) { return .withheld }
        guard let spelling = Spelling(NumberText.main(of: text)), let number = spelling.number(in: country) else { return .unparsable(text) }
        return .number(number)
    }

    /// What a document says is a number: as `parse`, but an address or an extension is none, since neither could be kept.
    public static func parse(document text: String, country: Country?) -> PhoneNumber? {
        if let number = PhoneNumber(e164: text) { return number.withoutTrunkPrefix }
        return Spelling(text)?.number(in: country)
    }

    private static let privacyWords: Set<String> = ["", "anonymous", "restricted", "private", "unavailable"]

    /// ANONYMOUS, RESTRICTED and UNAVAILABLE on a telephone's keys, which Twilio gives as the number of a caller who withheld it; no country has numbers of
    /// these lengths there. (BLOCKED and UNKNOWN are too short for a number anyway.)
    private static let speltPrivacyWords: Set<String> = ["+266696687", "+7378742833", "+86282452253"]

    private static func isSpeltPrivacyWord(_ text: String) -> Bool {
        // Most numbers are longer, or of North America.
        guard 10...12 ~= text.utf8.count, text.utf8.dropFirst().first != UInt8(ascii: "1") else { return false }
        return speltPrivacyWords.contains(text)
    }

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
    /// Letters stand for digits: only where numbers have one length, as in North America, is a word behind a number told from a part of it.
    var hasLetters = false

    /// Nil when there is anything but digits, letters behind the first three of them, separators and a leading `+`.
    init?(_ text: Substring) {
        var letters = 0
        for scalar in text.unicodeScalars {
            if let digit = NumberText.digit(scalar) {
                digits.append(digit)
            } else if let digit = NumberText.key(scalar), digits.count >= 3 {
                letters += 1
                digits.append(digit)
            } else if NumberText.isPlus(scalar), digits.isEmpty, !hasPlus {
                hasPlus = true
            } else if !NumberText.isSeparator(scalar) {
                return nil
            }
            // 15 digits, an international prefix of four and a trunk prefix of two.
            guard digits.count <= 21 else { return nil }
        }
        // One or two are no word, but an extension or a mistake.
        guard letters == 0 || letters >= 3 else { return nil }
        hasLetters = letters > 0
    }

    init?(_ text: String) { self.init(text[...]) }

    func number(in country: Country?) -> PhoneNumber? {
        guard let number = hasPlus ? Spelling.number(digits[...]) : country.flatMap(number) else { return nil }
        return hasLetters && !number.isNorthAmerican ? nil : number
    }

    private func number(at home: Country) -> PhoneNumber? {
        for prefix in home.internationalPrefixes + ["00"] where digits.starts(withASCII: prefix) {
            if let number = Spelling.number(digits.dropFirst(prefix.utf8.count)) { return number }
        }
        let callingCode = String(home.callingCode)
        // "442079460000" at home in GB: the country code without its `+`.
        let abroad = digits.starts(withASCII: callingCode) ? digits.dropFirst(callingCode.utf8.count) : []
        let isAbroad = home.mayHave(digits: abroad.count)
        if isAbroad, home.isCode(ofDigits: digits.count) { return Spelling.number(digits[...]) }
        let withoutTrunk = digits.starts(withASCII: home.trunkPrefix) ? digits.dropFirst(home.trunkPrefix.utf8.count) : digits[...]
        for national in [withoutTrunk, digits[...]] where home.mayHave(digits: national.count) {
            if let number = Spelling.number(callingCode: callingCode, national) { return number }
        }
        return isAbroad ? Spelling.number(digits[...]) : nil
    }

    private static func number(callingCode: String, _ national: ArraySlice<UInt8>) -> PhoneNumber? {
        digitsNumber((callingCode.utf8.map { $0 - UInt8(ascii: "0") } + national)[...])
    }

    /// With its calling code; a trunk prefix behind that is for callers at home: "+44 (0)20 …".
    private static func number(_ digits: ArraySlice<UInt8>) -> PhoneNumber? { digitsNumber(digits)?.withoutTrunkPrefix }

    private static func digitsNumber(_ digits: ArraySlice<UInt8>) -> PhoneNumber? {
        guard (8...15).contains(digits.count) else { return nil }
        return PhoneNumber(digits: digits.reduce(0) { $0 * 10 + UInt64($1) }, count: digits.count)
    }
}

extension PhoneNumber {
    fileprivate var isNorthAmerican: Bool { digits / powersOfTen[digitCount - 1] == 1 }

    /// Without the digits that callers at home dial before a national number, where they stand behind the calling code: +4402079460000 is +442079460000.
    ///
    /// Left alone where a national number may begin so: that it is one digit longer than any of the country is proof that it does not, and nowhere
    /// does one begin with a trunk prefix of 0 and a digit that is not 0 but where the rest would be too short.
    fileprivate var withoutTrunkPrefix: PhoneNumber {
        if isNorthAmerican { return self }
        for length in 1...3 {
            guard let plan = CallingCodePlan.byCode[Int(digits / powersOfTen[digitCount - length])] else { continue }
            let national = digitCount - length
            let trunk = plan.trunkPrefix.utf8.count
            guard national > trunk + 1 else { return self }
            let rest = national - trunk
            let leading = digits % powersOfTen[national] / powersOfTen[rest]
            guard leading == UInt64(plan.trunkPrefix), plan.mayHave(digits: rest) else { return self }
            let isZero = plan.hasTrunkPrefix && plan.trunkPrefix == "0" && digits % powersOfTen[rest] / powersOfTen[rest - 1] != 0
            guard isZero || !plan.mayHave(digits: national) else { return self }
            let code = digits / powersOfTen[national]
            return PhoneNumber(digits: code * powersOfTen[rest] + digits % powersOfTen[rest], count: length + rest) ?? self
        }
        return self
    }
}

extension [UInt8] {
    /// Whether these digits begin with the ones written in `prefix`.
    fileprivate func starts(withASCII prefix: String) -> Bool {
        starts(with: prefix.utf8.lazy.map { $0 - UInt8(ascii: "0") })
    }
}
