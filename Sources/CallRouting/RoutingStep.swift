public import CallModel

/// How far a question to the `Router` has come: decided, or something must be known first that is not in the directory.
///
/// Whoever routes asks for it, in the pool or in a simulation, and hands it to `PendingDecision.resume`; the engine itself waits for nothing.
/// At most one question of each kind, the live state last.
public enum RoutingStep: Sendable {
    case decided(RouteDecision)
    case asks(RoutingQuestion, PendingDecision)
}

public enum RoutingQuestion: Hashable, Sendable {
    /// Of `CallerHistory`.
    case history(CallerQuestion)
    /// Of `CallerHistory`, for a `source` node that a call without a source of its own meets.
    case session(SessionQuestion)
    /// Of `LiveCalls`.
    case live(LiveQuestion)
}

public enum RoutingAnswer: Hashable, Sendable {
    case history(CallerPast)
    case session(CallSession)
    case live(LiveAnswer)
    /// It could not be asked in time: `live_state_unknown` decides, history counts as none, and a `source` node takes `otherwise` (interfaces.md §1).
    case unknown
}

/// A decision that waits for an answer.
public struct PendingDecision: Sendable {
    let consultation: Consultation
    let wait: Wait

    enum Wait: Sendable {
        case history(Consultation.Start)
        case session(Consultation.Start)
        case live(Chain, LiveQuestion)
    }

    /// Goes on with the answer; one of the other kind counts as `unknown`.
    public func resume(_ answer: RoutingAnswer) -> RoutingStep {
        switch wait {
        case .history(let start):
            var consultation = consultation
            consultation.past = if case .history(let past) = answer { .known(past) } else { .unknown }
            return consultation.step(from: start)
        case .session(let start):
            var consultation = consultation
            consultation.session = if case .session(let session) = answer { .known(session) } else { .unknown }
            return consultation.step(from: start)
        case .live(let chain, let question):
            let told: LiveAnswer? = if case .live(let answer) = answer { answer } else { nil }
            return .decided(consultation.decision(chain, question, told))
        }
    }
}

extension RoutingStep {
    /// Goes on to the decision with somebody who answers at once.
    public func decision(answering answer: (RoutingQuestion) -> RoutingAnswer) -> RouteDecision {
        var step = self
        while true {
            switch step {
            case .decided(let decision): return decision
            case .asks(let question, let pending): step = pending.resume(answer(question))
            }
        }
    }
}
