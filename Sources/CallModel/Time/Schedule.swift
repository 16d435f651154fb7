/// When something is open: a word of the operator, else special days, else the week (directory.md, "DST:").
public struct Schedule: Sendable {
    public let id: String
    public let zone: ZoneRules
    /// Windows by the day they start on, Monday first.
    public let weekly: [[DayWindow]]
    /// In the document's order; the first that covers a day holds.
    public let overrides: [Override]
    public private(set) var manual: Manual?

    init(id: String, zone: ZoneRules, weekly: [[DayWindow]], overrides: [Override], manual: Manual?) {
        self.id = id
        self.zone = zone
        self.weekly = weekly
        self.overrides = overrides
        self.manual = manual
    }

    /// The operator's own word, which beats the calendar until it expires.
    public struct Manual: Hashable, Sendable {
        public var isOpen: Bool
        /// Nil: until it is taken back.
        public var until: Timestamp?

        public init(isOpen: Bool, until: Timestamp?) {
            self.isOpen = isOpen
            self.until = until
        }
    }

    public func isOpen(at time: Timestamp) -> Bool {
        if let manual, manual.until.map({ time < $0 }) ?? true { return manual.isOpen }
        let local = zone.localTime(at: time)
        let minute = local.minuteOfDay
        return windows(onDay: local.dayNumber).contains { $0.contains(minute: minute) }
            || windows(onDay: local.dayNumber - 1).contains { $0.contains(minute: minute, daysBefore: 1) }
    }

    /// The same schedule with another word of the operator, or none.
    public func with(manual: Manual?) -> Schedule {
        var changed = self
        changed.manual = manual
        return changed
    }

    private func windows(onDay dayNumber: Int) -> [DayWindow] {
        for override in overrides where override.covers(dayNumber: dayNumber) { return override.windows }
        return weekly[Weekday(dayNumber: dayNumber).rawValue]
    }
}

extension Schedule {
    /// Days with hours of their own.
    public struct Override: Hashable, Sendable {
        /// The first and the last day, both inclusive.
        public let days: ClosedRange<CivilDate>
        /// The same days of every year.
        public let yearly: Bool
        /// Empty: closed.
        public let windows: [DayWindow]
        private let firstDay: Int
        private let lastDay: Int

        init(days: ClosedRange<CivilDate>, yearly: Bool, windows: [DayWindow]) {
            self.days = days
            self.yearly = yearly
            self.windows = windows
            firstDay = days.lowerBound.dayNumber
            lastDay = days.upperBound.dayNumber
        }

        func covers(dayNumber: Int) -> Bool {
            guard yearly else { return firstDay <= dayNumber && dayNumber <= lastDay }
            let day = Override.placeInYear(CivilDate(dayNumber: dayNumber))
            let first = Override.placeInYear(days.lowerBound)
            let last = Override.placeInYear(days.upperBound)
            // A range over New Year's Eve is the end of one year and the beginning of the next.
            return first <= last ? first <= day && day <= last : day >= first || day <= last
        }

        private static func placeInYear(_ date: CivilDate) -> Int { date.month * 32 + date.day }
    }
}
