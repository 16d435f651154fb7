public import CallModel

/// How far a question to the `Router` has come: decided, or something must be known first that is not in the directory.
///
/// Whoever routes asks for it, in the pool or in a simulation, and hands it to `PendingDecision.resume`; the engine itself waits for nothing.
public enum RoutingStep: Sendable {
    case decided(RouteDecision)
    case asks(RoutingQuestion, PendingDecision)
}

public enum RoutingQuestion: Hashable, Sendable {
    /// Of `CallerHistory`.
    case history(CallerQuestion)
    /// Of `LiveCalls`.
    case live(LiveQuestion)
}

public enum RoutingAnswer: Hashable, Sendable {
    case history(CallerPast)
    case live(LiveAnswer)
    /// It could not be asked in time: `live_state_unknown` decides, and history counts as none (interfaces.md §1).
    case unknown
}

/// A decision that waits for an answer.
public struct PendingDecision: Sendable {}
