package import CallRouting
package import Logging
package import MessageClient
import MessageWire
import Synchronization

/// Asks the live-calls worker and the attribution worker through the pool (interfaces.md §1).
package final class PoolQuestions: RoutingQuestions {
    private let client: MessageClient
    private let logger: Logger
    /// The services that did not answer when last asked.
    private let silent = Mutex<Set<String>>([])

    package init(_ client: MessageClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    package func answer(to question: RoutingQuestion, within limit: Duration) async -> RoutingAnswer {
        switch question {
        case .history(let question): await ask(ServiceName.callerHistory, "Past", question, limit, RoutingAnswer.history)
        case .session(let question): await ask(ServiceName.callerHistory, "Session", question, limit, RoutingAnswer.session)
        case .live(let question): await ask(ServiceName.liveCalls, "Ask", question, limit, RoutingAnswer.live)
        }
    }

    private func ask<Answer: PackedBody>(
        _ service: String, _ method: String, _ question: some PackedBody, _ limit: Duration, _ known: (Answer) -> RoutingAnswer
    ) async -> RoutingAnswer {
        do {
            let answer: Answer = try await reply(service, method, question, limit)
            if silent.withLock({ $0.remove(service) != nil }) { logger.info("answers again", metadata: ["service": "\(service)"]) }
            return known(answer)
        } catch {
            // Every call asks: only the change is told.
            if silent.withLock({ $0.insert(service).inserted }) {
                logger.warning("cannot be asked; calls go on without", metadata: ["service": "\(service)", "error": "\(error)"])
            }
            return .unknown
        }
    }

    private func reply<Answer: PackedBody>(
        _ service: String, _ method: String, _ question: some PackedBody, _ limit: Duration
    ) async throws -> Answer {
        // Less is no time to ask in, and 0 would mean the service's own.
        guard limit >= .milliseconds(1) else { throw CallError(.deadlineExceeded, "no time is left to ask") }
        var request = try Request.unary("\(service)/\(method)", question.body, timeout: limit, idempotent: true)
        // Without a worker there is none a moment later either, and the caller waits.
        request.retryPolicy = .never
        let reply = try await client.call(request)
        return try Answer(body: reply.body.span.bytes)
    }
}
