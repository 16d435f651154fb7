import Logging
import MessageBroker
import MessageClient
import MessageWire
import MessageWorker
import Synchronization
import Testing

/// reliability.md: rolling restarts of workers under load without one failed call.
@Suite("A rolling restart", .timeLimit(.minutes(3)))
struct RollingRestartTests {
    private static let unary = "test.v1.Echo"
    private static let durable = "test.v1.Jobs"

    private final class StopFlag: Sendable {
        private let flag = Atomic(false)

        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private typealias Ledger = Notes<RequestID>

    enum Style: CaseIterable {
        case concurrent, inline, batch, asyncBatch
    }

    /// `began` says that the worker has got its first task.
    private func service(_ style: Style, _ name: String, _ ledger: Ledger, _ began: AsyncStream<Void>.Continuation) -> PoolService {
        switch style {
        case .concurrent:
            .concurrent(name) { task in
                began.yield()
                await Task.yield()
                ledger.add(task.id)
                return .done(task.body)
            }
        case .inline:
            .inline(name) { task in
                began.yield()
                ledger.add(task.id)
                return .done(task.body)
            }
        case .batch:
            .batch(name, limit: 7) { tasks in
                began.yield()
                return tasks.map { task in
                    ledger.add(task.id)
                    return .done(task.body)
                }
            }
        case .asyncBatch:
            .asyncBatch(name, limit: 7) { tasks in
                began.yield()
                return tasks.map { task in
                    ledger.add(task.id)
                    return .done(task.body)
                }
            }
        }
    }

    private func broker() throws -> RunningBroker {
        var configuration = BrokerConfiguration()
        configuration.front = ["tcp://127.0.0.1:*"]
        configuration.back = ["tcp://127.0.0.1:*"]
        configuration.durability = .memory
        // No delivery may fail in silence and come again: one attempt is all.
        var jobs = DurablePolicy()
        jobs.maxAttempts = 1
        jobs.maxCrashes = 1
        configuration.services = [Self.unary: .unary(UnaryPolicy()), Self.durable: .durable(jobs)]
        return try RunningBroker(configuration, logger: logger)
    }

    /// Requests of both kinds without pause, none of which may fail, until told; gives the ids of the durable ones.
    private func load(_ client: MessageClient, until isOver: StopFlag) async -> Set<RequestID> {
        await withTaskGroup(of: [RequestID].self) { group in
            for lane in UInt8(0)..<8 {
                group.addTask {
                    var ids: [RequestID] = []
                    while !isOver.isSet {
                        let body = [lane, UInt8(truncatingIfNeeded: ids.count)]
                        do {
                            // Neither idempotent nor waiting: an unlucky delivery, or a moment without a worker, would show.
                            let reply = try await client.call("\(Self.unary)/Say", body, timeout: .seconds(30))
                            #expect(reply.body == body)
                            let id = RequestIDs.next()
                            _ = try await client.submit("\(Self.durable)/Run", body, id: id)
                            ids.append(id)
                        } catch {
                            // And the load goes on: the workers wait for it.
                            Issue.record(error)
                        }
                    }
                    return ids
                }
            }
            return await group.reduce(into: Set()) { $0.formUnion($1) }
        }
    }

    @Test("fails no request, unary and not idempotent or durable, whatever the kind of handler", arguments: Style.allCases)
    func rolls(_ style: Style) async throws {
        let broker = try broker()
        let (front, back) = (try #require(broker.endpoints.front.first), try #require(broker.endpoints.back.first))
        let ledger = Ledger()
        let isOver = StopFlag()
        try await withMessageClient(endpoint: front, name: "producer", logger: logger) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                var workers: [MessageWorker] = []
                func start() throws -> AsyncStream<Void> {
                    let (busy, began) = AsyncStream<Void>.makeStream()
                    let worker = try MessageWorker(
                        endpoint: back, name: "w",
                        services: [service(style, Self.unary, ledger, began), service(style, Self.durable, ledger, began)], logger: logger)
                    group.addTask { try await worker.run() }
                    workers.append(worker)
                    return busy
                }
                _ = try start()
                _ = try await client.call("\(Self.unary)/Say", timeout: .seconds(30), waitForReady: true)
                async let sent = load(client, until: isOver)
                for _ in 0..<12 {
                    for await _ in try start() { break }
                    guard workers.count > 2 else { continue }
                    // The new one is at work; the oldest goes, and has ended before the next one does.
                    workers.removeFirst().shutDown()
                    try await group.next()
                }
                isOver.set()
                let ids = await sent
                #expect(ids.count > 12)
                while !ids.isSubset(of: ledger.all) {
                    let jobs = try await client.admin("ListServices")["services"]?.array?.first { $0["name"]?.string == Self.durable }
                    try #require(jobs?["dead"]?.integer == 0)
                }
                for worker in workers { worker.shutDown() }
                try await group.waitForAll()
            }
        }
        broker.stop()
        try await broker.ended()
    }
}
