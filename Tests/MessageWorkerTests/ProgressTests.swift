import MessageTesting
import MessageWire
import MessageWorker
import Testing

@Suite("Leases while handlers run", .timeLimit(.minutes(3)))
struct ProgressTests {
    /// Tasks of that service are held until three PROGRESS have come for each of two; gives the answers.
    private func hold(_ service: PoolService, _ gate: Gate) async throws -> [ReceivedMessage] {
        try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            for id in [1, 2] as [UInt64] { try broker.task(to: hello, "a.A/Do", [], id: id, flags: .durable, timeout: 300) }
            var renewals: [UInt64: Int] = [:]
            while (renewals[1] ?? 0) < 3 || (renewals[2] ?? 0) < 3 {
                let progress = try broker.expect(.progress)
                guard progress.header.token == Token(delivery: 1, seal: progress.id.low) else { throw ScriptError("another token") }
                renewals[progress.id.low, default: 0] += 1
            }
            gate.open()
            return try [broker.expect(.done), broker.expect(.done)]
        }
    }

    @Test("a durable task's lease is renewed for as long as its handler runs, or it waits for one")
    func renewed() async throws {
        for kind in 0..<3 {
            let gate = Gate()
            let service: PoolService =
                switch kind {
                case 0: .concurrent("a.A") { _ in await gate.wait(); return .done() }
                case 1: .asyncBatch("a.A", limit: 1) { tasks in await gate.wait(); return tasks.map { _ in .done() } }
                default: .streaming("a.A") { _, _ in await gate.wait(); return .done() }
                }
            #expect(Set(try await hold(service, gate).map(\.id.low)) == [1, 2])
        }
    }

    @Test("a blocking batch holds the leases of its own tasks and of those that wait behind it")
    func blocking() async throws {
        let gate = Gate()
        let door = BlockingGate()
        let service = PoolService.batch("a.A", limit: 1, concurrency: 2) { tasks in
            door.wait()
            return tasks.map { _ in .done() }
        }
        async let opened: Void = {
            await gate.wait()
            door.open()
        }()
        #expect(try await hold(service, gate).count == 2)
        await opened
    }

    @Test("a service that keeps no leases renews them only by its handler's word")
    func optedOut() async throws {
        let (asked, ask) = AsyncStream<Void>.makeStream()
        let gate = Gate()
        let service = PoolService.concurrent("a.A") { task in
            if task.body == [1] {
                for await _ in asked { break }
                task.progress()
            }
            await gate.wait()
            return .done()
        }.keepingLeases(atMost: .zero)
        let renewed = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [1], id: 1, flags: .durable, timeout: 60)
            try broker.task(to: hello, "a.A/Do", [2], id: 2, flags: .durable, timeout: 60)
            // Several leases long.
            while let message = try broker.next(within: 400) {
                guard message.type == .credit else { throw ScriptError("\(message.type) came") }
            }
            ask.yield()
            let renewed = try broker.expect(.progress)
            gate.open()
            _ = try [broker.expect(.done), broker.expect(.done)]
            return renewed
        }
        #expect(renewed.id.low == 1)
    }

    @Test("PROGRESS that the broker answers with ABORTED is a revocation")
    func aborted() async throws {
        let service = PoolService.concurrent("a.A", concurrency: 1) { task in
            if task.body == [1] { await untilCancelled() }
            return .done()
        }
        let done = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [1], id: 1, flags: .durable, timeout: 300)
            let progress = try broker.expect(.progress)
            try broker.send(
                Header(.error, status: StatusCode.aborted.rawValue, id: progress.id, token: progress.header.token),
                entries: [("message", Array("lease not held".utf8))], to: hello.peer)
            // Its place is free again, and nothing was said of it.
            let credit = try broker.expect(.credit)
            guard credit.header.argument == 2 else { throw ScriptError("credit \(credit.header.argument)") }
            try broker.task(to: hello, "a.A/Do", [2], id: 2, flags: .durable)
            return try broker.expect(.done)
        }
        #expect(done.id.low == 2)
    }
}
