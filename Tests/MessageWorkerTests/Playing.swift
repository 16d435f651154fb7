import Dispatch
import Logging
import MessageTesting
import MessageWire
import MessageWorker
import Synchronization

/// Runs a worker until the script is over.
func play<Played: Sendable>(
    _ services: [PoolService], grace: Duration = .seconds(5), _ script: @escaping @Sendable (ScriptedBroker) throws -> Played
) async throws -> Played {
    let (over, ended) = AsyncStream<Void>.makeStream()
    return try await play(services, grace: grace) { broker in
        defer { ended.finish() }
        return try script(broker)
    } during: { _, group in
        for await _ in over {}
        group.cancelAll()
    }
}

/// Runs a worker until `body` has ended it.
func play<Played: Sendable>(
    _ services: [PoolService], grace: Duration = .seconds(5), _ script: @escaping @Sendable (ScriptedBroker) throws -> Played,
    during body: (MessageWorker, inout ThrowingTaskGroup<Void, any Error>) async throws -> Void
) async throws -> Played {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return try await ScriptedBroker.play(script) { endpoint, context in
        let worker = try MessageWorker(endpoint: endpoint, name: "t", services: services, grace: grace, context: context, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await body(worker, &group)
            try await group.waitForAll()
        }
    }.script
}

extension ScriptedBroker {
    func task(
        to hello: ReceivedMessage, _ path: String, _ body: [UInt8], id: UInt64 = 1, attempt: UInt8 = 1, flags: MessageFlags = [],
        timeout: UInt32 = 5000, entries: [(key: String, value: [UInt8])] = []
    ) throws {
        try send(
            Header(
                .task, flags: flags, attempt: attempt, timeout: timeout, id: RequestID(high: 0, low: id), token: Token(delivery: 1, seal: id)),
            path: path, entries: entries, body, to: hello.peer)
    }
}

extension ScriptedBroker {
    func revoke(_ id: UInt64, at hello: ReceivedMessage) throws {
        try send(Header(.revoke, id: RequestID(high: 0, low: id), token: Token(delivery: 1, seal: id)), to: hello.peer)
    }
}

/// Ends only by cancellation.
func untilCancelled() async {
    let (never, source) = AsyncStream<Void>.makeStream()
    defer { source.finish() }
    for await _ in never {}
}

/// Holds handlers until a test lets them go.
final class Gate: Sendable {
    private let (opened, opening) = AsyncStream<Void>.makeStream()

    func open() { opening.finish() }

    func wait() async { for await _ in opened {} }
}

/// As `Gate`, for threads that may block: a batch handler's and a script's.
final class BlockingGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    /// Leaves the gate open.
    func wait() {
        semaphore.wait()
        semaphore.signal()
    }
}

/// What handlers noted, for the test to read.
final class Notes<Note: Sendable>: Sendable {
    private let notes = Mutex<[Note]>([])

    func add(_ note: Note) { notes.withLock { $0.append(note) } }

    var all: [Note] { notes.withLock { $0 } }
}
