package import CallModel

/// A number that is shown to one visitor for a time (records.md §4, "Leases").
package struct NumberLease: Hashable, Sendable {
    package let account: String
    package let pool: String
    package let number: PhoneNumber
    /// Who holds it, as whoever keeps the book names visitors.
    package let visitor: String
    /// Shared with others, because all numbers of the pool were taken.
    package let isOverflow: Bool
    package let start: Timestamp
    /// Not covered any more.
    package private(set) var end: Timestamp

    package init(account: String, pool: String, number: PhoneNumber, visitor: String, isOverflow: Bool, start: Timestamp, end: Timestamp) {
        self.account = account
        self.pool = pool
        self.number = number
        self.visitor = visitor
        self.isOverflow = isOverflow
        self.start = start
        self.end = end
    }

    mutating func extend(by pool: NumberPool, at now: Timestamp) {
        let longest = start.advanced(bySeconds: Double(pool.maxLeaseSeconds))
        end = max(end, min(now.advanced(bySeconds: Double(pool.leaseSeconds)), longest))
    }
}

/// How often a pool had no number of its own left for a visitor.
package struct PoolCounts: Hashable, Sendable {
    package let account: String
    package let pool: String
    /// Page views that were answered with no number: `pool_exhausted` (records.md §4).
    package var exhausted = 0
    /// Leases of the overflow number.
    package var overflow = 0

    package init(account: String, pool: String, exhausted: Int = 0, overflow: Int = 0) {
        self.account = account
        self.pool = pool
        self.exhausted = exhausted
        self.overflow = overflow
    }
}

/// All of a `LeaseBook`, as a store keeps it.
package struct LeaseRows: Hashable, Sendable {
    package var leases: [NumberLease] = []
    package var counts: [PoolCounts] = []

    package init() {}
}

/// What has become different in a `LeaseBook` since the last time.
package struct LeaseChanges: Hashable, Sendable {
    /// Each replaces the one of its number; of an overflow number the one of its visitor there.
    package var leases: [NumberLease] = []
    /// Of overflow numbers: they are over, and nothing is decided by them any more.
    package var removed: [NumberLease] = []
    package var counts: [PoolCounts] = []

    package init() {}

    package var isEmpty: Bool { leases.isEmpty && removed.isEmpty && counts.isEmpty }
}
