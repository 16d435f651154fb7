package import CallModel

/// What the web visitors of an account did, and which of them a call is from (records.md §4).
package struct WebBook: Sendable {
    package private(set) var leases = LeaseBook()
    /// In the order of time.
    private var views: [String: [PageView]] = [:]

    package init() {}

    /// A page view; what the page is to show: nil for the site's own number.
    package mutating func visit(
        _ visitor: String, _ view: PageView, _ pool: NumberPool, mayLease: (PhoneNumber) -> Bool
    ) -> NumberLease? {
        views[visitor, default: []].append(view)
        return leases.visit(visitor, pool, at: view.at, mayLease: mayLease)
    }

    package mutating func heartbeat(_ visitor: String, _ pools: [NumberPool], at now: Timestamp) -> NumberLease? {
        leases.heartbeat(visitor, pools, at: now)
    }

    /// Who a call to a pool's number is from.
    package enum Caller: Hashable, Sendable {
        /// One lease covers the call's start.
        case certain(WebTrail)
        /// Several do; the one extended most recently first.
        case ambiguous([WebCandidate])
        /// None does any more; of the last to end.
        case late(WebTrail)
    }

    /// Nil where the number was never leased before.
    package func caller(of number: PhoneNumber, at start: Timestamp, rules: [SourceRule]) -> Caller? {
        let begun = leases.leases(of: number).filter { $0.start <= start }
        let covering = begun.filter { $0.covers(start) }.sorted { a, b in
            let (first, second) = (a.lastExtended(by: start), b.lastExtended(by: start))
            return first != second ? first > second : a.start > b.start
        }
        if covering.count > 1 {
            let candidates = covering.compactMap { trail(of: $0.visitor, until: start, rules: rules) }
            return .ambiguous(candidates.map { WebCandidate(trail: $0, confidence: 1 / Double(candidates.count)) })
        }
        if let lease = covering.first { return trail(of: lease.visitor, until: start, rules: rules).map { .certain($0) } }
        guard let last = begun.max(by: { $0.end < $1.end }) else { return nil }
        return trail(of: last.visitor, until: start, rules: rules).map { .late($0) }
    }

    /// Nil where the visitor has looked at nothing by then.
    package func trail(of visitor: String, until moment: Timestamp, rules: [SourceRule]) -> WebTrail? {
        let seen = (views[visitor] ?? []).filter { $0.at <= moment }
        guard let first = seen.first, let last = seen.last else { return nil }
        let firstTouch = Touch(first, rules: rules)
        var trail = WebTrail(
            visitorID: visitor, firstTouch: firstTouch.source, lastTouch: firstTouch.source, landingPage: first.page, page: last.page,
            referrer: first.referrer, clicks: firstTouch.clicks)
        for view in seen.dropFirst() {
            let touch = Touch(view, rules: rules)
            trail.clicks.merge(touch.clicks) { $1 }
            if touch.isNavigation { continue }
            trail.lastTouch = touch.source
            trail.landingPage = view.page
            trail.referrer = view.referrer
        }
        return trail
    }
}
