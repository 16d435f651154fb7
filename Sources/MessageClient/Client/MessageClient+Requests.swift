import MessageConnection
public import MessageWire

extension MessageClient {
    /// Asks a worker and waits for its answer.
    ///
    /// Returns or throws by `timeout` + 50 ms, be the broker there or not. An idempotent request is sent again, under the same
    /// id, where the broker was unavailable, its session was lost, or it asked for patience; another one never once it is out.
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
        guard case .reply(let reply) = try await answer(to: request) else {
            throw CallError(.failedPrecondition, "a durable request was called; submit it")
        }
        return reply
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
        guard case .accepted(let acceptance) = try await answer(to: request) else {
            throw CallError(.failedPrecondition, "a unary request was submitted; call it")
        }
        return acceptance
    }

    /// What became of a durable request (wire.md §7, GetRequest).
    ///
    /// - Throws: `CallError` NOT_FOUND where the broker does not know the id.
    public func query(_ id: RequestID, timeout: Duration = .seconds(5)) async throws(CallError) -> JSON {
        guard case .state(let bytes) = try await answer(to: .query(id, timeout: timeout)) else {
            throw CallError(.internal, "the broker answered a query with something else")
        }
        return try Self.json(bytes)
    }

    /// Asks one of the broker's own services: `client.admin("ListServices")` (wire.md §7).
    public func admin(
        _ method: String, _ request: JSON = .object([]), timeout: Duration = .seconds(5)
    ) async throws(CallError) -> JSON {
        let path = method.contains("/") ? method : "trunkline.pool.v1.Admin/\(method)"
        return try Self.json(try await call(path, request.utf8, contentType: "application/json", timeout: timeout).body)
    }

    private static func json(_ bytes: [UInt8]) throws(CallError) -> JSON {
        guard let json = bytes.withUnsafeBytes({ JSON($0) }) else { throw CallError(.internal, "the broker's answer is not JSON") }
        return json
    }

    private func answer(to request: Request) async throws(CallError) -> Answer {
        let deadline = MonotonicTime.now() + request.timeout
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !mailbox.post(.submit(request, deadline: deadline, .task(continuation))) {
                    continuation.resume(returning: .failure(.shutDown))
                }
                // Cancelled before it began: the handler below has spoken already, of a request that was not there yet.
                if Task.isCancelled { mailbox.post(.cancel(request.id)) }
            }
        } onCancel: {
            mailbox.post(.cancel(request.id))
        }
        return try result.get()
    }

    /// Sends many requests at the cost of one hand-over and without a task for each.
    ///
    /// Everything `call` and `submit` promise holds for each of them. Requests beyond the broker's window wait on this side,
    /// so a producer bounds its memory by sending the next ones when outcomes come back.
    ///
    /// - Parameter outcomes: gets each request's outcome exactly once, several at a time, in order of their end. It runs on the
    ///   connection's thread: it must neither block nor take long.
    public func send(_ requests: [Request], outcomes: @escaping @Sendable ([Outcome]) -> Void) {
        guard !requests.isEmpty, !mailbox.post(.bulk(requests, now: MonotonicTime.now(), BulkOutcomes(outcomes))) else { return }
        outcomes(requests.indices.map { Outcome(index: $0, result: .failure(.shutDown)) })
    }
}
