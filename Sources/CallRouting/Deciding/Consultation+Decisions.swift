import CallModel

extension Consultation {
    /// Everybody of the node rings; nobody would after them.
    func plainDecision(_ ring: Ring, _ place: Walk.Place, steps: [TraceStep]) -> RouteDecision {
        var decision = connect(ring, ring.tiers[0], at: place, rest: [])
        let label = directory.label(of: place)
        decision.trace = steps
        for target in ring.tiers[0] {
            decision.trace.append(
                TraceStep(node: label, destinationID: directory.destinations[target].id, verdict: "chosen", reason: Consideration.Preference.order.rawValue))
        }
        return decision
    }

    /// - Parameter steps: what the trace says of the way along the chain.
    func decision(_ chain: Chain, _ choice: RingChoice, steps: [TraceStep]) -> RouteDecision {
        var trace: [TraceStep] = []
        var told = 0
        for (link, pass) in zip(chain.links, choice.passes) {
            trace += steps[told..<link.stepsBefore]
            told = link.stepsBefore
            // A link of a chain is a dialling node: the walk made it.
            guard let ring = directory.ring(at: link.place) else { preconditionFailure("\(directory.label(of: link.place)) does not dial") }
            let label = directory.label(of: link.place)
            trace += pass.considered.map { TraceStep(node: label, $0) }
            let targets = pass.targets.compactMap(directory.place(ofDestination:))
            if !targets.isEmpty {
                var decision = connect(ring, targets, at: link.place, rest: pass.rest)
                decision.plan = choice.plan.compactMap { dial($0, chain) }
                decision.trace = trace
                return decision
            }
            let reason = ring.then == nil ? runOut(link, pass).cause : "then"
            trace.append(TraceStep(node: label, verdict: "branch", reason: reason))
        }
        trace += steps[told...]
        var decision = ending(chain, choice)
        decision.trace = trace
        return decision
    }

    private func ending(_ chain: Chain, _ choice: RingChoice) -> RouteDecision {
        var decision: RouteDecision
        switch chain.end {
        case .runsOut:
            let rejection = chain.links.last.map { runOut($0, choice.passes.last) } ?? .noDestination
            decision = RouteDecision(callID: callID, action: rejection.action)
        case .reject(let rejection): decision = RouteDecision(callID: callID, action: rejection.action)
        case .voicemail(let voicemail):
            decision = RouteDecision(callID: callID, action: .voicemail(voicemail))
            decision.greeting = greeting
        case .gather(let gather, let place):
            decision = RouteDecision(callID: callID, action: .gather(gather))
            decision.greeting = greeting
            decision.continuation = continuation(at: place, rest: [])
        }
        identify(&decision)
        return decision
    }

    /// Somebody rang in the node: the flow runs out. Nobody ever did: the first candidate's reason counts.
    private func runOut(_ link: Chain.Link, _ pass: RingPass?) -> Rejection {
        if link.place.rest != nil { return lastAttempt }
        guard case .skipped(let reason) = pass?.considered.first?.verdict else { return .noDestination }
        return reason.rejection
    }

    /// Whisper and recording are those of the flow that dials: `go` may have led to another than the number's own.
    private func connect(_ ring: Ring, _ targets: [Int], at place: Walk.Place, rest: [[String]]) -> RouteDecision {
        let flow = directory.flows[place.flow]
        var decision = RouteDecision(callID: callID, action: .connect(dial(ring, targets, in: flow)))
        identify(&decision)
        decision.greeting = greeting
        decision.routingType = ring.kind.routingType
        decision.whisper = flow.whisper(source: spokenSource)
        decision.record = flow.record
        decision.continuation = continuation(at: place, rest: rest)
        return decision
    }

    /// Of the number; else of the session where a node asked for it, else of the number's pool. Nobody is asked for it alone.
    private var spokenSource: String {
        if let source { return source.source }
        if case .known(let session) = session, let source = session.source { return source.source }
        return pool.flatMap { directory.pools[$0].source?.source } ?? ""
    }

    private func dial(_ planned: PlannedRing, _ chain: Chain) -> Dial? {
        guard chain.links.indices.contains(planned.ring), let ring = directory.ring(at: chain.links[planned.ring].place) else { return nil }
        let targets = planned.targets.compactMap(directory.place(ofDestination:))
        return targets.isEmpty ? nil : dial(ring, targets, in: directory.flows[chain.links[planned.ring].place.flow])
    }

    private func dial(_ ring: Ring, _ targets: [Int], in flow: Flow) -> Dial {
        Dial(
            targets: targets.map { place in
                Dial.Target(
                    destinationID: directory.destinations[place].id, number: directory.destinations[place].number,
                    kind: directory.destinations[place].kind.rawValue)
            },
            ringSeconds: ring.ringSeconds, screening: ring.screening, callerID: flow.maskCallerID ? trackingNumber : callerText)
    }
}

extension TraceStep {
    fileprivate init(node: String, _ consideration: Consideration) {
        switch consideration.verdict {
        case .chosen(let preference):
            self.init(node: node, destinationID: consideration.destinationID, verdict: "chosen", reason: preference.rawValue)
        case .skipped(let reason):
            self.init(node: node, destinationID: consideration.destinationID, verdict: "skipped", reason: reason.rawValue)
        }
    }
}

extension Ring.Kind {
    /// The word of the record's `routing_type` (directory.md §4).
    fileprivate var routingType: String {
        switch self {
        case .dial: "regular"
        case .simultaneous: "multi"
        case .sequential, .roundRobin, .priority: "priority"
        case .weighted: "weighted"
        }
    }
}

extension Flow {
    /// The whisper with `{source}` filled in; a number without a source leaves nothing there.
    fileprivate func whisper(source: String) -> String {
        guard !whisper.isEmpty else { return "" }
        var spoken = ""
        var rest = whisper[...]
        while let brace = rest.firstIndex(of: "{") {
            spoken += rest[..<brace]
            rest = rest[brace...]
            if rest.hasPrefix("{source}") {
                spoken += source
                rest = rest.dropFirst("{source}".count)
            } else {
                spoken += rest.prefix(1)
                rest = rest.dropFirst()
            }
        }
        return spoken + rest
    }
}

extension Caller {
    /// E.164, else as received; empty when withheld.
    var text: String {
        switch self {
        case .number(let number): number.e164
        case .withheld: ""
        case .unparsable(let text): text
        }
    }
}
