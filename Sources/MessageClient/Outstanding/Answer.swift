/// How a request ended well.
package enum Answer: Sendable {
    case reply(Reply)
    case accepted(Acceptance)
    /// The JSON of a STATE.
    case state([UInt8])
}

/// Who waits for an answer.
package enum Completion: Sendable {
    case task(CheckedContinuation<Result<Answer, CallError>, Never>)
    case bulk(BulkOutcomes, index: Int)
    case stream(PartBuffer)

    /// The same for the thread of another broker's connection.
    var forAnotherThread: Completion {
        if case .bulk(let outcomes, let index) = self { .bulk(outcomes.twin(), index: index) } else { self }
    }
}

/// The outcomes of one bulk send, handed over once in each turn in which there are any.
package final class BulkOutcomes: Sendable {
    private let deliver: @Sendable ([Outcome]) -> Void
    // Only one connection's thread touches it: outcomes are made and delivered there.
    private nonisolated(unsafe) var ready: [Outcome] = []

    package init(_ deliver: @escaping @Sendable ([Outcome]) -> Void) {
        self.deliver = deliver
    }

    /// For requests that another connection takes over.
    func twin() -> BulkOutcomes { BulkOutcomes(deliver) }

    /// True for the first of a turn.
    func add(_ outcome: Outcome) -> Bool {
        ready.append(outcome)
        return ready.count == 1
    }

    func flush() {
        let outcomes = ready
        ready = []
        deliver(outcomes)
    }
}

/// What became of one request of a bulk send.
public struct Outcome: Sendable {
    public enum Success: Sendable {
        case reply(Reply)
        case accepted(Acceptance)
    }

    /// The request's place in the array that was sent.
    public let index: Int
    public let result: Result<Success, CallError>
}

extension Answer {
    /// As a bulk sender sees it.
    var success: Outcome.Success {
        switch self {
        case .reply(let reply): .reply(reply)
        case .accepted(let acceptance): .accepted(acceptance)
        // A bulk send holds no queries.
        case .state(let json): .reply(Reply(body: json, metadata: []))
        }
    }
}
