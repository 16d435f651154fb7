/// A country that numbers are written in: its dialling rules by its ISO 3166 code (directory.md §1.3).
public struct Country: Hashable, Sendable {
    /// Two upper-case letters, e.g. "US".
    public let code: String
    /// E.164 country code, e.g. 1 or 44.
    public let callingCode: Int
    /// Dialled before a national number at home, e.g. "0"; empty where there is none.
    let trunkPrefix: String
    /// Dialled before a country code, the longest first, e.g. ["011"].
    let internationalPrefixes: [String]
    /// Bit n: a national number may have n digits.
    let nationalLengths: UInt32

    /// Nil when no country has this code; upper case only.
    public init?(_ code: String) {
        guard let country = Country.byCode[code] else { return nil }
        self = country
    }

    init(code: String, callingCode: Int, trunkPrefix: String, internationalPrefixes: [String], nationalLengths: UInt32) {
        self.code = code
        self.callingCode = callingCode
        self.trunkPrefix = trunkPrefix
        self.internationalPrefixes = internationalPrefixes
        self.nationalLengths = nationalLengths
    }

    public static let codes: [String] = byCode.keys.sorted()

    func mayHave(digits count: Int) -> Bool { count < 32 && nationalLengths & (1 << UInt32(count)) != 0 }

    private static let byCode: [String: Country] = {
        var countries: [String: Country] = [:]
        for line in diallingPlans.split(separator: "\n") {
            let columns = line.split(separator: " ", omittingEmptySubsequences: false)
            // The table is generated with five columns a line (.dev/generate-dialling-plans).
            precondition(columns.count == 5, "a line of the dialling plans has not five columns")
            let code = String(columns[0])
            countries[code] = Country(
                code: code,
                callingCode: Int(columns[1]) ?? 0,
                trunkPrefix: columns[2] == "-" ? "" : String(columns[2]),
                internationalPrefixes: columns[3] == "-" ? [] : columns[3].split(separator: ",").map(String.init),
                nationalLengths: columns[4].split(separator: ",").compactMap { UInt32($0) }.reduce(0) { $0 | 1 << $1 })
        }
        return countries
    }()
}
