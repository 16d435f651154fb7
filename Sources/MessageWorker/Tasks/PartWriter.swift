import MessageConnection
import MessageWire
import Synchronization

/// Where a streaming handler sends the parts of its reply (wire.md §2, PART).
///
/// The producer gets them in the order in which they were sent, and after them the outcome that the handler returns. Parts of a
/// durable task have nobody to go to and are dropped.
public struct PartWriter: Sendable {
    let task: PoolTask
    private let flow = PartFlow()

    init(_ task: PoolTask) {
        self.task = task
    }

    /// Sends one part; waits while many of this reply are still on their way to the broker.
    ///
    /// - Throws: `CancellationError` where nobody wants the reply any more: the request was cancelled, its time is over or the
    ///   broker was lost. `HandlerError` RESOURCE_EXHAUSTED where the part is larger than the broker takes; nothing was sent then,
    ///   and the handler may send it in smaller ones.
    public func send(_ body: [UInt8]) async throws {
        try await send(body, isLast: false)
    }

    /// As `send`, and says that this part is the last: the producer need not wait for the outcome to know it.
    public func finish(_ body: [UInt8]) async throws {
        try await send(body, isLast: true)
    }

    private func send(_ body: [UInt8], isLast: Bool) async throws {
        let limit = task.link.longestBody.load(ordering: .relaxed)
        guard body.count <= limit else {
            throw HandlerError(.resourceExhausted, "a part of \(body.count) bytes is over the broker's limit of \(limit); send it in smaller ones")
        }
        guard !task.isDurable else { return try Task.checkCancellation() }
        let cost = PartFlow.cost(of: body)
        try await flow.enter(cost)
        task.link.mailbox.post(.part(task.place, task.token, body, isLast: isLast, flow))
    }
}
