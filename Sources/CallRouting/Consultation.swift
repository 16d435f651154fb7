import CallModel

/// One question about one call of a known account: what the call is, and the making of its decision.
struct Consultation {
    let callID: String
    let directory: Directory
    /// E.164.
    let trackingNumber: String
    let caller: Caller
    /// What a destination is shown and a continuation carries: E.164, else as received; empty when withheld.
    let callerText: String
    /// What `{source}` stands for in a whisper.
    let source: String
    /// Id of the number's own flow; empty where it has none.
    let ownFlow: String
    /// Spoken with this decision; empty in all but a call's first.
    let greeting: String
    let now: Timestamp

    /// - Parameter lastAttempt: what a flow that runs out now ends with.
    func decision(from place: Walk.Place, lastAttempt: Rejection) -> RouteDecision {
        var walk = Walk(directory: directory, caller: caller, now: now, lastAttempt: lastAttempt)
        let halt = walk.follow(from: place)
        var decision = RouteDecision(callID: callID, action: action(at: halt))
        identify(&decision)
        decision.trace = walk.trace
        switch halt {
        case .ring(let ring, _, let rest):
            connect(&decision, ring, rest)
            if ring.then != nil || rest.passed?.count != ring.memberCount { decision.plan = plan(after: rest, walk) }
        case .voicemail: decision.greeting = greeting
        case .reject: break
        }
        return decision
    }

    /// - Parameter node: where the trace says it was decided.
    func rejected(_ rejection: Rejection, node: String, why: String? = nil) -> RouteDecision {
        var decision = RouteDecision(callID: callID, action: rejection.action)
        identify(&decision)
        decision.trace = [TraceStep(node: node, verdict: "branch", reason: why ?? rejection.cause)]
        return decision
    }

    private func action(at halt: Walk.Halt) -> RouteDecision.Action {
        switch halt {
        case .ring(let ring, let targets, let rest): .connect(dial(ring, targets: targets, flow: rest.flow))
        case .voicemail(let voicemail): .voicemail(voicemail)
        case .reject(let rejection): rejection.action
        }
    }

    private func identify(_ decision: inout RouteDecision) {
        decision.account = directory.account
        decision.trackingNumber = trackingNumber
        decision.flow = ownFlow
        decision.directoryVersion = directory.version
        decision.routedBy = "flow"
    }

    /// Whisper and recording are those of the flow that dials: `go` may have led to another than the number's own.
    private func connect(_ decision: inout RouteDecision, _ ring: Ring, _ rest: Walk.Place) {
        decision.greeting = greeting
        decision.routingType = ring.kind.routingType
        decision.whisper = directory.flows[rest.flow].whisper(source: source)
        decision.record = directory.flows[rest.flow].record
        decision.continuation = Continuation(
            account: directory.account, version: directory.version, trackingNumber: trackingNumber, caller: callerText, source: source,
            ownFlow: ownFlow, flow: directory.flows[rest.flow].id, place: directory.flows[rest.flow].nodes[rest.node].label, dialBegan: now,
            passed: (rest.passed ?? []).map { directory.destinations[$0].id }
        ).text(callID: callID)
    }

    private func dial(_ ring: Ring, targets: [Int], flow: Int) -> Dial {
        Dial(
            targets: targets.map { place in
                Dial.Target(
                    destinationID: directory.destinations[place].id, number: directory.destinations[place].number,
                    kind: directory.destinations[place].kind.rawValue)
            },
            ringSeconds: ring.ringSeconds, screening: ring.screening,
            callerID: directory.flows[flow].maskCallerID ? trackingNumber : callerText)
    }

    /// What would ring after this if nothing answers, as the clock stands now (directory.md §4).
    private func plan(after place: Walk.Place, _ walk: Walk) -> [Dial] {
        var ahead = walk
        ahead.isTracing = false
        var plan: [Dial] = []
        var place = place
        while case .ring(let ring, let targets, let rest) = ahead.follow(from: place) {
            plan.append(dial(ring, targets: targets, flow: rest.flow))
            place = rest
        }
        return plan
    }
}

extension Ring.Kind {
    /// The word of the record's `routing_type` (directory.md §4).
    var routingType: String {
        switch self {
        case .dial: "regular"
        case .simultaneous: "multi"
        case .sequential, .roundRobin, .priority: "priority"
        case .weighted: "weighted"
        }
    }
}

extension Ring {
    /// How many destinations it names.
    fileprivate var memberCount: Int { tiers.reduce(0) { $0 + $1.count } }
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

extension Flow {
    /// The whisper with `{source}` filled in; a number without a source leaves nothing there.
    func whisper(source: String) -> String {
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
                spoken.append(rest.removeFirst())
            }
        }
        return spoken + rest
    }
}
