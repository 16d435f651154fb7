package import CallModel

/// The buckets of a time series: one after the other without a gap, from the first day's beginning to the last day's end. By the clock of the zone: a day has 25 or 23 hours when the clock changes, and a repeated hour is two buckets.
package struct TimeBuckets: Hashable, Sendable {
    package let step: ReportStep
    package let zone: ZoneRules
    private let days: ClosedRange<Int>
    /// Milliseconds; a bucket ends where the next begins, and the last number is the end of the last.
    private let edges: [Int64]

    /// Of one series; more rows are nothing that a person or a plot can use.
    package static let most = 20_000

    /// - Throws: where there are more than `most`, or none.
    package init(_ period: ReportPeriod, step: ReportStep) throws(ReportError) {
        self.step = step
        (zone, days) = (period.zone, period.days)
        let expected = days.count / [ReportStep.day: 1, .week: 7, .month: 28][step, default: 1] * (step == .hour ? 24 : 1)
        guard expected <= Self.most else {
            throw ReportError("\(period.first.text) to \(period.last.text) has some \(expected) \(step.rawValue)s, over \(Self.most); take fewer days or longer steps")
        }
        var edges: [Int64] = []
        for day in days {
            let range = zone.startOfDay(day)..<zone.startOfDay(day + 1)
            // A day that the zone left out.
            guard !range.isEmpty else { continue }
            switch step {
            case .hour:
                var start = range.lowerBound
                while start < range.upperBound {
                    edges.append(start.milliseconds)
                    start = zone.hour(around: start).upperBound
                }
            case .day: edges.append(range.lowerBound.milliseconds)
            case .week: if edges.isEmpty || Weekday(dayNumber: day) == .mon { edges.append(range.lowerBound.milliseconds) }
            case .month: if edges.isEmpty || CivilDate(dayNumber: day).day == 1 { edges.append(range.lowerBound.milliseconds) }
            }
        }
        guard !edges.isEmpty else { throw ReportError("\(zone.name) has no day \(period.first.text): its calendar left it out") }
        self.edges = edges + [period.range.upperBound.milliseconds]
    }

    private init(step: ReportStep, zone: ZoneRules, days: ClosedRange<Int>, edges: [Int64]) {
        (self.step, self.zone, self.days, self.edges) = (step, zone, days, edges)
    }

    package var count: Int { edges.count - 1 }

    package subscript(place: Int) -> Range<Timestamp> {
        Timestamp(milliseconds: edges[place])..<Timestamp(milliseconds: edges[place + 1])
    }

    /// - Parameter near: where to look first: calls come in order more often than not.
    func place(of time: Timestamp, near: Int) -> Int? {
        let moment = time.milliseconds
        if edges[near] <= moment, moment < edges[near + 1] { return near }
        guard let first = edges.first, let end = edges.last, first <= moment, moment < end else { return nil }
        var (low, high) = (0, edges.count)
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// The buckets of the period before, each beside the one of this period that it is compared with: the same days and hours of the clock, as many days earlier. An hour that only one of both days has leaves nothing out: its calls count with the hour before, and beside the other's it is empty.
    package var previous: TimeBuckets {
        let back = days.count
        let earlier = (days.lowerBound - back)...(days.lowerBound - 1)
        let end = zone.startOfDay(days.lowerBound).milliseconds
        var edges: [Int64] = []
        var day = Int.min
        /// How far the clock has been on this day, in seconds.
        var shown = 0
        for place in 0..<count {
            let bucket = self[place]
            let local = zone.localTime(at: bucket.lowerBound)
            let beginsDay = local.dayNumber != day
            if beginsDay { (day, shown) = (local.dayNumber, 0) }
            // A day may begin later than at midnight, and the one it is compared with not.
            let second = step == .hour && !beginsDay ? max(local.secondOfDay, shown) : 0
            shown = max(shown, local.secondOfDay + Int(bucket.upperBound.seconds(since: bucket.lowerBound)))
            let edge = zone.moment(day: day - back, second: second).milliseconds
            edges.append(min(end, max(edge, edges.last ?? edge)))
        }
        return TimeBuckets(step: step, zone: zone, days: earlier, edges: edges + [end])
    }
}

extension TimeBuckets {
    /// What a bucket is called: "2026-06-03T01:00:00-04:00" for an hour, "2026-06-03" for a day, "2026-W23" for an ISO week, "2026-06" for a month.
    package func name(_ place: Int) -> String {
        let start = self[place].lowerBound
        let date = zone.localTime(at: start).date
        switch step {
        case .hour: return zone.clock(at: start)
        case .day: return date.text
        case .week:
            // A week belongs to the year that its Thursday is in (ISO 8601).
            let thursday = CivilDate(dayNumber: date.dayNumber - date.weekday.rawValue + 3)
            let week = (thursday.dayNumber - thursday.firstOfYear) / 7 + 1
            return "\(thursday.text.prefix(4))-W\(week < 10 ? "0" : "")\(week)"
        case .month: return String(date.text.prefix(7))
        }
    }
}

extension CivilDate {
    /// The number of the first day of its year.
    fileprivate var firstOfYear: Int { CivilDate(year: year, month: 1, day: 1)?.dayNumber ?? dayNumber }
}

extension ZoneRules {
    /// What the clock shows, with its offset: "2026-06-03T01:00:00-04:00".
    package func clock(at time: Timestamp) -> String {
        let local = localTime(at: time)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let second = local.secondOfDay
        let offset = abs(local.offset) / 60
        return "\(local.date.text)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))\(local.offset < 0 ? "-" : "+")\(two(offset / 60)):\(two(offset % 60))"
    }
}
