/// What a clock on the wall of a zone shows.
public struct LocalTime: Hashable, Sendable {
    /// Days since 1970-01-01.
    public let dayNumber: Int
    /// 0–86,399.
    public let secondOfDay: Int
    /// Seconds east of UTC.
    public let offset: Int

    public var minuteOfDay: Int { secondOfDay / 60 }
    public var date: CivilDate { CivilDate(dayNumber: dayNumber) }
    public var weekday: Weekday { Weekday(dayNumber: dayNumber) }
}
