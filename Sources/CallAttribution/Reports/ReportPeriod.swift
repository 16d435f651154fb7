package import CallModel

/// The days that a report is about: local to a zone, both ends included (records.md §6).
package struct ReportPeriod: Hashable, Sendable {
    package let zone: ZoneRules
    /// Days since 1970-01-01.
    package let days: ClosedRange<Int>

    package init(days: ClosedRange<Int>, zone: ZoneRules) {
        self.zone = zone
        self.days = days
    }

    package var first: CivilDate { CivilDate(dayNumber: days.lowerBound) }
    package var last: CivilDate { CivilDate(dayNumber: days.upperBound) }

    /// Empty where the zone's calendar left the days out.
    package var range: Range<Timestamp> { zone.startOfDay(days.lowerBound)..<zone.startOfDay(days.upperBound + 1) }

    /// As many days, up to the day before.
    package var previous: ReportPeriod {
        ReportPeriod(days: (days.lowerBound - days.count)...(days.lowerBound - 1), zone: zone)
    }
}

extension ReportPeriod {
    /// Days as people name them: `from` and `to` as "2026-06-01", or `month` as "2026-06", or `last` as "30d", "4w", "3m", which end today; `from` alone goes on until today.
    ///
    /// - Parameter now: whose day in the zone is today.
    /// - Returns: nil where nothing is given: all that there is.
    package static func named(
        from: String?, to: String?, month: String?, last: String?, zone: ZoneRules, now: Timestamp
    ) throws(ReportError) -> ReportPeriod? {
        let given = [("from", from ?? to), ("month", month), ("last", last)].filter { $0.1 != nil }.map(\.0)
        guard given.count <= 1 else { throw ReportError("\(given.joined(separator: " and ")) name different days; give one of them: from with to, month, or last") }
        let today = zone.localTime(at: now).dayNumber
        if let month { return ReportPeriod(days: try days(month: month), zone: zone) }
        if let last { return ReportPeriod(days: try days(last: last, until: today), zone: zone) }
        guard from != nil || to != nil else { return nil }
        guard let from else { throw ReportError("to \(to ?? "") has no beginning; give from as well") }
        let first = try day(from, "from")
        let end = try to.map { to throws(ReportError) in try day(to, "to") } ?? today
        guard first <= end else {
            throw ReportError(
                to.map { "from \(from) is after to \($0); give them the other way round" } ?? "from \(from) is after today, \(CivilDate(dayNumber: today).text); give to as well")
        }
        return ReportPeriod(days: first...end, zone: zone)
    }

    private static func day(_ text: String, _ name: String) throws(ReportError) -> Int {
        guard let date = CivilDate(text), date.year > 0 else { throw ReportError("\(name) \"\(text.prefix(40))\" is no day; write it as 2026-06-01") }
        return date.dayNumber
    }

    private static func days(month text: String) throws(ReportError) -> ClosedRange<Int> {
        guard text.utf8.count == 7, let first = CivilDate(text + "-01"), first.year > 0 else {
            throw ReportError("month \"\(text.prefix(40))\" is no month; write it as 2026-06")
        }
        // The 32nd day after the first is in the next month, whatever the month.
        let next = CivilDate(dayNumber: first.dayNumber + 31)
        return first.dayNumber...(next.dayNumber - next.day)
    }

    private static func days(last text: String, until today: Int) throws(ReportError) -> ClosedRange<Int> {
        guard let unit = text.last, let count = Int(text.dropLast()), (1...36_500).contains(count), "dwm".contains(unit) else {
            throw ReportError("last \"\(text.prefix(40))\" is no time; write days, weeks or months as 30d, 4w or 3m")
        }
        switch unit {
        case "d": return (today - count + 1)...today
        case "w": return (today - count * 7 + 1)...today
        default:
            guard count <= 1200 else { throw ReportError("last \"\(text)\" is over a century; give 1200m at most") }
            let date = CivilDate(dayNumber: today)
            let months = date.year * 12 + date.month - 1 - count
            var day = date.day
            // The 31st of a month of 30 days is its last day.
            while day > 28, CivilDate(year: months / 12, month: months % 12 + 1, day: day) == nil { day -= 1 }
            guard let before = CivilDate(year: months / 12, month: months % 12 + 1, day: day) else { throw ReportError("last \"\(text)\" begins before the year 1") }
            return (before.dayNumber + 1)...today
        }
    }
}

extension CivilDate {
    /// "2026-06-01".
    package var text: String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
