package import CallModel

/// For which times a pool's numbers were taken, and who would have had one more.
package struct PoolHistory: Sendable {
    /// Of each number of its own, the leases: of one visitor joined, in no order.
    package var leases: [PhoneNumber: [Range<Timestamp>]] = [:]
    /// Of the overflow number: of one visitor joined.
    package var overflow: [Range<Timestamp>] = []
    /// When visitors were given no number; of one visitor in one list.
    package var refusals: [[Timestamp]] = []

    package init() {}
}

/// What a pool was like on one day.
package struct PoolDay: Hashable, Sendable {
    /// The first moment of the day, and of the next.
    package var range: Range<Timestamp>
    /// For how long none of its numbers could be handed out: each was leased or cooling down.
    package var exhaustedSeconds = 0.0
    /// That began on this day.
    package var leases = 0
    package var overflowLeases = 0
    /// Page views that were given no number.
    package var refusals = 0
    /// How many numbers would have been taken at once, at most, had nobody gone without one of his own.
    package var peak = 0

    package init(range: Range<Timestamp>) { self.range = range }
}

extension PoolHistory {
    /// What the pool was like on each of the days.
    ///
    /// - Parameters:
    ///   - leaseSeconds: for how long one who was refused would have had a number.
    ///   - cooldownSeconds: a number is taken for so long after each lease.
    ///   - now: what is later has not been yet.
    package func days(_ days: [Range<Timestamp>], leaseSeconds: Int, cooldownSeconds: Int, until now: Timestamp) -> [PoolDay] {
        let cooldown = Double(cooldownSeconds)
        func taken(_ lease: Range<Timestamp>) -> Range<Timestamp> { lease.lowerBound..<lease.upperBound.advanced(bySeconds: cooldown) }
        let own = leases.values.map { $0.map(taken).joined() }.flatMap(\.self)
        let unserved = overflow.map(taken) + refusals.flatMap { times in
            times.map { $0..<$0.advanced(bySeconds: Double(leaseSeconds) + cooldown) }.joined()
        }
        let taking = Steps(own)
        let wanting = Steps(own + unserved)
        return days.map { day in
            var found = PoolDay(range: day)
            let end = min(day.upperBound, now)
            found.leases = leases.values.joined().count { day.contains($0.lowerBound) }
            found.overflowLeases = overflow.count { day.contains($0.lowerBound) }
            found.refusals = refusals.joined().count { day.contains($0) }
            guard day.lowerBound < end else { return found }
            // A pool without numbers is none.
            let size = max(leases.count, 1)
            found.exhaustedSeconds = taking.seconds(atLeast: size, in: day.lowerBound..<end)
            found.peak = wanting.peak(in: day.lowerBound..<end)
            return found
        }
    }
}

extension [Range<Timestamp>] {
    /// Those that overlap or meet as one, in their order.
    fileprivate func joined() -> [Range<Timestamp>] {
        var joined: [Range<Timestamp>] = []
        for range in sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}

/// How many of some ranges hold each moment.
private struct Steps {
    /// From `at` on it is `count`, up to the next.
    private var steps: [(at: Timestamp, count: Int)] = []

    init(_ ranges: [Range<Timestamp>]) {
        var changes: [(at: Timestamp, by: Int)] = []
        for range in ranges where !range.isEmpty {
            changes.append((range.lowerBound, 1))
            changes.append((range.upperBound, -1))
        }
        // A number that comes free at a moment may be taken at that moment.
        changes.sort { ($0.at, $0.by) < ($1.at, $1.by) }
        var count = 0
        for change in changes {
            count += change.by
            if steps.last?.at == change.at { steps[steps.count - 1].count = count } else { steps.append((change.at, count)) }
        }
    }

    func peak(in range: Range<Timestamp>) -> Int {
        var peak = 0
        forEach(in: range) { _, count in peak = max(peak, count) }
        return peak
    }

    func seconds(atLeast size: Int, in range: Range<Timestamp>) -> Double {
        var milliseconds: Int64 = 0
        forEach(in: range) { part, count in
            if count >= size { milliseconds += part.upperBound.milliseconds - part.lowerBound.milliseconds }
        }
        return Double(milliseconds) / 1000
    }

    private func forEach(in range: Range<Timestamp>, _ body: (Range<Timestamp>, Int) -> Void) {
        for (place, step) in steps.enumerated() {
            let end = place + 1 < steps.count ? steps[place + 1].at : range.upperBound
            let part = max(step.at, range.lowerBound)..<max(min(end, range.upperBound), max(step.at, range.lowerBound))
            if !part.isEmpty { body(part, step.count) }
        }
    }
}

/// How many numbers a pool needs.
package enum PoolSize {
    /// So many that each visitor has one, on average of the peak hour: as many as come in an hour, times the part of an hour for which each holds
    /// one (Little's law), rounded up. 200 an hour for 3 minutes are 10.
    ///
    /// - Parameters:
    ///   - peakPerHour: visitors who come in the busiest hour.
    ///   - sessionMinutes: for which a visitor holds a number.
    package static func numbers(peakPerHour: Double, sessionMinutes: Double) -> Int {
        let atOnce = peakPerHour * sessionMinutes / 60
        // What binary fractions add is no visitor.
        return max(1, Int((atOnce - atOnce * 1e-12).rounded(.up)))
    }
}
