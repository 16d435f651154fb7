/// `schedule:`: one way while it is open, another while it is closed.
public struct ScheduleBranch: Sendable {
    /// Place in `Directory.schedules`.
    public let schedule: Int
    /// Nil: the call ends, `closed`.
    public let open: Node?
    public let closed: Node?
}

/// `branches:`: the first whose days and hours hold.
public struct ClockBranch: Sendable {
    /// Its own, the enclosing node's or the account's.
    public let zone: ZoneRules
    public let branches: [Branch]
    /// Nil: the call ends, `closed`.
    public let otherwise: Node?

    public struct Branch: Sendable {
        /// Empty: every day.
        public let days: Set<Weekday>
        public let window: DayWindow
        public let to: Node

        func matches(_ local: LocalTime) -> Bool {
            func isOpen(daysBefore: Int) -> Bool {
                let weekday = Weekday(dayNumber: local.dayNumber - daysBefore)
                return (days.isEmpty || days.contains(weekday))
                    && window.contains(minute: local.minuteOfDay, daysBefore: daysBefore)
            }
            return isOpen(daysBefore: 0) || isOpen(daysBefore: 1)
        }
    }

    /// The place of the first branch that holds; nil: `otherwise`.
    public func branch(at time: Timestamp) -> Int? {
        let local = zone.localTime(at: time)
        return branches.firstIndex { $0.matches(local) }
    }
}

/// `prefix:`: by the first digits of the caller.
public struct PrefixBranch: Sendable {
    /// The longest prefix first.
    public let branches: [Branch]
    /// Nil: the call ends, `no_destination`.
    public let otherwise: Node?

    public struct Branch: Sendable {
        public let prefix: PhonePrefix
        public let to: Node
    }

    init(branches: [Branch], otherwise: Node?) {
        self.branches = branches.sorted { $0.prefix.count > $1.prefix.count }
        self.otherwise = otherwise
    }

    /// The longest prefix that the caller has; nil: `otherwise`.
    public func branch(for caller: Caller) -> Branch? {
        guard let number = caller.number else { return nil }
        return branches.first { $0.prefix.matches(number) }
    }
}
