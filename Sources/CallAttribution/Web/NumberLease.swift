package import CallModel

/// A number that is shown to one visitor for a time (records.md §4, "Leases").
package struct NumberLease: Hashable, Sendable {
    package let visitor: String
    package let number: PhoneNumber
    /// Shared with others, because all numbers of the pool were taken.
    package let isOverflow: Bool
    package let start: Timestamp
    /// Not covered any more.
    package private(set) var end: Timestamp
    /// When page views and heartbeats extended it; the first is its start.
    private var extensions: [Timestamp]

    init(_ visitor: String, _ number: PhoneNumber, isOverflow: Bool, pool: NumberPool, at now: Timestamp) {
        self.visitor = visitor
        self.number = number
        self.isOverflow = isOverflow
        start = now
        end = now
        extensions = []
        extend(by: pool, at: now)
    }

    package func covers(_ moment: Timestamp) -> Bool { start <= moment && moment < end }

    /// The latest extension up to `moment`.
    func lastExtended(by moment: Timestamp) -> Timestamp { extensions.last { $0 <= moment } ?? start }

    mutating func extend(by pool: NumberPool, at now: Timestamp) {
        let longest = start.advanced(bySeconds: Double(pool.maxLeaseSeconds))
        end = max(end, min(now.advanced(bySeconds: Double(pool.leaseSeconds)), longest))
        extensions.append(now)
    }
}
