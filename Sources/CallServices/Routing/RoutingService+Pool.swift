package import MessageWorker

extension RoutingService {
    /// Long enough for a directory to come, short beside a call's deadline.
    private static let pause: Duration = .milliseconds(100)

    /// The service as a worker serves it: on its connection's thread.
    package func poolService() -> PoolService {
        .inline(ServiceName.routing) { task in
            // The common method costs no string.
            let method = task.isFor("RouteCall") ? "RouteCall" : task.method
            let contentType = task["content-type"]
            let attempt = task.attempt
            let answer = task.withBody { self.answer(method: method, $0.bytes, contentType: contentType, attempt: attempt) }
            return switch answer {
            case .decision(let body): .done(body)
            case .refused(let error): .failed(error.status, error.message)
            case .notYet: .notDone(retryAfter: Self.pause)
            }
        }
    }
}
