extension PhoneNumber {
    /// The IANA zone of where the number is at home, by its leading digits; nil where they belong to several zones, as a toll-free number's.
    ///
    /// Zones whose clocks agree count as one (`.dev/generate-time-zones`).
    public var timeZone: String? {
        for length in stride(from: Swift.min(NumberZones.longest, digitCount), to: 0, by: -1) {
            guard let zone = NumberZones.byPrefix[digits / powersOfTen[digitCount - length]] else { continue }
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

    static let longest = byPrefix.keys.map { String($0).utf8.count }.max() ?? 0
}
