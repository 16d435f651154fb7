extension PhoneNumber {
    /// The country whose number it is, ISO 3166, from its leading digits alone; nil where they tell none, as a toll-free number's.
    public var country: String? {
        for length in stride(from: Swift.min(NumberCountries.longest, digitCount), to: 0, by: -1) {
            if let country = NumberCountries.byPrefix[digits / powersOfTen[digitCount - length]] { return country }
        }
        return nil
    }
}

private enum NumberCountries {
    /// By the digits of a prefix: none begins with 0, so that the value tells its length.
    static let byPrefix: [UInt64: String] = {
        var countries: [UInt64: String] = [:]
        for line in numberCountries.split(separator: "\n") {
            let words = line.split(separator: " ")
            for word in words.dropFirst() { countries[UInt64(word) ?? 0] = String(words[0]) }
        }
        return countries
    }()

    static let longest = byPrefix.keys.map { String($0).utf8.count }.max() ?? 0
}
