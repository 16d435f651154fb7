package import CallModel

/// A time for which a visitor was shown a number, as one answer to his page said, or as several that join.
///
/// Any cover of a lease by spans says the same of each call: whose number it was, and till when.
package struct LeaseSpan: Hashable, Sendable {
    package let visitor: String
    /// When it was answered.
    package var start: Timestamp
    /// Not covered any more.
    package var end: Timestamp
    /// Others may have been shown the number meanwhile: the latest answer counts, so that these are not joined.
    package let isOverflow: Bool

    package init(visitor: String, start: Timestamp, end: Timestamp, isOverflow: Bool) {
        self.visitor = visitor
        self.start = start
        self.end = end
        self.isOverflow = isOverflow
    }

    package func covers(_ moment: Timestamp) -> Bool { start <= moment && moment < end }
}

/// Who is behind a call to a pool's number, by the leases of that number (records.md §4.2).
package enum LeasedTo: Hashable, Sendable {
    /// The only one whose lease covers the call.
    case one(String)
    /// Several leases cover it, the most recently extended one's first.
    case several([String])
    /// None covers it: who had the number last.
    case lastly(String)

    /// Nil where the number was never leased before.
    ///
    /// - Parameter spans: of the number, in any order: all that cover the moment, and of the others at least the last to end that had begun by then.
    package init?(_ spans: [LeaseSpan], at moment: Timestamp) {
        var extensions: [String: Timestamp] = [:]
        var last: LeaseSpan?
        // One alone holds a number that is not shared: two leases that overlap are of one visitor, who was erased meanwhile and is a new one since (§7).
        let holder = spans.lazy.filter { !$0.isOverflow && $0.covers(moment) }.max { ($0.start, $0.visitor) < ($1.start, $1.visitor) }?.visitor
        for span in spans where span.start <= moment {
            if span.covers(moment), span.isOverflow || span.visitor == holder { extensions[span.visitor] = max(extensions[span.visitor] ?? span.start, span.start) }
            if let found = last, (found.end, found.start, found.visitor) >= (span.end, span.start, span.visitor) { continue }
            last = span
        }
        let order = extensions.sorted { a, b in a.value != b.value ? a.value > b.value : a.key < b.key }.map(\.key)
        if order.count > 1 {
            self = .several(order)
        } else if let visitor = order.first {
            self = .one(visitor)
        } else if let last {
            self = .lastly(last.visitor)
        } else {
            return nil
        }
    }
}
