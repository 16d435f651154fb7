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
    /// Bit n: no national number of n digits begins as the calling code does.
    let unlikeCodeLengths: UInt32

    /// Nil when no country has this code; upper case only.
    public init?(_ code: String) {
        guard let country = Country.byCode[code] else { return nil }
        self = country
    }

    init(code: String, callingCode: Int, trunkPrefix: String, internationalPrefixes: [String], nationalLengths: UInt32, unlikeCodeLengths: UInt32) {
        self.code = code
        self.callingCode = callingCode
        self.trunkPrefix = trunkPrefix
        self.internationalPrefixes = internationalPrefixes
        self.nationalLengths = nationalLengths
        self.unlikeCodeLengths = unlikeCodeLengths
    }

    public static let codes: [String] = byCode.keys.sorted()

    func mayHave(digits count: Int) -> Bool { count < 32 && nationalLengths & (1 << UInt32(count)) != 0 }

    /// Whether so many digits that begin with the calling code can be meant with it alone.
    func isCode(ofDigits count: Int) -> Bool { count < 32 && (nationalLengths & ~unlikeCodeLengths) & (1 << UInt32(count)) == 0 }

    private static let byCode: [String: Country] = {
        var countries: [String: Country] = [:]
        for line in diallingPlans.split(separator: "\n") {
            let columns = line.split(separator: " ", omittingEmptySubsequences: false)
            // The table is generated with six columns a line (.dev/generate-dialling-plans).
            precondition(columns.count == 6, "a line of the dialling plans has not six columns")
            let code = String(columns[0])
            countries[code] = Country(
                code: code,
                callingCode: Int(columns[1]) ?? 0,
                trunkPrefix: columns[2] == "-" ? "" : String(columns[2]),
                internationalPrefixes: columns[3] == "-" ? [] : columns[3].split(separator: ",").map(String.init),
                nationalLengths: bits(columns[4]), unlikeCodeLengths: bits(columns[5]))
        }
        return countries
    }()

    private static func bits(_ lengths: Substring) -> UInt32 { lengths.split(separator: ",").compactMap { UInt32($0) }.reduce(0) { $0 | 1 << $1 } }
}

/// What all countries of a calling code have in common, by that code: what a number written with its code can be checked against.
struct CallingCodePlan {
    /// "0" where the countries have no trunk prefix: then nobody means anything else by one.
    var trunkPrefix = "0"
    var hasTrunkPrefix = false
    /// Bit n: a national number of one of them may have n digits.
    var nationalLengths: UInt32 = 0

    func mayHave(digits count: Int) -> Bool { count >= 0 && count < 32 && nationalLengths & (1 << UInt32(count)) != 0 }

    static let byCode: [Int: CallingCodePlan] = {
        var plans: [Int: CallingCodePlan] = [:]
        for country in Country.codes.compactMap({ Country($0) }) {
            var plan = plans[country.callingCode] ?? CallingCodePlan()
            if !country.trunkPrefix.isEmpty, !plan.hasTrunkPrefix { (plan.trunkPrefix, plan.hasTrunkPrefix) = (country.trunkPrefix, true) }
            plan.nationalLengths |= country.nationalLengths
            plans[country.callingCode] = plan
        }
        return plans
    }()
}
