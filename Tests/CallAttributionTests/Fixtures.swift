import CallAttribution
import CallModel

/// 2026-06-03T14:05:00Z, the hour of the worked examples.
let fiveToTwo = Timestamp(milliseconds: 1_780_495_500_000)

func after(_ seconds: Double) -> Timestamp { fiveToTwo.advanced(bySeconds: seconds) }

let billboard = CallFacts(
    account: "acme", directoryVersion: 3, country: Country("US"), trackingNumber: "+12125550100", trackingName: "Spring billboard",
    assignedTo: Assignment(kind: "campaign", value: "spring"), source: TrafficSource(source: "Billboard I-90", medium: "offline", campaign: "spring"),
    flow: "main",
    destinations: [
        .init(id: "a", number: "+12125550111"), .init(id: "b", number: "+12125550122"), .init(id: "c", number: "+12125550133"),
    ])

/// One input of a call.
enum Input: Hashable {
    case exchange(Exchange)
    case event(CallEvent)
    case word(SaidWord)
}

func history(_ inputs: [Input], callID: String = "c1") -> CallHistory {
    var history = CallHistory(callID: callID)
    for input in inputs {
        switch input {
        case .exchange(let exchange): _ = history.add(exchange)
        case .event(let event): _ = history.add(event)
        case .word(let word): _ = history.add(word)
        }
    }
    return history
}

func record(_ inputs: [Input], facts: CallFacts? = billboard, now: Timestamp? = nil) -> CallRecord {
    history(inputs).record(facts: facts, now: now)
}

func record(_ events: [CallEvent], facts: CallFacts? = billboard, now: Timestamp? = nil) -> CallRecord {
    record(events.map(Input.event), facts: facts, now: now)
}

func arrived(_ id: String = "E0", at: Double = 0, routedBy: String = "", destination: String = "") -> CallEvent {
    CallEvent(callID: "c1", kind: .arrived, at: after(at), eventID: id, to: "+12125550100", from: "+13125550142", destinationID: destination, routedBy: routedBy)
}

func attempt(_ id: String, _ destination: String, _ result: String, at: Double, ring: Double = 0, cause: String = "") -> CallEvent {
    CallEvent(
        callID: "c1", kind: .attempt, at: after(at), eventID: id,
        attempt: AttemptReport(destinationID: destination, result: result, ringSeconds: ring, cause: cause))
}

func answered(_ id: String, _ destination: String, at: Double) -> CallEvent {
    CallEvent(callID: "c1", kind: .answered, at: after(at), eventID: id, destinationID: destination)
}

func ended(_ id: String = "E9", by: String, at: Double, cause: String = "") -> CallEvent {
    CallEvent(callID: "c1", kind: .ended, at: after(at), eventID: id, endedBy: by, cause: cause)
}

/// The call of the worked example W00.
let answeredBySecond = [
    arrived(), attempt("E1", "a", "no_answer", at: 25, ring: 25), attempt("E2", "b", "answered", at: 30, ring: 5), answered("E3", "b", at: 30),
    ended("E4", by: "caller", at: 90),
]

func decision(_ action: RouteDecision.Action, continuation: String = "", type: String = "", trace: [TraceStep] = []) -> RouteDecision {
    var decision = RouteDecision(callID: "c1", action: action)
    decision.continuation = continuation
    decision.routingType = type
    decision.account = "acme"
    decision.trackingNumber = "+12125550100"
    decision.flow = "main"
    decision.directoryVersion = 3
    decision.routedBy = "flow"
    decision.trace = trace
    return decision
}

func connect(_ ids: String..., continuation: String = "", type: String = "regular") -> RouteDecision {
    let numbers = ["a": "+12125550111", "b": "+12125550122", "c": "+12125550133"]
    let targets = ids.map { Dial.Target(destinationID: $0, number: numbers[$0] ?? "", kind: "landline") }
    return decision(
        .connect(Dial(targets: targets, ringSeconds: 25)), continuation: continuation, type: type,
        trace: ids.map { TraceStep(node: "start", destinationID: $0, verdict: "chosen", reason: "order") })
}

func route(
    _ decision: RouteDecision?, id: String = "x0", at: Double = 0, from: String = "+13125550142", status: UInt8 = 0, took: Double = 0.002
) -> Exchange {
    let call = InboundCall(callID: "c1", to: "(212) 555-0100", from: from, callerName: "A. Caller", at: after(at), provider: "kamailio", providerCallID: "K1")
    return Exchange(
        exchangeID: id, question: .route(call), status: status, decision: decision, receivedAt: after(at), dispatchedAt: after(at), endedAt: after(at + took))
}

func proceed(
    _ id: String, at: Double, continuation: String, attempts: [AttemptReport] = [], digits: String = "", status: UInt8 = 0, _ decision: RouteDecision?
) -> Exchange {
    let progress = CallProgress(callID: "c1", continuation: continuation, at: after(at), attempts: attempts, digits: digits)
    return Exchange(
        exchangeID: id, question: .proceed(progress), status: status, decision: decision, receivedAt: after(at), dispatchedAt: after(at), endedAt: after(at))
}

/// Reproducible randomness (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
