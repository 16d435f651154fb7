import Logging
import MessageTesting
import MessageWire
import MessageWorker
import Testing

@Suite("A worker of several brokers", .timeLimit(.minutes(3)))
struct SeveralBrokersTests {
    /// Runs one worker against two scripts until both are over.
    private func play<First: Sendable, Second: Sendable>(
        _ services: [PoolService], _ first: @escaping @Sendable (ScriptedBroker) throws -> First,
        _ second: @escaping @Sendable (ScriptedBroker) throws -> Second
    ) async throws -> (First, Second) {
        let (over, ending) = AsyncStream<Void>.makeStream()
        let played = try await ScriptedBroker.play({ broker in
            defer { ending.yield() }
            return try first(broker)
        }) { firstEndpoint, context in
            try await ScriptedBroker.play({ broker in
                defer { ending.yield() }
                return try second(broker)
            }) { secondEndpoint, _ in
                let worker = try MessageWorker(
                    endpoints: [firstEndpoint, secondEndpoint], name: "t", services: services, context: context,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await worker.run() }
                    var ends = over.makeAsyncIterator()
                    for _ in 0..<2 { await ends.next() }
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }.script
        }
        return (played.script, played.body)
    }

    @Test("each gets its share of the concurrency, one task at least, and its own answers")
    func shares() async throws {
        let services: [PoolService] = [
            .concurrent("a.A", concurrency: 5) { .done($0.body) }, .inline("b.B", concurrency: 1) { .done($0.body) },
            .asyncBatch("c.C", limit: 10) { tasks in tasks.map { .done($0.body) } },
        ]
        let script: @Sendable (ScriptedBroker, UInt8) throws -> ([UInt32], [[UInt8]]) = { broker, number in
            let hello = try broker.welcome()
            let credits = try (0..<3).map { _ in try broker.expect(.credit).header.argument }
            let bodies = try ["a.A/Do", "b.B/Do", "c.C/Do"].map { path in
                // The same id and token in both: the brokers share nothing.
                try broker.task(to: hello, path, [number])
                return try broker.expect(.done).body
            }
            return (credits, bodies)
        }
        let (first, second) = try await play(services, { try script($0, 1) }, { try script($0, 2) })
        #expect(first.0 == [3, 1, 10] && second.0 == [2, 1, 10])
        #expect(first.1 == [[1], [1], [1]] && second.1 == [[2], [2], [2]])
    }

    @Test("tasks of both are handled in one batch, and each broker gets its own outcomes back")
    func together() async throws {
        let (busy, arrived) = (BlockingGate(), [BlockingGate(), BlockingGate()])
        let batches = Notes<Int>()
        let service = PoolService.batch("a.A", limit: 100) { tasks in
            batches.add(tasks.count)
            if tasks[0].body == [0] { busy.wait() }
            return tasks.map { .done($0.body) }
        }
        let script: @Sendable (ScriptedBroker, UInt8) throws -> [[UInt8]] = { broker, number in
            let hello = try broker.welcome()
            if number == 1 { try broker.task(to: hello, "a.A/Do", [0], id: 9) } else { arrived[0].wait() }
            try broker.sendBatch(
                try (UInt64(1)...3).map { id in
                    try ScriptedBroker.encode(Header(.task, id: RequestID(high: 0, low: id)), path: "a.A/Do", [number, UInt8(id)])
                }, to: hello.peer)
            try broker.send(Header(.ping, id: RequestID(high: 5, low: 5)), to: hello.peer)
            _ = try broker.expect(.pong)
            arrived[Int(number) - 1].open()
            arrived[0].wait()
            arrived[1].wait()
            busy.open()
            return try (0..<(number == 1 ? 4 : 3)).map { _ in try broker.expect(.done).body }
        }
        let (first, second) = try await play([service], { try script($0, 1) }, { try script($0, 2) })
        #expect(first.filter { $0 != [0] } == [[1, 1], [1, 2], [1, 3]])
        #expect(second == [[2, 1], [2, 2], [2, 3]])
        #expect(batches.all.contains { $0 > 3 }, "\(batches.all)")
    }

    @Test("one that is lost takes its own tasks with it and no other's")
    func oneLost() async throws {
        let began = [BlockingGate(), BlockingGate()]
        let cancelled = Notes<UInt8>()
        let gate = Gate()
        let service = PoolService.concurrent("a.A") { task in
            began[task.body == [1] ? 0 : 1].open()
            if task.body == [1] {
                await untilCancelled()
                cancelled.add(1)
                gate.open()
            } else {
                await gate.wait()
                if Task.isCancelled { cancelled.add(2) }
            }
            return .done(task.body)
        }
        let (_, done) = try await play([service]) { broker in
            let hello = try broker.welcome()
            try broker.task(to: hello, "a.A/Do", [1])
            for gate in began { gate.wait() }
            try broker.send(Header(.pong, argument: 7), to: hello.peer)
            return try broker.expect(.hello).type
        } _: { broker in
            let hello = try broker.welcome()
            try broker.task(to: hello, "a.A/Do", [2])
            return try broker.expect(.done).body
        }
        #expect(done == [2])
        #expect(cancelled.all == [1])
    }
}
