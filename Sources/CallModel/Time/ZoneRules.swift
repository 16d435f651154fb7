/// The clock changes of one time zone, so that local time is integer arithmetic (directory.md, "DST").
///
/// Known from 1970 to 2100; outside, the nearest known offset holds.
public final class ZoneRules: Sendable {
    /// IANA name, e.g. "America/New_York".
    public let name: String
    /// Seconds since 1970 at which the offset changes, ascending.
    let transitions: [Int64]
    /// Seconds east of UTC: before the first transition, then from each one on.
    let offsets: [Int32]

    /// `changes`: ascending, each with the offset from then on.
    init(name: String, initialOffset: Int, changes: [(at: Int64, offset: Int)]) {
        self.name = name
        transitions = changes.map(\.at)
        offsets = [Int32(initialOffset)] + changes.map { Int32($0.offset) }
    }

    /// Seconds east of UTC at a moment.
    public func offset(at time: Timestamp) -> Int {
        offset(atSecond: ZoneRules.floorDivide(time.milliseconds, 1000))
    }

    public func localTime(at time: Timestamp) -> LocalTime {
        let second = ZoneRules.floorDivide(time.milliseconds, 1000)
        let offset = offset(atSecond: second)
        let local = second + Int64(offset)
        let day = ZoneRules.floorDivide(local, 86_400)
        return LocalTime(dayNumber: Int(day), secondOfDay: Int(local - day * 86_400), offset: offset)
    }

    private func offset(atSecond second: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return Int(offsets[low])
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

extension ZoneRules: Hashable {
    public static func == (a: ZoneRules, b: ZoneRules) -> Bool { a === b || a.name == b.name }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
