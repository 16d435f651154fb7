/// How many calls a destination may be offered, or take, in a time or at once (directory.md §3).
public struct Limit: Hashable, Sendable {
    /// 0 refuses every call the limit counts.
    public let max: Int
    public let per: Period
    public let count: Count
    /// Its periods begin and end by this zone's clock.
    public let zone: ZoneRules
    /// Offers before that day's local midnight do not count; nil: all count.
    public let from: CivilDate?

    public init(max: Int, per: Period, count: Count, zone: ZoneRules, from: CivilDate?) {
        self.max = max
        self.per = per
        self.count = count
        self.zone = zone
        self.from = from
    }

    public enum Period: String, Hashable, Sendable, CaseIterable {
        case hour, day, month, lifetime, concurrent
    }

    /// What is counted; a `concurrent` limit counts calls under way, whatever it says.
    public enum Count: String, Hashable, Sendable, CaseIterable {
        /// It was offered the call.
        case attempts
        /// It answered; a slot is held while it rings.
        case connections
    }
}
