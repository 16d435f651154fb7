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

    @Test("after a restart of the broker credit begins at zero less what is held, and only a durable answer still comes")
    func restarted() async throws {
        let gate = Gate()
        let service = PoolService.concurrent("a.A", concurrency: 4) { task in
            if task.isDurable { await gate.wait() } else { await untilCancelled() }
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
        #expect(credits[0] == 4)
        // The unary one is cancelled with its session, and its place comes back then.
        #expect(2...3 ~= credits[1])
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
            // As a broker answers that copies no ids; PING tells the rest.
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

    @Test("the GOAWAY of a broker that drains itself does not end the wait for tasks that are on their way")
    func bothDrain() async throws {
        let (connected, connecting) = AsyncStream<Void>.makeStream()
        let (answer, drain) = try await play([.inline("a.A") { .done($0.body) }]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            connecting.finish()
            // PING would be answered out of its order here, before the rest of what the script does.
            broker.pongStatus = nil
            broker.heartbeat = 60_000
            let drain = try broker.expect(.drain)
            try broker.send(Header(.goAway), to: hello.peer)
            try broker.task(to: hello, "a.A/Do", [1])
            let answer = try broker.expect(.done)
            try broker.send(Header(.goAway, id: drain.id), to: hello.peer)
            _ = try broker.expect(.bye)
            return (answer, drain)
        } during: { worker, _ in
            for await _ in connected {}
            worker.shutDown()
        }
        #expect(answer.body == [1])
        #expect(!drain.id.isZero)
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
        for (endpoints, code) in [([], .noBroker), (["ipc://a", "ipc://b", "ipc://a"], .sameBrokerTwice)] as [([String], WorkerError.Code)] {
            let worker = try MessageWorker(endpoints: endpoints, name: "t", services: [inline], logger: logger)
            let error = await #expect(throws: WorkerError.self) { try await worker.run() }
            #expect(error?.code == code)
        }
        for (services, code) in wrong {
            let worker = try MessageWorker(name: "t", services: services, logger: logger)
            let error = await #expect(throws: WorkerError.self) { try await worker.run() }
            #expect(error?.code == code)
        }
    }
}
