extension ZoneRules {
    /// When a day begins by this zone's clock: its midnight; where the clock is put forward over midnight, when it first shows the day;
    /// where it shows midnight twice on that day, the first time.
    package func startOfDay(_ dayNumber: Int) -> Timestamp {
        let naive = Int64(dayNumber) * 86_400
        // No zone is further from UTC than this.
        let farthest: Int64 = 15 * 3600
        let before = offset(at: Timestamp(milliseconds: (naive - farthest) * 1000))
        let after = offset(at: Timestamp(milliseconds: (naive + farthest) * 1000))
        for offset in [before, after] {
            let start = Timestamp(milliseconds: (naive - Int64(offset)) * 1000)
            if self.offset(at: start) == offset { return start }
        }
        // Midnight is in the hour that the clock leaves out: the day begins at the change.
        return Timestamp(milliseconds: (naive - Int64(before)) * 1000)
    }

    package func startOfDay(_ date: CivilDate) -> Timestamp { startOfDay(date.dayNumber) }

    /// The clock hour around a moment, end exclusive. A repeated hour is two; a change of the clock within an hour parts it.
    package func hour(around time: Timestamp) -> Range<Timestamp> {
        let second = ZoneRules.floorDivide(time.milliseconds, 1000)
        let intoHour = Int64(localTime(at: time).secondOfDay % 3600)
        var start = second - intoHour
        var end = start + 3600
        if let change = transitions.last(where: { $0 <= second }) { start = max(start, change) }
        if let change = transitions.first(where: { $0 > second }) { end = min(end, change) }
        return Timestamp(milliseconds: start * 1000)..<Timestamp(milliseconds: end * 1000)
    }
}

extension ZoneRules {
    /// The first moment of a day at which the clock shows `second` of the day or later.
    package func moment(day: Int, second: Int) -> Timestamp {
        let (start, end) = (startOfDay(day), startOfDay(day + 1))
        let before = offset(at: start)
        let after = offset(at: Timestamp(milliseconds: max(start.milliseconds, end.milliseconds - 1)))
        let shown = Int64(day) * 86_400 + Int64(second)
        var moment = shown - Int64(before)
        let first = ZoneRules.floorDivide(start.milliseconds, 1000)
        if before != after, let change = transitions.first(where: { $0 > first }), moment >= change {
            // Not shown before the clock is changed.
            moment = max(change, shown - Int64(after))
        }
        return min(max(Timestamp(milliseconds: moment * 1000), start), end)
    }
}
