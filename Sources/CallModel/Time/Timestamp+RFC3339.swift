extension Timestamp {
    /// "2026-06-03T14:05:00Z", with any offset and any fraction (cut to the millisecond); nil for any other form.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8..<10]),
            let date = CivilDate(year: year, month: month, day: day),
            let hour = decimal(bytes[11..<13]), let minute = decimal(bytes[14..<16]), let second = decimal(bytes[17..<19]),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var place = 19
        var milliseconds = 0
        if bytes[place] == UInt8(ascii: ".") {
            let fraction = bytes[(place + 1)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let value = decimal(fraction.prefix(3)) else { return nil }
            milliseconds = value * [100, 10, 1][min(fraction.count, 3) - 1]
            place = fraction.endIndex
        }
        guard let offset = Timestamp.offsetMinutes(bytes[place...]) else { return nil }
        let seconds = date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        self.init(milliseconds: Int64(seconds * 1000 + milliseconds))
    }

    /// In UTC with milliseconds: "2026-06-03T14:05:00.000Z"; a moment outside the years 0001–9999 becomes the nearest inside.
    public var rfc3339: String {
        let moment = bounded.milliseconds
        let day = moment >= 0 ? moment / 86_400_000 : (moment + 1) / 86_400_000 - 1
        let rest = Int(moment - day * 86_400_000)
        let date = CivilDate(dayNumber: Int(day))
        return String(unsafeUninitializedCapacity: 24) { text in
            var place = 0
            func put(_ value: Int, width: Int, then separator: Unicode.Scalar) {
                var value = value
                for column in stride(from: place + width - 1, through: place, by: -1) {
                    text[column] = UInt8(ascii: "0") + UInt8(value % 10)
                    value /= 10
                }
                text[place + width] = UInt8(ascii: separator)
                place += width + 1
            }
            put(date.year, width: 4, then: "-")
            put(date.month, width: 2, then: "-")
            put(date.day, width: 2, then: "T")
            put(rest / 3_600_000, width: 2, then: ":")
            put(rest / 60_000 % 60, width: 2, then: ":")
            put(rest / 1000 % 60, width: 2, then: ".")
            put(rest % 1000, width: 3, then: "Z")
            return place
        }
    }

    /// "Z" or "±HH:MM".
    private static func offsetMinutes(_ bytes: ArraySlice<UInt8>) -> Int? {
        let first = bytes.startIndex
        if bytes.count == 1 { return bytes[first] | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        guard bytes.count == 6, bytes[first + 3] == UInt8(ascii: ":"), let hour = decimal(bytes[(first + 1)..<(first + 3)]),
            let minute = decimal(bytes[(first + 4)...]), hour < 24, minute < 60
        else { return nil }
        switch bytes[first] {
        case UInt8(ascii: "+"): return hour * 60 + minute
        case UInt8(ascii: "-"): return -(hour * 60 + minute)
        default: return nil
        }
    }
}
