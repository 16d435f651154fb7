package import CallModel

/// A timeline that is played against a real pool instead of a simulated one (directory.md §5).
package struct LiveTimeline: Sendable {
    package enum Entry: Sendable {
        case call(CallWalk)
        case event(CallEvent)
        /// Without its account, which a timeline does not name.
        case visit(PageVisit)
        case heartbeat(VisitorHeartbeat)
    }

    /// In the order in which they begin.
    package let entries: [Entry]

    /// - Throws: the first thing wrong, with its line; also lines that a pool takes by commands of their own.
    package init(_ text: String) throws(SimulationError) {
        var entries: [Entry] = []
        for entry in try TimelineEntry.read(text) {
            switch entry.action {
            case .call(let script): entries.append(.call(CallWalk(script, at: entry.at)))
            case .event(let event): entries.append(.event(event))
            case .apply: throw SimulationError(line: entry.line, "apply is not played into a pool; use `trunkline apply`, or `trunkline simulate`")
            case .visit(let visit):
                entries.append(
                    .visit(
                        PageVisit(
                            account: "", pool: visit.pool, visitorID: visit.visitor, at: entry.at, page: visit.page, referrer: visit.referrer,
                            userAgent: visit.userAgent)))
            case .heartbeat(let visitor): entries.append(.heartbeat(VisitorHeartbeat(account: "", visitorID: visitor, at: entry.at)))
            case .set, .resetLimit, .erase, .update:
                throw SimulationError(line: entry.line, "only calls, events and visits are played into a pool; use `trunkline simulate`")
            }
        }
        self.entries = entries
    }
}
