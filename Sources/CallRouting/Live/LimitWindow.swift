import CallModel

/// A quarter of an hour of UTC, counted from 1970. It divides the offset of every zone, so any period of any limit is made of whole ones.
package struct Quarter: Hashable, Comparable, Sendable {
    package var number: Int

    package init(number: Int) { self.number = number }

    /// The one that holds the moment.
    init(_ time: Timestamp) {
        let quotient = time.milliseconds / 900_000
        number = Int(time.milliseconds % 900_000 < 0 ? quotient - 1 : quotient)
    }

    package static func < (a: Quarter, b: Quarter) -> Bool { a.number < b.number }
}

/// The quarters whose offers a limit counts at some moment (directory.md §3).
struct LimitWindow: Hashable {
    let start: Quarter
    /// Exclusive.
    let end: Quarter
    /// False before the limit's `from`: it refuses nobody then.
    let applies: Bool

    /// Of a limit that is not `concurrent`.
    init(of limit: Limit, at time: Timestamp) {
        let earliest = Quarter(number: .min)
        let period = LimitWindow.period(of: limit, at: time)
        let from = limit.from.map { Quarter(limit.zone.startOfDay($0)) } ?? earliest
        if Quarter(time) < from {
            (start, end, applies) = (earliest, from, false)
        } else {
            (start, end, applies) = (max(period.start, from), period.end, true)
        }
    }

    func contains(_ quarter: Quarter) -> Bool { start <= quarter && quarter < end }

    private static func period(of limit: Limit, at time: Timestamp) -> (start: Quarter, end: Quarter) {
        let zone = limit.zone
        switch limit.per {
        case .hour:
            let hour = zone.hour(around: time)
            return (Quarter(hour.lowerBound), Quarter(hour.upperBound))
        case .day:
            let day = zone.localTime(at: time).dayNumber
            return (Quarter(zone.startOfDay(day)), Quarter(zone.startOfDay(day + 1)))
        case .month:
            let first = zone.localTime(at: time).date.firstOfMonth
            return (Quarter(zone.startOfDay(first)), Quarter(zone.startOfDay(first.firstOfNextMonth)))
        case .lifetime, .concurrent:
            return (Quarter(number: .min), Quarter(number: .max))
        }
    }
}

extension CivilDate {
    fileprivate var firstOfMonth: CivilDate { CivilDate(dayNumber: dayNumber - (day - 1)) }

    /// Of the first of a month: 31 days later it is the first to the fourth of the next.
    fileprivate var firstOfNextMonth: CivilDate { CivilDate(dayNumber: dayNumber + 31).firstOfMonth }
}
