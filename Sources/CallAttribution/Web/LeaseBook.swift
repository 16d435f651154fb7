package import CallModel

/// Who was shown which number of an account's pools, and when: all leases there ever were (records.md §4, "Leases").
///
/// Told in the order of time. Pure: whoever keeps it for a pool of processes writes it down.
package struct LeaseBook: Sendable {
    /// In the order of their starts.
    private var leases: [PhoneNumber: [NumberLease]] = [:]
    private var latest: [Holder: Place] = [:]

    private struct Holder: Hashable {
        var visitor: String
        var pool: String
    }

    private struct Place {
        var number: PhoneNumber
        var index: Int
    }

    package init() {}

    package func leases(of number: PhoneNumber) -> [NumberLease] { leases[number] ?? [] }

    /// A page view: the visitor keeps the number he has, or is leased one.
    ///
    /// - Parameter mayLease: whether a number's state lets it be handed out anew; a paused one's does not.
    /// - Returns: nil where all are taken and the pool has no overflow.
    package mutating func visit(_ visitor: String, _ pool: NumberPool, at now: Timestamp, mayLease: (PhoneNumber) -> Bool) -> NumberLease? {
        if let lease = extend(visitor, pool, at: now) { return lease }
        if let number = freeNumber(of: pool, at: now, mayLease) { return lease(number, to: visitor, pool, isOverflow: false, at: now) }
        guard let overflow = pool.overflow, mayLease(overflow) else { return nil }
        return lease(overflow, to: visitor, pool, isOverflow: true, at: now)
    }

    /// The page is still open.
    ///
    /// - Returns: nil where the visitor has no live lease; else the one that began last.
    package mutating func heartbeat(_ visitor: String, _ pools: [NumberPool], at now: Timestamp) -> NumberLease? {
        var found: NumberLease?
        for pool in pools {
            guard let lease = extend(visitor, pool, at: now) else { continue }
            if found.map({ $0.start <= lease.start }) ?? true { found = lease }
        }
        return found
    }

    private mutating func extend(_ visitor: String, _ pool: NumberPool, at now: Timestamp) -> NumberLease? {
        guard let place = latest[Holder(visitor: visitor, pool: pool.id)], leases[place.number]?[place.index].covers(now) == true else { return nil }
        leases[place.number]?[place.index].extend(by: pool, at: now)
        return leases[place.number]?[place.index]
    }

    /// The one never leased, in the pool's order, else the one whose last lease ended first.
    private func freeNumber(of pool: NumberPool, at now: Timestamp, _ mayLease: (PhoneNumber) -> Bool) -> PhoneNumber? {
        var longestFree: (number: PhoneNumber, since: Timestamp)?
        for number in pool.numbers where mayLease(number) {
            guard let end = leases[number]?.map(\.end).max() else { return number }
            guard end.advanced(bySeconds: Double(pool.cooldownSeconds)) <= now else { continue }
            if longestFree.map({ end < $0.since }) ?? true { longestFree = (number, end) }
        }
        return longestFree?.number
    }

    private mutating func lease(
        _ number: PhoneNumber, to visitor: String, _ pool: NumberPool, isOverflow: Bool, at now: Timestamp
    ) -> NumberLease {
        let lease = NumberLease(visitor, number, isOverflow: isOverflow, pool: pool, at: now)
        latest[Holder(visitor: visitor, pool: pool.id)] = Place(number: number, index: leases[number]?.count ?? 0)
        leases[number, default: []].append(lease)
        return lease
    }
}
