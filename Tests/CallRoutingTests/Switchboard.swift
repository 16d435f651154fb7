import CallModel
import CallRouting

/// Routing with everything it may ask: a live state, and callers' histories as a test says them.
struct Switchboard {
    var router: Router
    var live = LiveDisk()
    var past: [String: CallerPast] = [:]
    /// By tracking number.
    var sessions: [String: CallSession] = [:]
    /// Neither can be asked.
    var isCutOff = false
    private(set) var asked: [RoutingQuestion] = []

    init(_ router: Router) { self.router = router }

    init(main: String, destinations: [String: String] = [:], more: String = "") throws {
        router = try Acme.router(main: main, destinations: destinations, more: more)
    }

    mutating func route(_ call: InboundCall, at moment: Timestamp = Moment.wednesdayMorning) -> RouteDecision {
        decide(router.route(call, at: moment), at: moment)
    }

    mutating func proceed(_ progress: CallProgress, at moment: Timestamp = Moment.wednesdayMorning) throws -> RouteDecision {
        decide(try router.proceed(progress, at: moment), at: moment)
    }

    mutating func hear(_ id: String, _ kind: CallEvent.Kind, _ destination: String = "", at moment: Timestamp = Moment.wednesdayMorning) {
        live.state.hear(CallEvent(callID: id, kind: kind, at: moment, destinationID: destination), now: moment)
    }

    /// Every decision of a call in which everybody's phone does the same.
    mutating func decisions(
        _ call: InboundCall, when result: String = "no_answer", at moment: Timestamp = Moment.wednesdayMorning
    ) throws -> [RouteDecision] {
        var decisions = [route(call, at: moment)]
        while let last = decisions.last, !last.continuation.isEmpty { decisions.append(try proceed(last.progress(result, after: 1), at: moment)) }
        return decisions
    }

    private mutating func decide(_ step: RoutingStep, at now: Timestamp) -> RouteDecision {
        var step = step
        while true {
            switch step {
            case .decided(let decision): return decision
            case .asks(let question, let pending):
                asked.append(question)
                step = pending.resume(isCutOff ? .unknown : answer(question, now))
            }
        }
    }

    private mutating func answer(_ question: RoutingQuestion, _ now: Timestamp) -> RoutingAnswer {
        switch question {
        case .live(let question): .live(live.state.answer(question, now: now))
        case .session(let question): .session(sessions[question.trackingNumber] ?? CallSession())
        case .history(let question): .history(past[question.caller.e164] ?? CallerPast(isFirstTime: true))
        }
    }
}

extension RouteDecision {
    /// "start.dial a chosen: order", as a supervisor would read it.
    var reasons: [String] {
        trace.map { "\($0.node) \($0.destinationID.isEmpty ? "" : "\($0.destinationID) ")\($0.verdict): \($0.reason)" }
    }

    var gather: Gather? {
        if case .gather(let gather) = action { gather } else { nil }
    }

    func pressed(_ keys: String) -> CallProgress { CallProgress(callID: callID, continuation: continuation, digits: keys) }

    func silence() -> CallProgress { CallProgress(callID: callID, continuation: continuation, noInput: true) }
}
