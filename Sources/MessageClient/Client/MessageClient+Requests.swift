public import MessageWire

extension MessageClient {
    /// Asks a worker and waits for its answer.
    ///
    /// Returns or throws by `timeout` + 50 ms, be the broker there or not. An idempotent request is sent again, under the same
    /// id, as the client's ``RetryPolicy`` says; see the guide for any other. A method that answers in parts is UNIMPLEMENTED
    /// here, as in gRPC: ask it with ``stream(_:buffer:_:)``.
    ///
    /// - Throws: `CallError` for every status but OK: the handler's, the broker's, or DEADLINE_EXCEEDED, UNAVAILABLE and
    ///   CANCELLED (the task was) from this side.
    public func call(
        _ path: String, _ body: [UInt8] = [], contentType: String? = nil, metadata: [(key: String, value: String)] = [],
        timeout: Duration = .seconds(5), idempotent: Bool = false, waitForReady: Bool = false, id: RequestID = RequestIDs.next()
    ) async throws(CallError) -> Reply {
        try await call(
            .unary(
                path, body, contentType: contentType, metadata: metadata, timeout: timeout, idempotent: idempotent,
                waitForReady: waitForReady, id: id))
    }

    /// Sends a unary request and waits for its answer.
    public func call(_ request: Request) async throws(CallError) -> Reply {
        guard request.isUnary else { throw CallError(.failedPrecondition, "a durable request was called; submit it") }
        return try Self.reply(await brokers.line(for: request.id).answer(to: request))
    }

    /// Gives the broker a durable request to keep, and returns once it has it.
    ///
    /// It is sent again, under the same id, until ACCEPTED comes or `timeout` is over; the broker knows it by its id, so that
    /// it is done once. After a failure, the same `id` may be given again for as long as it takes.
    ///
    /// - Throws: `CallError`, with the broker's status where it refuses the request for good.
    public func submit(
        _ path: String, _ body: [UInt8] = [], contentType: String? = nil, metadata: [(key: String, value: String)] = [],
        timeout: Duration = .seconds(30), timeToLive: Duration? = nil, id: RequestID = RequestIDs.next()
    ) async throws(CallError) -> Acceptance {
        try await submit(
            .durable(path, body, contentType: contentType, metadata: metadata, timeout: timeout, timeToLive: timeToLive, id: id))
    }

    /// Gives the broker a durable request to keep.
    public func submit(_ request: Request) async throws(CallError) -> Acceptance {
        guard !request.isUnary else { throw CallError(.failedPrecondition, "a unary request was submitted; call it") }
        guard case .accepted(let acceptance) = try await brokers.line(for: request.id).answer(to: request).get() else {
            throw CallError(.internal, "the broker answered a durable request with something else")
        }
        return acceptance
    }

    /// What became of a durable request (wire.md §7, GetRequest).
    ///
    /// Every broker is asked, and the first that knows it is believed.
    ///
    /// - Throws: `CallError` NOT_FOUND where no broker knows the id and all have said so; the error of one that has not, else.
    public func query(_ id: RequestID, timeout: Duration = .seconds(5)) async throws(CallError) -> JSON {
        let query = Request.query(id, timeout: timeout)
        let answer = await withTaskGroup(of: Result<Answer, CallError>.self) { group in
            for line in brokers.lines { group.addTask { await line.answer(to: query) } }
            var failure = CallError(.notFound, "")
            for await answer in group {
                switch answer {
                case .success:
                    group.cancelAll()
                    return answer
                case .failure(let error): if failure.status == .notFound { failure = error }
                }
            }
            return .failure(failure)
        }
        guard case .state(let bytes) = try answer.get() else {
            throw CallError(.internal, "the broker answered a query with something else")
        }
        return try Self.json(bytes)
    }

    /// Asks one of the broker's own services: `client.admin("ListServices")` (wire.md §7).
    ///
    /// - Parameter broker: the endpoint of the broker that is asked; nil: the first in ``endpoints`` that answers. Each speaks for
    ///   itself alone.
    /// - Throws: `CallError`; INVALID_ARGUMENT where `broker` is none of this client's.
    public func admin(
        _ method: String, _ request: JSON = .object([]), timeout: Duration = .seconds(5), broker: String? = nil
    ) async throws(CallError) -> JSON {
        let path = method.contains("/") ? method : "trunkline.pool.v1.Admin/\(method)"
        var request = try Request.unary(path, request.utf8, contentType: "application/json", timeout: timeout)
        var line = brokers.first()
        if let broker {
            guard let place = endpoints.firstIndex(of: broker) else {
                throw CallError(.invalidArgument, "\(broker) is none of this client's brokers: \(endpoints.joined(separator: ", "))")
            }
            line = brokers.lines[place]
            request.isPinned = true
        }
        return try Self.json(try Self.reply(await line.answer(to: request)).body)
    }

    private static func reply(_ answer: Result<Answer, CallError>) throws(CallError) -> Reply {
        guard case .reply(let reply) = try answer.get() else {
            throw CallError(.internal, "the broker answered a call with something else")
        }
        return reply
    }

    private static func json(_ bytes: [UInt8]) throws(CallError) -> JSON {
        guard let json = bytes.withUnsafeBytes({ JSON($0) }) else { throw CallError(.internal, "the broker's answer is not JSON") }
        return json
    }

    /// Sends many requests at the cost of one hand-over and without a task for each.
    ///
    /// Everything `call` and `submit` promise holds for each of them. Requests beyond the broker's window wait on this side,
    /// so a producer bounds its memory by sending the next ones when outcomes come back.
    ///
    /// - Parameter outcomes: gets each request's outcome exactly once, several at a time, in order of their end. It runs on the
    ///   connection's thread: it must neither block nor take long. With several brokers it may run on several threads at once.
    public func send(_ requests: [Request], outcomes: @escaping @Sendable ([Outcome]) -> Void) {
        guard !requests.isEmpty else { return }
        guard !brokers.isAlone else { return brokers.lines[0].send(requests, outcomes) }
        for (line, places) in brokers.shares(of: requests) { line.send(places.map { requests[$0] }, places: places, outcomes) }
    }
}
