import CallModel

/// Days, hours and periods as people read them.
enum DayText {
    private static let months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

    /// "1–30 June 2026", "28 May – 3 June 2026", "1 December 2025 – 3 January 2026", "3 June 2026".
    static func period(_ from: CivilDate, _ to: CivilDate) -> String {
        func month(_ date: CivilDate) -> String { months[date.month - 1] }
        if from == to { return "\(to.day) \(month(to)) \(to.year)" }
        if from.year == to.year, from.month == to.month { return "\(from.day)–\(to.day) \(month(to)) \(to.year)" }
        if from.year == to.year { return "\(from.day) \(month(from)) – \(to.day) \(month(to)) \(to.year)" }
        return "\(from.day) \(month(from)) \(from.year) – \(to.day) \(month(to)) \(to.year)"
    }

    /// "3 Jun".
    static func short(_ date: CivilDate) -> String { "\(date.day) \(shortMonth(date))" }

    /// "Jun".
    static func shortMonth(_ date: CivilDate) -> String { String(months[date.month - 1].prefix(3)) }

    /// "Wed".
    static func weekday(_ date: CivilDate) -> String { name(date.weekday) }

    /// "Wed" for "wed".
    static func name(_ day: Weekday) -> String { "\(day)".prefix(1).uppercased() + "\(day)".dropFirst() }
}
