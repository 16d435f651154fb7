import CallRouting
import CallServices

/// Whoever a test wants to be asked.
struct Told: RoutingQuestions {
    private let answer: @Sendable (RoutingQuestion, Duration) async -> RoutingAnswer

    init(_ answer: @escaping @Sendable (RoutingQuestion, Duration) async -> RoutingAnswer) { self.answer = answer }

    func answer(to question: RoutingQuestion, within limit: Duration) async -> RoutingAnswer { await answer(question, limit) }
}
