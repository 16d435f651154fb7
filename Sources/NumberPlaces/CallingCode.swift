internal import CallModel

/// The first one to three digits of a number: none of E.164's calling codes begins another.
struct CallingCode {
    var number: Int
    var digits: Int
    /// How many leading digits of a number, its own included, tell all that digits tell.
    var deciding: Int

    /// Nil where the number begins with no calling code.
    init?(of number: PhoneNumber) {
        for digits in 1...3 {
            guard let code = number.prefix(digits).map({ Int($0.digits) }) else { return nil }
            guard let deciding = Self.deciding[code] else { continue }
            self.number = code
            self.digits = digits
            self.deciding = deciding
            return
        }
        return nil
    }

    private static let deciding: [Int: Int] = {
        var deciding: [Int: Int] = [:]
        for word in decidingDigits.split(whereSeparator: \.isWhitespace) {
            let pair = word.split(separator: ":").compactMap { Int($0) }
            // The table is generated (.dev/generate-deciding-digits).
            precondition(pair.count == 2, "a word of the deciding digits is no pair")
            deciding[pair[0]] = pair[1]
        }
        return deciding
    }()
}
