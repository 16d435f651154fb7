import CallModel

/// How an export writes the moments of its calls.
struct TimePattern: Sendable {
    private enum Part: Sendable {
        case letter(UInt8)
        case number(Unit, digits: Int)
        case month, half, offset
    }

    private enum Unit: Sendable {
        case year, shortYear, month, day, hour, halfHour, minute, second, unix
    }

    private let parts: [Part]

    /// - Parameter format: as `strftime` has it; nil for what is none.
    init?(_ format: String) {
        var parts: [Part] = []
        var bytes = format.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                parts.append(.letter(byte))
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "Y"): parts.append(.number(.year, digits: 4))
            case UInt8(ascii: "y"): parts.append(.number(.shortYear, digits: 2))
            case UInt8(ascii: "m"): parts.append(.number(.month, digits: 2))
            case UInt8(ascii: "d"): parts.append(.number(.day, digits: 2))
            case UInt8(ascii: "H"): parts.append(.number(.hour, digits: 2))
            case UInt8(ascii: "I"): parts.append(.number(.halfHour, digits: 2))
            case UInt8(ascii: "M"): parts.append(.number(.minute, digits: 2))
            case UInt8(ascii: "S"): parts.append(.number(.second, digits: 2))
            case UInt8(ascii: "s"): parts.append(.number(.unix, digits: 10))
            case UInt8(ascii: "b"): parts.append(.month)
            case UInt8(ascii: "p"): parts.append(.half)
            case UInt8(ascii: "z"): parts.append(.offset)
            case UInt8(ascii: "%"): parts.append(.letter(UInt8(ascii: "%")))
            default: return nil
            }
        }
        self.parts = parts
    }

    /// Those that are tried where a map names none.
    static let usual = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%s"].compactMap { TimePattern($0) }

    /// Nil where the text is not of the form, or there is no such moment.
    ///
    /// - Parameter zone: where the text names none; of an hour that its clock shows twice the first, of one that it leaves out as if it had not been put forward.
    func moment(_ text: String, in zone: ZoneRules) -> Timestamp? {
        var fields: [Unit: Int] = [:]
        var isAfternoon: Bool?
        var offset: Int?
        var milliseconds = 0
        var rest = Array(text.utf8)[...]
        for part in parts {
            switch part {
            case .letter(let byte):
                guard rest.popFirst() == byte else { return nil }
            case .number(let unit, let digits):
                let number = rest.prefix(digits).prefix { (48...57).contains($0) }
                guard !number.isEmpty else { return nil }
                fields[unit] = number.reduce(0) { $0 * 10 + Int($1 - 48) }
                rest = rest.dropFirst(number.count)
                if unit == .second, rest.first == UInt8(ascii: ".") {
                    let fraction = rest.dropFirst().prefix { (48...57).contains($0) }
                    milliseconds = (Array(fraction.prefix(3)) + [48, 48, 48]).prefix(3).reduce(0) { $0 * 10 + Int($1 - 48) }
                    rest = rest.dropFirst(fraction.count + 1)
                }
            case .month:
                let name = String(decoding: rest.prefix(3), as: UTF8.self).lowercased()
                guard let place = Self.months.firstIndex(of: name) else { return nil }
                fields[.month] = place + 1
                rest = rest.drop { (65...90).contains($0) || (97...122).contains($0) }
            case .half:
                let word = String(decoding: rest.prefix(2), as: UTF8.self).lowercased()
                guard word == "am" || word == "pm" else { return nil }
                isAfternoon = word == "pm"
                rest = rest.dropFirst(2)
            case .offset:
                guard let found = Self.offset(&rest) else { return nil }
                offset = found
            }
        }
        guard rest.isEmpty else { return nil }
        if let unix = fields[.unix] { return Timestamp(milliseconds: Int64(unix) * 1000) }
        guard let date = CivilDate(year: fields[.year] ?? fields[.shortYear].map { 2000 + $0 } ?? 0, month: fields[.month] ?? 0, day: fields[.day] ?? 0) else { return nil }
        var hour = fields[.hour] ?? 0
        if let half = fields[.halfHour] {
            guard (1...12).contains(half), let isAfternoon else { return nil }
            hour = half % 12 + (isAfternoon ? 12 : 0)
        }
        let (minute, second) = (fields[.minute] ?? 0, fields[.second] ?? 0)
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        let local = Int64(date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second)
        return Timestamp(milliseconds: (local - Int64(offset ?? zone.offset(ofLocal: local))) * 1000 + Int64(milliseconds))
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// "Z", "UTC", "GMT", "+02:00", "-0500"; in seconds.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
        for word in ["Z", "UTC", "GMT"] where rest.starts(with: word.utf8) {
            rest = rest.dropFirst(word.utf8.count)
            return 0
        }
        guard let sign = rest.popFirst(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let digits = rest.prefix(5).filter { $0 != UInt8(ascii: ":") }.prefix(4)
        guard digits.count == 4, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        rest = rest.dropFirst(rest.prefix(5).contains(UInt8(ascii: ":")) ? 5 : 4)
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        let seconds = number / 100 * 3600 + number % 100 * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}

extension ZoneRules {
    /// Seconds east of UTC when its clock shows `local`, in seconds since 1970 by that clock.
    fileprivate func offset(ofLocal local: Int64) -> Int {
        // No zone is further from UTC than this.
        let farthest: Int64 = 15 * 3600
        let before = offset(at: Timestamp(milliseconds: (local - farthest) * 1000))
        let after = offset(at: Timestamp(milliseconds: (local + farthest) * 1000))
        for offset in [before, after] where self.offset(at: Timestamp(milliseconds: (local - Int64(offset)) * 1000)) == offset { return offset }
        return before
    }
}

/// "95", "95.5", "1:35", "0:01:35", "1m 35s": seconds; nil for what is none.
func importedSeconds(_ text: String) -> Double? {
    if let seconds = Double(text) { return seconds >= 0 && seconds < 31_536_000 ? seconds : nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if (2...3).contains(parts.count) {
        let numbers = parts.compactMap { Double($0) }
        return numbers.count == parts.count && numbers.allSatisfy { $0 >= 0 && $0 < 100_000 } ? numbers.reduce(0) { $0 * 60 + $1 } : nil
    }
    var seconds = 0.0
    for word in text.lowercased().split(separator: " ") {
        guard let unit = word.last, let number = Double(word.dropLast()), number >= 0, number < 100_000, let length = ["h": 3600.0, "m": 60, "s": 1][unit] else { return nil }
        seconds += number * length
    }
    return text.contains { !$0.isWhitespace } ? seconds : nil
}
