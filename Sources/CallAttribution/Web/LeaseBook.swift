package import CallModel

/// Which visitor is shown which number of the accounts' pools (records.md §4, "Leases"): as much of the past as decides, the last lease of each number.
///
/// Pure: whoever keeps it puts `takeChanges` on disk before an answer goes out. Messages may come out of order: a lease never begins before the last one of its number has ended and cooled down.
package struct LeaseBook: Sendable {
    /// The last lease of each number, without those of overflow numbers.
    private var lastLeases: [OwnedNumber: NumberLease] = [:]
    /// Leases of overflow numbers that may still live, by visitor.
    private var shared: [OwnedNumber: [String: NumberLease]] = [:]
    /// Where a visitor's latest lease of a pool is.
    private var places: [Holder: PhoneNumber] = [:]
    private var counts: [PoolName: PoolCounts] = [:]
    /// Up to how many leases a number is shared by before those that are over are looked for.
    private var roomForShared: [OwnedNumber: Int] = [:]
    private var changed: Set<Place> = []
    private var removed: [Place: NumberLease] = [:]
    private var changedCounts: Set<PoolName> = []

    private struct OwnedNumber: Hashable {
        var account: String
        var number: PhoneNumber
    }

    private struct PoolName: Hashable {
        var account: String
        var pool: String
    }

    private struct Holder: Hashable {
        var pool: PoolName
        var visitor: String
    }

    /// Where a lease stands; `sharer` is nil for a number that is not shared.
    private struct Place: Hashable {
        var number: OwnedNumber
        var sharer: String?
    }

    package init() {}

    /// As it was when the last of its changes was kept.
    package init(_ rows: LeaseRows) {
        for lease in rows.leases.sorted(by: { $0.start < $1.start }) { put(lease) }
        for row in rows.counts { counts[PoolName(account: row.account, pool: row.pool)] = row }
        changed = []
    }

    /// What must be on disk before anybody hears of it.
    package mutating func takeChanges() -> LeaseChanges {
        var changes = LeaseChanges()
        changes.leases = changed.compactMap(lease)
        changes.removed = Array(removed.values)
        changes.counts = changedCounts.compactMap { counts[$0] }
        changed = []
        removed = [:]
        changedCounts = []
        return changes
    }

    /// A page view: the visitor keeps the number he has, or is leased one.
    ///
    /// - Parameter place: of the pool in `directory.pools`.
    /// - Returns: nil where all are taken and the pool has no overflow.
    package mutating func visit(_ visitor: String, pool place: Int, of directory: Directory, at now: Timestamp) -> NumberLease? {
        if let lease = extend(visitor, place, of: directory, at: now) { return lease }
        let pool = directory.pools[place]
        func mayLease(_ number: PhoneNumber) -> Bool { directory.trackingNumber(number)?.state == .active }
        if let number = freeNumber(of: pool, in: directory.account, at: now, mayLease) {
            return lease(number, to: visitor, pool, directory.account, isOverflow: false, at: now)
        }
        let name = PoolName(account: directory.account, pool: pool.id)
        changedCounts.insert(name)
        guard let overflow = pool.overflow, mayLease(overflow) else {
            counts[name, default: PoolCounts(account: name.account, pool: name.pool)].exhausted += 1
            return nil
        }
        counts[name, default: PoolCounts(account: name.account, pool: name.pool)].overflow += 1
        prune(OwnedNumber(account: directory.account, number: overflow), at: now)
        return lease(overflow, to: visitor, pool, directory.account, isOverflow: true, at: now)
    }

    /// The page is still open.
    ///
    /// - Returns: nil where the visitor has no live lease; else the one that began last.
    package mutating func heartbeat(_ visitor: String, of directory: Directory, at now: Timestamp) -> NumberLease? {
        heartbeats(visitor, of: directory, at: now).first
    }

    /// The page is still open, with a number of every pool that has one of the visitor's live leases: all of these go on.
    ///
    /// - Returns: the one that began last first.
    package mutating func heartbeats(_ visitor: String, of directory: Directory, at now: Timestamp) -> [NumberLease] {
        var found: [NumberLease] = []
        for place in directory.pools.indices {
            guard let lease = extend(visitor, place, of: directory, at: now) else { continue }
            if found.first.map({ $0.start <= lease.start }) ?? true { found.insert(lease, at: 0) } else { found.append(lease) }
        }
        return found
    }

    /// Nil where the visitor has none of the pool that lives, or its number is no longer to be shown.
    private mutating func extend(_ visitor: String, _ place: Int, of directory: Directory, at now: Timestamp) -> NumberLease? {
        let pool = directory.pools[place]
        let name = PoolName(account: directory.account, pool: pool.id)
        guard let number = places[Holder(pool: name, visitor: visitor)], var lease = lease(of: visitor, name, number), now < lease.end else { return nil }
        guard let known = directory.trackingNumber(number), known.pool == place, known.state == .active || known.state == .paused else { return nil }
        lease.extend(by: pool, at: now)
        put(lease)
        return lease
    }

    /// The one never leased, in the pool's order, else the one whose last lease ended first.
    private func freeNumber(of pool: NumberPool, in account: String, at now: Timestamp, _ mayLease: (PhoneNumber) -> Bool) -> PhoneNumber? {
        var longestFree: (number: PhoneNumber, since: Timestamp)?
        for number in pool.numbers {
            guard let end = lastEnd(of: OwnedNumber(account: account, number: number)) else {
                if mayLease(number) { return number }
                continue
            }
            guard end.advanced(bySeconds: Double(pool.cooldownSeconds)) <= now, longestFree.map({ end < $0.since }) ?? true, mayLease(number) else { continue }
            longestFree = (number, end)
        }
        return longestFree?.number
    }

    private func lastEnd(of number: OwnedNumber) -> Timestamp? {
        let own = lastLeases[number]?.end
        // It was an overflow number once.
        guard let others = shared[number], let latest = others.values.map(\.end).max() else { return own }
        return max(own ?? latest, latest)
    }

    private mutating func lease(
        _ number: PhoneNumber, to visitor: String, _ pool: NumberPool, _ account: String, isOverflow: Bool, at now: Timestamp
    ) -> NumberLease {
        var lease = NumberLease(
            account: account, pool: pool.id, number: number, visitor: visitor, isOverflow: isOverflow, start: now, end: now)
        lease.extend(by: pool, at: now)
        put(lease)
        return lease
    }

    // MARK: - Keeping leases

    private mutating func put(_ lease: NumberLease) {
        let number = OwnedNumber(account: lease.account, number: lease.number)
        let holder = Holder(pool: PoolName(account: lease.account, pool: lease.pool), visitor: lease.visitor)
        if lease.isOverflow {
            shared[number, default: [:]][lease.visitor] = lease
        } else if let before = lastLeases.updateValue(lease, forKey: number), before.visitor != lease.visitor || before.pool != lease.pool {
            let former = Holder(pool: PoolName(account: before.account, pool: before.pool), visitor: before.visitor)
            if places[former] == lease.number { places[former] = nil }
        }
        places[holder] = lease.number
        let place = Place(number: number, sharer: lease.isOverflow ? lease.visitor : nil)
        changed.insert(place)
        removed[place] = nil
    }

    private func lease(_ place: Place) -> NumberLease? {
        if let sharer = place.sharer { shared[place.number]?[sharer] } else { lastLeases[place.number] }
    }

    private func lease(of visitor: String, _ pool: PoolName, _ number: PhoneNumber) -> NumberLease? {
        let number = OwnedNumber(account: pool.account, number: number)
        if let lease = shared[number]?[visitor], lease.pool == pool.pool { return lease }
        guard let lease = lastLeases[number], lease.visitor == visitor, lease.pool == pool.pool else { return nil }
        return lease
    }

    /// Forgets those who shared the number, now and then, so that as many stay as share it and a few more.
    private mutating func prune(_ number: OwnedNumber, at now: Timestamp) {
        let few = 64
        guard let leases = shared[number], leases.count >= roomForShared[number] ?? few else { return }
        for lease in leases.values where lease.end <= now {
            shared[number]?[lease.visitor] = nil
            let holder = Holder(pool: PoolName(account: lease.account, pool: lease.pool), visitor: lease.visitor)
            if places[holder] == lease.number { places[holder] = nil }
            let place = Place(number: number, sharer: lease.visitor)
            changed.remove(place)
            removed[place] = lease
        }
        roomForShared[number] = 2 * (shared[number]?.count ?? 0) + few
    }
}

