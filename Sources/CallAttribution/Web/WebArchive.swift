package import CallModel

/// Where the leases and page views of an account are kept for its records.
package protocol WebArchive {
    associatedtype Failure: Error

    /// Of a number: all that cover the moment, and of the others at least the last to end that had begun by then.
    mutating func spans(of number: PhoneNumber, at moment: Timestamp) throws(Failure) -> [LeaseSpan]

    /// Of a visitor up to a moment, in their order.
    mutating func views(of visitor: String, until moment: Timestamp) throws(Failure) -> [PageView]
}

/// What the web says of a call, beside what its record shows.
package struct WebFinding: Hashable, Sendable {
    /// Everybody whose page views or leases it was made of: what is told of them later may change it.
    package var visitors: [String] = []
    /// Who the caller was, where that is known and an unexplained call of his may inherit it (records.md §4.3).
    package var explainedBy: String?

    package init() {}
}

extension CallRecord {
    /// Fills in what the account's web visitors say of a call to a pool's number without a source of its own (records.md §4.2); then, where that is nothing, what an earlier call of the caller's says (§4.3).
    ///
    /// - Parameters:
    ///   - facts: of the number dialled; one with a source of its own is left as it is.
    ///   - earlier: who was behind the caller's last explained call before this; asked only where it counts.
    package mutating func attribute<Archive: WebArchive>(
        _ facts: CallFacts, in archive: inout Archive, earlier: () throws(Archive.Failure) -> String?
    ) throws(Archive.Failure) -> WebFinding {
        var finding = WebFinding()
        guard facts.source == nil else { return finding }
        if facts.pool != nil, let number = PhoneNumber(e164: facts.trackingNumber),
            let leased = LeasedTo(try archive.spans(of: number, at: startedAt), at: startedAt)
        {
            switch leased {
            case .one(let visitor): try show([visitor], .certain, facts, &archive, &finding)
            case .lastly(let visitor): try show([visitor], .late, facts, &archive, &finding)
            case .several(let visitors): try show(visitors, .ambiguous, facts, &archive, &finding)
            }
        }
        // A test call touches no history.
        if attribution == .none, callerNumber != nil, !isTest, let visitor = try earlier() {
            try show([visitor], .inherited, facts, &archive, &finding)
        }
        // An ambiguous call tells nothing of its caller, an inherited one nothing new.
        if let web, attribution == .certain || attribution == .late, !isTest, callerNumber != nil { finding.explainedBy = web.visitorID }
        return finding
    }

    private mutating func show<Archive: WebArchive>(
        _ visitors: [String], _ certainty: AttributionCertainty, _ facts: CallFacts, _ archive: inout Archive, _ finding: inout WebFinding
    ) throws(Archive.Failure) {
        finding.visitors += visitors
        var trails: [WebTrail] = []
        for visitor in visitors {
            // One who has looked at nothing by then says nothing: his page views may still come.
            if let trail = WebTrail(visitor, try archive.views(of: visitor, until: startedAt), rules: facts.sources) { trails.append(trail) }
        }
        guard let shown = trails.first else { return }
        attribution = certainty
        if certainty != .inherited { poolNumberWithoutSession = false }
        if certainty == .ambiguous { candidates = trails.map { WebCandidate(trail: $0, confidence: 1 / Double(trails.count)) } }
        web = shown
        source = facts.touch == .first ? shown.firstTouch : shown.lastTouch
    }
}
