import CallModel

/// One question about one call of a known account: what the call is, and the making of its decision.
struct Consultation: Sendable {
    let callID: String
    let directory: Directory
    /// E.164.
    let trackingNumber: String
    let caller: Caller
    /// What a destination is shown and a continuation carries: E.164, else as received; empty when withheld.
    let callerText: String
    /// Of the tracking number.
    let source: StaticSource?
    /// Place in the directory's pools of the number's.
    let pool: Int?
    /// Id of the number's own flow; empty where it has none.
    let ownFlow: String
    /// Spoken with this decision; empty in all but a call's first.
    let greeting: String
    let isTest: Bool
    /// When the call began.
    let startedAt: Timestamp
    let now: Timestamp
    /// The worker's.
    let clock: Timestamp
    /// Which decision of the call this is, from 0.
    let number: Int
    /// What became of those whom the last decision dialled.
    let ended: [EndedAttempt]
    /// What a flow that runs out after somebody was dialled ends with (records.md §3, `end_reason`).
    let lastAttempt: Rejection
    let secret: SecretKey
    var past = PastKnowledge.notAsked
    var session = SessionKnowledge.notAsked

    struct Start: Sendable {
        var place: Walk.Place
        var entry: Walk.KeyEntry?
    }

    /// Walks the flow; decides at once where nothing is shared with other calls.
    func step(from start: Start) -> RoutingStep {
        var walk = Walk(directory: directory, caller: caller, attribution: attribution, past: past, now: now)
        switch walk.follow(from: start.place, start.entry, mayBePlain: number == 0) {
        case .plain(let ring, let place): return .decided(plainDecision(ring, place, steps: walk.chain.steps))
        case .asksForPast: return .asks(.history(callerQuestion), PendingDecision(consultation: self, wait: .history(start)))
        case .asksForSession: return .asks(.session(sessionQuestion), PendingDecision(consultation: self, wait: .session(start)))
        case .chain(let chain): return step(along: chain)
        }
    }

    /// In every ContinueCall the live state is asked: it knows whether the call is over (interfaces.md §1).
    func step(along chain: Chain) -> RoutingStep {
        let question = question(chain)
        if number > 0 || question.rings.contains(where: \.isShared) {
            return .asks(.live(question), PendingDecision(consultation: self, wait: .live(chain, question)))
        }
        var unasked = UnaskedState(onLimits: .connect)
        let chosen = unasked.choose(question.rings, account: directory.account, at: now)
        return .decided(decision(chain, question, .choice(chosen.choice)))
    }

    /// - Parameter answer: nil: nobody could be asked in time.
    func decision(_ chain: Chain, _ question: LiveQuestion, _ answer: LiveAnswer?) -> RouteDecision {
        switch answer {
        case .over: return rejected(.callOver, node: chain.firstNode(in: directory))
        case .choice(let choice) where choice.passes.count <= chain.links.count: return decision(chain, choice, steps: chain.steps)
        case .choice, nil:
            if case .reject(.callOver) = chain.end { return rejected(.callOver, node: chain.firstNode(in: directory)) }
            let policy = directory.settings.liveStateUnknown
            var unasked = UnaskedState(onLimits: policy)
            let chosen = unasked.choose(question.rings, account: directory.account, at: now)
            var chain = chain
            chain.say("live_state_unknown: \(policy.rawValue)", node: chain.firstNode(in: directory))
            return decision(chain, chosen.choice, steps: chain.steps)
        }
    }

    /// - Parameter node: where the trace says it was decided.
    func rejected(_ rejection: Rejection, node: String, why: String? = nil) -> RouteDecision {
        var decision = RouteDecision(callID: callID, action: rejection.action)
        identify(&decision)
        decision.trace = [TraceStep(node: node, verdict: "branch", reason: why ?? rejection.cause)]
        return decision
    }

    func identify(_ decision: inout RouteDecision) {
        decision.account = directory.account
        decision.trackingNumber = trackingNumber
        decision.flow = ownFlow
        decision.directoryVersion = directory.version
        decision.routedBy = "flow"
    }

    func continuation(at place: Walk.Place, rest: [[String]]) -> String {
        Continuation(
            account: directory.account, version: directory.version, trackingNumber: trackingNumber, caller: callerText, ownFlow: ownFlow,
            flow: directory.flows[place.flow].id, place: directory.label(of: place), startedAt: startedAt, issuedAt: clock,
            number: number, tries: place.tries, isTest: isTest, rest: rest
        ).text(callID: callID, secret: secret)
    }
}

extension Chain {
    /// Where the decision began, for a trace.
    fileprivate func firstNode(in directory: Directory) -> String {
        if let step = steps.first { return step.node }
        return links.first.map { directory.label(of: $0.place) } ?? "flow"
    }

    fileprivate mutating func say(_ reason: String, node: String) {
        steps.insert(TraceStep(node: node, verdict: "branch", reason: reason), at: 0)
        for place in links.indices { links[place].stepsBefore += 1 }
    }
}
