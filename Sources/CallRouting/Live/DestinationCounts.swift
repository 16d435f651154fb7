import CallModel

struct DestinationKey: Hashable {
    var account: String
    var destinationID: String
}

/// How often each destination that has had limits was offered a call, and answered, and how many calls it has now.
struct DestinationCounts {
    private var placeByKey: [DestinationKey: Int] = [:]
    private var counts: [Count] = []
    private var changed: Set<QuarterKey> = []
    private var met: Set<Int> = []
    private var reset: Set<Int> = []

    fileprivate struct Count {
        let key: DestinationKey
        var resets = 0
        var underWay = 0
        /// Ascending.
        var quarters: [Slots] = []
        /// A month or a lifetime is not summed up at each call.
        var sums: [LimitSum] = []
    }

    fileprivate struct Slots {
        let quarter: Quarter
        var attempts = 0
        var connections = 0
    }

    fileprivate struct LimitSum {
        let limit: Limit
        let window: LimitWindow
        var used: Int
    }

    fileprivate struct QuarterKey: Hashable {
        let place: Int
        let quarter: Quarter
    }

    init() {}

    init(_ destinations: [CountedDestination], _ quarters: [QuarterCount]) {
        for destination in destinations {
            let place = self.place(DestinationKey(account: destination.account, destinationID: destination.destinationID))
            counts[place].resets = destination.resets
        }
        for row in quarters.sorted(by: { $0.quarter < $1.quarter }) {
            let place = self.place(DestinationKey(account: row.account, destinationID: row.destinationID))
            counts[place].quarters.append(Slots(quarter: Quarter(number: row.quarter), attempts: row.attempts, connections: row.connections))
        }
        met = []
    }

    /// Nil: it is not counted.
    func known(_ key: DestinationKey) -> Int? { placeByKey[key] }

    /// Counted from now on.
    mutating func place(_ key: DestinationKey) -> Int {
        if let place = placeByKey[key] { return place }
        let place = counts.count
        placeByKey[key] = place
        counts.append(Count(key: key))
        met.insert(place)
        return place
    }

    func resets(_ place: Int) -> Int { counts[place].resets }

    func underWay(_ place: Int) -> Int { counts[place].underWay }

    /// How much of a limit is used at a moment; nil before its `from`.
    ///
    /// - Parameter place: nil: the destination has not been counted yet.
    mutating func used(_ place: Int?, of limit: Limit, at time: Timestamp) -> Int? {
        guard let place else { return LimitWindow(of: limit, at: time).applies ? 0 : nil }
        let quarter = Quarter(time)
        if let known = counts[place].sums.firstIndex(where: { $0.limit.countsLike(limit) }) {
            if counts[place].sums[known].window.contains(quarter) { return counts[place].sums[known].result }
            counts[place].sums.remove(at: known)
        }
        let window = LimitWindow(of: limit, at: time)
        let sum = LimitSum(limit: limit, window: window, used: counts[place].total(of: limit.count, in: window))
        // Limits that were changed leave theirs behind.
        if counts[place].sums.count >= 8 { counts[place].sums = [] }
        counts[place].sums.append(sum)
        return sum.result
    }

    /// The same without remembering.
    func use(_ place: Int, of limit: Limit, at time: Timestamp) -> Int {
        if limit.per == .concurrent { return counts[place].underWay }
        let window = LimitWindow(of: limit, at: time)
        return window.applies ? counts[place].total(of: limit.count, in: window) : 0
    }

    mutating func add(_ place: Int, attempts: Int, connections: Int, at time: Timestamp) {
        let quarter = Quarter(time)
        let slot = counts[place].slot(of: quarter)
        counts[place].quarters[slot].attempts += attempts
        counts[place].quarters[slot].connections += connections
        for sum in counts[place].sums.indices where counts[place].sums[sum].window.contains(quarter) {
            counts[place].sums[sum].used += counts[place].sums[sum].limit.count == .attempts ? attempts : connections
        }
        changed.insert(QuarterKey(place: place, quarter: quarter))
    }

    mutating func addUnderWay(_ place: Int, _ calls: Int) { counts[place].underWay += calls }

    mutating func clear(_ place: Int) {
        counts[place].quarters = []
        counts[place].sums = []
        counts[place].resets += 1
        changed = changed.filter { $0.place != place }
        reset.insert(place)
        met.insert(place)
    }

    mutating func takeChanges(into changes: inout LiveChanges) {
        changes.destinations = met.map { counts[$0].row }
        changes.resetDestinations = reset.map { counts[$0].row }
        changes.quarters = changed.map { counts[$0.place].row(of: $0.quarter) }
        changed = []
        met = []
        reset = []
    }
}

extension DestinationCounts.Count {
    fileprivate var row: CountedDestination {
        CountedDestination(account: key.account, destinationID: key.destinationID, resets: resets)
    }

    fileprivate func row(of quarter: Quarter) -> QuarterCount {
        let slots = quarters[lowerBound(quarter)]
        return QuarterCount(
            account: key.account, destinationID: key.destinationID, quarter: quarter.number, attempts: slots.attempts, connections: slots.connections)
    }

    /// The quarter's place, made where there was none; nearly always the last.
    fileprivate mutating func slot(of quarter: Quarter) -> Int {
        let slot = lowerBound(quarter)
        if slot == quarters.count || quarters[slot].quarter != quarter { quarters.insert(DestinationCounts.Slots(quarter: quarter), at: slot) }
        return slot
    }

    fileprivate func total(of count: Limit.Count, in window: LimitWindow) -> Int {
        quarters[lowerBound(window.start)..<lowerBound(window.end)].reduce(0) { $0 + (count == .attempts ? $1.attempts : $1.connections) }
    }

    /// The first that is not before `quarter`.
    private func lowerBound(_ quarter: Quarter) -> Int {
        if let last = quarters.last, last.quarter < quarter { return quarters.count }
        var low = 0
        var high = quarters.count
        while low < high {
            let middle = (low + high) / 2
            if quarters[middle].quarter < quarter { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension DestinationCounts.LimitSum {
    /// Nil before the limit's `from`.
    fileprivate var result: Int? { window.applies ? used : nil }
}

extension Limit {
    /// Whether both come to the same count; how many it allows is another matter.
    fileprivate func countsLike(_ other: Limit) -> Bool {
        per == other.per && count == other.count && from == other.from && zone == other.zone
    }
}
