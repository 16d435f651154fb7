/// A service that a worker serves: its name, its handler, and how many tasks it holds at once.
public struct PoolService: Sendable {
    enum Handler: Sendable {
        case inline(@Sendable (borrowing TaskView) throws -> TaskOutcome?, otherwise: (@Sendable (PoolTask) async throws -> TaskOutcome)?)
        case batch(limit: Int, linger: Duration, @Sendable ([PoolTask]) throws -> [TaskOutcome])
        case asyncBatch(limit: Int, @Sendable ([PoolTask]) async throws -> [TaskOutcome])
        case concurrent(@Sendable (PoolTask) async throws -> TaskOutcome)
        case streaming(@Sendable (PoolTask, PartWriter) async throws -> TaskOutcome)
    }

    /// As in paths: `package.Service`.
    public let name: String
    /// Tasks the broker may have sent and not yet got back: the credit. A worker of several brokers divides it among them.
    public let concurrency: Int
    let handler: Handler
    private(set) var longestLease: Duration = .seconds(3600)

    /// Pure work of microseconds, done on the connection's own thread: no hand-over, no copy of the body.
    ///
    /// While a handler runs, the worker neither receives nor proves that it lives: never block in it.
    public static func inline(
        _ name: String, concurrency: Int = 512, _ handle: @escaping @Sendable (borrowing TaskView) throws -> TaskOutcome
    ) -> PoolService {
        PoolService(name: name, concurrency: concurrency, handler: .inline({ try handle($0) }, otherwise: nil))
    }

    /// As `inline`; a task for which `handle` returns nil goes to `otherwise`, which may take its time.
    public static func inline(
        _ name: String, concurrency: Int = 512, _ handle: @escaping @Sendable (borrowing TaskView) throws -> TaskOutcome?,
        otherwise: @escaping @Sendable (PoolTask) async throws -> TaskOutcome
    ) -> PoolService {
        PoolService(name: name, concurrency: concurrency, handler: .inline(handle, otherwise: otherwise))
    }

    /// Work that is cheaper together, such as a database transaction, on a thread of its own that may block.
    ///
    /// The handler gets what has arrived, up to `limit` tasks, and returns one outcome for each, in their order, once their work
    /// is safe. One batch at a time. An error thrown is the outcome of every task of the batch.
    ///
    /// - Parameters:
    ///   - linger: how long a small batch, of less than an eighth of the limit, waits for company once it has a task.
    ///   - concurrency: tasks held at once; twice the limit by default, so that the next batch is there when one is done.
    public static func batch(
        _ name: String, limit: Int = 1000, linger: Duration = .zero, concurrency: Int? = nil,
        _ handle: @escaping @Sendable ([PoolTask]) throws -> [TaskOutcome]
    ) -> PoolService {
        PoolService(name: name, concurrency: concurrency ?? limit * 2, handler: .batch(limit: limit, linger: linger, handle))
    }

    /// As `batch`, for a handler that awaits: on the cooperative pool, so it must not block.
    public static func asyncBatch(
        _ name: String, limit: Int = 1000, concurrency: Int? = nil,
        _ handle: @escaping @Sendable ([PoolTask]) async throws -> [TaskOutcome]
    ) -> PoolService {
        PoolService(name: name, concurrency: concurrency ?? limit * 2, handler: .asyncBatch(limit: limit, handle))
    }

    /// Work that waits for something else: a Swift task for each, `concurrency` of them at once, cancelled where nobody wants its
    /// outcome any more (`PoolTask.isRevoked`).
    public static func concurrent(
        _ name: String, concurrency: Int = 64, _ handle: @escaping @Sendable (PoolTask) async throws -> TaskOutcome
    ) -> PoolService {
        PoolService(name: name, concurrency: concurrency, handler: .concurrent(handle))
    }

    /// As `concurrent`, for replies that come in parts: `try await parts.send(bytes)` for each, then an outcome, which may have a
    /// body of its own (wire.md §2, PART).
    ///
    /// `send` waits while the broker is behind, so a handler may produce as fast as it can.
    public static func streaming(
        _ name: String, concurrency: Int = 64, _ handle: @escaping @Sendable (PoolTask, PartWriter) async throws -> TaskOutcome
    ) -> PoolService {
        PoolService(name: name, concurrency: concurrency, handler: .streaming(handle))
    }

    /// The same service, with the leases of its durable tasks kept for that long, an hour if nothing is said.
    ///
    /// While a handler has a task, or the task waits for it, the worker sends PROGRESS, so that the lease runs out only where the
    /// process hangs or dies. A handler that never returns would hold its task for ever; after this time the lease runs out all
    /// the same: the broker revokes the task, counts a loss and gives it to another worker. Zero: only `PoolTask.progress()` keeps
    /// a lease.
    public func keepingLeases(atMost longest: Duration) -> PoolService {
        var service = self
        service.longestLease = longest
        return service
    }
}
