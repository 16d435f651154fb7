import MessageWire

/// A reply that comes in parts: the parts in their order, and what the worker answered at their end.
///
/// A part that is missing or out of order ends it with DATA_LOSS. What has arrived is read before an error is thrown. It is read
/// once: iterators share the parts.
public struct ReplyStream: AsyncSequence, Sendable {
    public typealias Element = Reply
    public typealias Failure = CallError

    /// Bytes of parts that may wait to be read, where nothing else is said: 4 MiB.
    public static let defaultBuffer = 4 * 1024 * 1024

    let parts: PartBuffer
    let cancel: @Sendable () -> Void

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }

    /// The worker's answer behind the parts, with its metadata. Waits for it; parts that were not read by then are passed over.
    ///
    /// - Throws: `CallError`, as iteration does.
    public var reply: Reply {
        get async throws(CallError) {
            var iterator = makeAsyncIterator()
            while try await iterator.next() != nil {}
            guard let reply = try parts.end() else { throw CallError(.internal, "a stream ended without its reply") }
            return reply
        }
    }

    /// Nobody reads on: the broker is told, unless the reply is over.
    func leave() {
        if parts.leave() { cancel() }
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let stream: ReplyStream

        /// The next part, or nil behind the last.
        ///
        /// - Throws: `CallError` with the status the reply ended with; CANCELLED where the task was.
        public mutating func next() async throws(CallError) -> Reply? {
            try await next(isolation: #isolation)
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(CallError) -> Reply? {
            let stream = stream
            let result: Result<Reply?, CallError> = await withTaskCancellationHandler {
                do throws(CallError) { return .success(try await stream.parts.next()) } catch { return .failure(error) }
            } onCancel: {
                stream.leave()
            }
            return try result.get()
        }
    }
}
