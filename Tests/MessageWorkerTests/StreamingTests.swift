import MessageTesting
import MessageWire
import MessageWorker
import Testing

@Suite("Streamed replies", .timeLimit(.minutes(3)))
struct StreamingTests {
    @Test("parts are numbered, the last one says so, and the outcome comes after them")
    func parts() async throws {
        let service = PoolService.streaming("a.A") { task, parts in
            for byte in task.body.dropLast() { try await parts.send([byte]) }
            try await parts.finish([task.body.last ?? 0])
            return .done(Array("end".utf8))
        }
        let answers = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [7, 8, 9])
            return try [broker.expect(.part), broker.expect(.part), broker.expect(.part), broker.expect(.done)]
        }
        #expect(answers.map(\.body) == [[7], [8], [9], Array("end".utf8)])
        #expect(answers.prefix(3).map(\.header.argument) == [0, 1, 2])
        #expect(answers.map { $0.header.flags.contains(.last) } == [false, false, true, false])
        #expect(answers.allSatisfy { $0.header.token == Token(delivery: 1, seal: 1) && $0.id.low == 1 })
    }

    @Test("a handler faster than its broker is held back, and goes on when the broker does")
    func heldBack() async throws {
        let size = 64 * 1024
        let service = PoolService.streaming("a.A") { _, parts in
            for _ in 0..<100 { try await parts.send([UInt8](repeating: 0, count: size)) }
            return .done()
        }
        let (before, count) = try await play([service]) { broker in
            // Does not say how far it is.
            broker.pongStatus = nil
            broker.heartbeat = 60_000
            let hello = try broker.welcome()
            try broker.task(to: hello, "a.A/Do", [])
            var count = 0
            while count * size < PartFlow.window {
                _ = try broker.expect(.part)
                count += 1
            }
            let before = try broker.next(within: 300)
            broker.pongStatus = 0
            try broker.send(Header(.pong, argument: broker.epoch, id: RequestID(high: 0, low: 1)), to: hello.peer)
            while try broker.next(within: 5000)?.type == .part { count += 1 }
            return (before, count)
        }
        #expect(before == nil, "\(String(describing: before?.type)) came though the window was full")
        #expect(count == 100)
    }

    @Test("a part over the broker's limit is refused before it is sent, and its error is the request's if the handler lets it be")
    func tooLarge() async throws {
        let service = PoolService.streaming("a.A") { _, parts in
            try await parts.send([UInt8](repeating: 0, count: 1 << 20))
            try await parts.send([UInt8](repeating: 0, count: 1 << 20 + 1))
            return .done()
        }
        let (part, done) = try await play([service]) { broker in
            let hello = try broker.welcome()
            try broker.task(to: hello, "a.A/Do", [])
            return try (broker.expect(.part), broker.expect(.done))
        }
        #expect(part.body.count == 1 << 20)
        #expect(done.header.status == StatusCode.resourceExhausted.rawValue)
        #expect(done.entries["message"]?.contains("1048577") == true)
    }

    @Test("a revoked stream ends where it waits, and answers nothing", arguments: [true, false])
    func revoked(bySession: Bool) async throws {
        let (over, ending) = AsyncStream<Bool>.makeStream()
        let service = PoolService.streaming("a.A") { task, parts in
            do {
                while task.body == [1] { try await parts.send([UInt8](repeating: 0, count: 1 << 18)) }
            } catch {
                ending.yield(error is CancellationError)
                throw error
            }
            return .done()
        }
        let next = try await play([service]) { broker in
            broker.pongStatus = nil
            broker.heartbeat = 60_000
            var hello = try broker.welcome()
            try broker.task(to: hello, "a.A/Do", [1])
            _ = try broker.expect(.part)
            if bySession {
                broker.epoch += 1
                try broker.send(Header(.pong, argument: broker.epoch), to: hello.peer)
                hello = try broker.welcome()
            } else {
                try broker.revoke(1, at: hello)
            }
            try broker.task(to: hello, "a.A/Do", [2], id: 2)
            return try broker.expect(.done)
        }
        var ends = over.makeAsyncIterator()
        #expect(await ends.next() == true)
        #expect(next.id.low == 2)
    }

    @Test("a task of which parts are out cannot be given back as if nothing was done, and parts of a durable one go nowhere")
    func givenBack() async throws {
        let service = PoolService.streaming("a.A") { task, parts in
            try await parts.send([1])
            return .notDone(retryAfter: .seconds(1))
        }
        let answers = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [])
            var answers = try [broker.expect(.part), broker.expect(.done)]
            try broker.task(to: hello, "a.A/Do", [], id: 2, flags: .durable)
            while let message = try broker.next(), message.type != .nack { answers.append(message) }
            return answers.filter { $0.type != .credit }
        }
        #expect(answers.map(\.type) == [.part, .done])
        #expect(answers[1].header.status == StatusCode.internal.rawValue)
    }

    @Test("a flow that is full lets a cancelled sender go, and the next one in when something has arrived")
    func flow() async throws {
        let flow = PartFlow()
        try await flow.enter(PartFlow.window)
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await flow.enter(1) }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        async let entered: Void = flow.enter(1)
        flow.arrived(1)
        try await entered
    }
}
