import Logging
import MessageTesting
import MessageWire
import MessageWorker
import Testing

@Suite("A worker's sessions", .timeLimit(.minutes(3)))
struct WorkerSessionTests {
    @Test("HELLO names the services and CREDIT follows for each")
    func registers() async throws {
        let services: [PoolService] = [
            .inline("a.A", concurrency: 7) { _ in .done() }, .concurrent("b.B", concurrency: 3) { _ in .done() },
        ]
        let (hello, credits) = try await play(services) { broker in
            let hello = try broker.welcome()
            return (hello, try (0..<2).map { _ in try broker.expect(.credit) })
        }
        #expect(hello.json?["role"] == "worker")
        #expect(hello.json?["services"] == ["a.A", "b.B"])
        #expect(hello.json?["batch"] == true)
        #expect(credits.map(\.path) == ["a.A", "b.B"])
        #expect(credits.map(\.header.argument) == [7, 3])
    }

    @Test("after a restart of the broker credit begins at zero less what is held, and a durable answer still comes")
    func restarted() async throws {
        let gate = Gate()
        let service = PoolService.concurrent("a.A", concurrency: 4) { task in
            await gate.wait()
            return .done(task.body)
        }
        let (credits, answers) = try await play([service]) { broker in
            let hello = try broker.welcome()
            let first = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [1], id: 1, flags: .durable)
            try broker.task(to: hello, "a.A/Do", [2], id: 2)
            broker.epoch = 2
            try broker.welcome()
            let second = try broker.expect(.credit)
            gate.open()
            var answers: [ReceivedMessage] = []
            while let message = try broker.next(within: answers.isEmpty ? 5000 : 100) {
                if message.type != .credit { answers.append(message) }
            }
            return ([first, second].map(\.header.argument), answers)
        }
        #expect(credits == [4, 2])
        #expect(answers.map(\.id.low) == [1])
        #expect(answers.map(\.type) == [.done])
    }

    @Test("hello required, and PONG with status 16, bring a new HELLO", arguments: [true, false])
    func forgotten(byError: Bool) async throws {
        let isSamePeer = try await play([.inline("a.A") { _ in .done() }]) { broker in
            let first = try broker.welcome()
            if byError {
                try broker.send(Header(.error, status: 16), entries: [("message", Array("hello required".utf8))], to: first.peer)
            } else {
                broker.pongStatus = 16
            }
            let second = try broker.expect(.hello)
            return first.peer == second.peer
        }
        #expect(isSamePeer)
    }

    @Test("a silent broker is left for a new connection")
    func silent() async throws {
        let isOtherPeer = try await play([.inline("a.A") { _ in .done() }]) { broker in
            broker.pongStatus = nil
            let first = try broker.welcome()
            let second = try broker.welcome()
            return first.peer != second.peer
        }
        #expect(isOtherPeer)
    }

    @Test("PING is answered with its id and body")
    func pinged() async throws {
        let pong = try await play([.inline("a.A") { _ in .done() }]) { broker in
            let hello = try broker.welcome()
            try broker.send(Header(.ping, id: RequestID(high: 3, low: 4)), [9, 9], to: hello.peer)
            return try broker.expect(.pong)
        }
        #expect(pong.id == RequestID(high: 3, low: 4))
        #expect(pong.body == [9, 9])
    }

    @Test("a shutdown sends DRAIN, finishes what is held and what was on the way, and says BYE")
    func drains() async throws {
        let gate = Gate()
        let (held, holding) = AsyncStream<Void>.makeStream()
        let service = PoolService.concurrent("a.A", concurrency: 4) { task in
            holding.yield()
            await gate.wait()
            return .done(task.body)
        }
        let answers = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [1], id: 1)
            _ = try broker.expect(.drain)
            // Sent before the broker knew.
            try broker.task(to: hello, "a.A/Do", [2], id: 2)
            try broker.send(Header(.goAway), to: hello.peer)
            gate.open()
            let answers = try [broker.expect(.done), broker.expect(.done)]
            _ = try broker.expect(.bye)
            return answers
        } during: { worker, _ in
            var ready = held.makeAsyncIterator()
            _ = await ready.next()
            worker.shutDown()
        }
        #expect(Set(answers.map(\.id.low)) == [1, 2])
    }

    @Test("when the grace is over a worker leaves with BYE, and its tasks are cancelled")
    func graceOver() async throws {
        let service = PoolService.concurrent("a.A", concurrency: 4) { _ in
            // Ends only by cancellation.
            let (never, source) = AsyncStream<Void>.makeStream()
            defer { source.finish() }
            for await _ in never {}
            return .done()
        }
        let (held, holding) = AsyncStream<Void>.makeStream()
        let last = try await play([service], grace: .milliseconds(50)) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [1])
            holding.finish()
            return try broker.expect(.bye).type
        } during: { worker, _ in
            for await _ in held {}
            worker.shutDown()
        }
        #expect(last == .bye)
    }

    @Test("services that cannot be served are refused when the worker is run")
    func refused() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let inline = PoolService.inline("a.A") { _ in .done() }
        let wrong: [([PoolService], WorkerError.Code)] = [
            ([], .serviceCount), ([.inline("a b") { _ in .done() }], .serviceName), ([inline, inline], .sameServiceTwice),
        ]
        for (services, code) in wrong {
            let worker = try MessageWorker(name: "t", services: services, logger: logger)
            let error = await #expect(throws: WorkerError.self) { try await worker.run() }
            #expect(error?.code == code)
        }
    }
}
