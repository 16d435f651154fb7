extension PhoneNumber {
    /// The IANA zone of where the number is at home, by its leading digits; nil where they belong to several zones, as a toll-free number's.
    ///
    /// Zones whose clocks agree count as one (`.dev/generate-time-zones`).
    public var timeZone: String? {
        let count = digitCount
        for length in NumberZones.lengths[Int(digits / powersOfTen[count - 2])] where length <= count {
            guard let zone = NumberZones.byPrefix[digits / powersOfTen[count - length]] else { continue }
            return zone.isEmpty ? nil : zone
        }
        return nil
    }
}

private enum NumberZones {
    /// By the digits of a prefix: none begins with 0, so that the value tells its length. Empty: several.
    static let byPrefix: [UInt64: String] = {
        var zones: [UInt64: String] = [:]
        for line in numberTimeZones.split(separator: "\n") {
            let words = line.split(separator: " ")
            let zone = words[0] == "-" ? "" : String(words[0])
            for word in words.dropFirst() { zones[UInt64(word) ?? 0] = zone }
        }
        return zones
    }()

    /// By a number's first two digits: how long the prefixes are that it may have, the longest first. Most lengths have none, and lists ask for very many numbers.
    static let lengths: [[Int]] = {
        var found = [Set<Int>](repeating: [], count: 100)
        for prefix in byPrefix.keys {
            let text = String(prefix)
            let first = Int(text.prefix(2)) ?? 0
            for two in text.utf8.count == 1 ? 10 * first...10 * first + 9 : first...first { found[two].insert(text.utf8.count) }
        }
        return found.map { $0.sorted(by: >) }
    }()
}
