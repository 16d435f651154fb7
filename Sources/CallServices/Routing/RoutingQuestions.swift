package import CallRouting

/// Whoever answers what routing must know beyond the directory: the state that all routing workers share, and a caller's past.
package protocol RoutingQuestions: Sendable {
    /// `.unknown` where there is no answer by then; it neither throws nor waits longer.
    func answer(to question: RoutingQuestion, within limit: Duration) async -> RoutingAnswer
}
