package import CallAttribution
package import CallModel

/// One thing told of a visitor of an account's site, and what it was answered (records.md §4).
package struct WebInput: Hashable, Sendable {
    package var account: String
    /// The site's cookie.
    package var visitor: String
    package var at: Timestamp
    package var told: Told
    /// Nil: the site's own number stayed.
    package var lease: Lease?
    /// Leases of other pools that a heartbeat extended as well.
    package var others: [Lease] = []

    package enum Told: Hashable, Sendable {
        /// A page of which `pool` was to give a number.
        case view(PageView, pool: String)
        case heartbeat
    }

    package struct Lease: Hashable, Sendable {
        package var number: PhoneNumber
        package var end: Timestamp
        package var isOverflow: Bool

        package init(number: PhoneNumber, end: Timestamp, isOverflow: Bool) {
            self.number = number
            self.end = end
            self.isOverflow = isOverflow
        }
    }

    package init(account: String, visitor: String, at: Timestamp, told: Told, lease: Lease?) {
        self.account = account
        self.visitor = visitor
        self.at = at
        self.told = told
        self.lease = lease
    }

    /// The times for which the answer gave the visitor numbers.
    var spans: [(number: PhoneNumber, span: LeaseSpan)] {
        ((lease.map { [$0] } ?? []) + others).compactMap { lease in
            guard at < lease.end else { return nil }
            return (lease.number, LeaseSpan(visitor: visitor, start: at, end: lease.end, isOverflow: lease.isOverflow))
        }
    }
}
