import MessageConnection
import MessageWire

extension MessageClient {
    /// Asks a worker that answers in parts, and lets `body` read them as they come.
    ///
    ///     let total = try await client.stream(.unary("shop.v1.Orders/Export", timeout: .seconds(60))) { stream in
    ///         for try await part in stream { file.append(part.body) }
    ///         return try await stream.reply["total"]
    ///     }
    ///
    /// A reply without parts is a stream without elements. Leaving `body` before the end, or cancelling the task, tells the
    /// broker to stop the worker. A reply of which a part came is never asked for again; before that, the request is sent again
    /// as a call is.
    ///
    /// Nothing in the protocol slows a worker down for a slow reader, so what waits to be read is bounded here: one part more
    /// than `buffer` holds ends the stream with RESOURCE_EXHAUSTED, once what waits has been read.
    ///
    /// - Parameters:
    ///   - request: a unary one; its timeout is for the whole reply.
    ///   - buffer: bytes; a part counts 64 more than it has. One part may always wait.
    /// - Throws: what `body` throws, which is `CallError` where it reads on: the status the reply ended with, or DATA_LOSS where a
    ///   part was missing or out of order.
    public func stream<Result>(
        _ request: Request, buffer: Int = ReplyStream.defaultBuffer, _ body: (ReplyStream) async throws -> Result
    ) async throws -> Result {
        guard request.isUnary else { throw CallError(.failedPrecondition, "a durable request has no reply to stream; submit it") }
        let mailbox = brokers.line(for: request.id).mailbox
        let stream = ReplyStream(parts: PartBuffer(limit: buffer)) { mailbox.post(.cancel(request.id)) }
        defer { stream.leave() }
        if !mailbox.post(.submit(request, deadline: MonotonicTime.now() + request.timeout, .stream(stream.parts))) {
            stream.parts.finish(.failure(.shutDown))
        }
        return try await body(stream)
    }
}
