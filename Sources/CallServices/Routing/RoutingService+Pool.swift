import MessageWire
package import MessageWorker

extension RoutingService {
    /// The service as a worker serves it: on its connection's thread, and beside it where something must be asked.
    package func poolService() -> PoolService {
        .inline(ServiceName.routing) { task in
            // The common method costs no string.
            let method = task.isFor("RouteCall") ? "RouteCall" : task.method
            let (contentType, attempt) = (task["content-type"], task.attempt)
            let course = task.withBody { begin(method: method, $0.bytes, contentType: contentType, attempt: attempt) }
            return switch course {
            case .answered(let answer): TaskOutcome(answer)
            case .asks: nil
            }
        } otherwise: { task in
            // Decided anew: the body must outlive the thread's turn, and the directory may have come on.
            let course = task.withBody { begin(method: task.method, $0.bytes, contentType: task["content-type"], attempt: task.attempt) }
            switch course {
            case .answered(let answer): return TaskOutcome(answer)
            // A unary task has a deadline (wire.md §3).
            case .asks(let decision): return TaskOutcome(await finish(decision) { task.timeLeft ?? .zero })
            }
        }
    }
}

extension TaskOutcome {
    /// Long enough for a directory to come, short beside a call's deadline.
    private static let pause: Duration = .milliseconds(100)

    fileprivate init(_ answer: RoutingService.Answer) {
        switch answer {
        case .decision(let body): self = .done(body)
        case .refused(let error): self = .failed(error.status, error.message)
        case .notYet: self = .notDone(retryAfter: Self.pause)
        }
    }
}