/// How the numbers of a pool are used at one moment.
package struct PoolUse: Hashable, Sendable {
    /// Of the pool, without the overflow number.
    package var leased = 0
    package var coolingDown = 0
    /// Of those that are neither: they are not handed out because of their state.
    package var unavailable = 0
    /// Visitors who share the overflow number.
    package var overflow = 0
    package var counts: PoolCounts
}

extension LeaseBook {
    package func use(ofPool place: Int, of directory: Directory, at now: Timestamp) -> PoolUse {
        let pool = directory.pools[place]
        let name = PoolName(account: directory.account, pool: pool.id)
        var use = PoolUse(counts: counts[name] ?? PoolCounts(account: name.account, pool: name.pool))
        for number in pool.numbers {
            let end = lastEnd(of: OwnedNumber(account: name.account, number: number))
            if let end, now < end {
                use.leased += 1
            } else if let end, now < end.advanced(bySeconds: Double(pool.cooldownSeconds)) {
                use.coolingDown += 1
            } else if directory.trackingNumber(number)?.state != .active {
                use.unavailable += 1
            }
        }
        if let overflow = pool.overflow {
            use.overflow = shared[OwnedNumber(account: name.account, number: overflow)]?.values.count { now < $0.end } ?? 0
        }
        return use
    }
}
