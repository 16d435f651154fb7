import Logging
import MessageTesting
import MessageWire
import MessageWorker
import Testing

@Suite("A worker's handlers", .timeLimit(.minutes(3)))
struct HandlerTests {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("an inline handler sees the task and answers it")
    func inline() async throws {
        let service = PoolService.inline("test.v1.Echo") { task in
            guard task.isFor("Say") else { return .failed(.unimplemented, "no such method") }
            return .done(Array("\(task.method) \(task.attempt) \(task["traceparent"] ?? "-") ".utf8) + task.body)
        }
        let done = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "test.v1.Echo/Say", Array("x".utf8), attempt: 3, entries: [("traceparent", Array("00-1".utf8))])
            return try broker.expect(.done)
        }
        #expect(done.text == "Say 3 00-1 x")
        #expect(done.header.status == 0)
        #expect(done.header.token == Token(delivery: 1, seal: 1))
    }

    @Test("a batch handler gets what arrived together and one outcome goes to each task")
    func batch() async throws {
        let service = PoolService.batch("test.v1.Jobs", limit: 100) { tasks in
            tasks.map { $0.body == [7] ? .notDone(retryAfter: .milliseconds(70)) : .done([UInt8(tasks.count)]) }
        }
        let answers = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.sendBatch(
                try (0..<10).map { number in
                    try ScriptedBroker.encode(
                        Header(.task, flags: .durable, attempt: 1, timeout: 30_000, id: RequestID(high: 1, low: UInt64(number)), token: Token(delivery: 1, seal: UInt64(number))),
                        path: "test.v1.Jobs/Do", [UInt8(number)])
                }, to: hello.peer)
            return try (0..<10).map { _ in try broker.next() }
        }
        #expect(answers.compactMap { $0?.id.low } == Array(0..<10))
        #expect(answers[7]?.type == .nack)
        #expect(answers[7]?.header.timeout == 70)
        #expect(answers[0]?.body == [10])
        #expect(answers[0]?.batchedWith == 10)
    }

    @Test("concurrent handlers overlap, and what one throws is told apart by whether it was declared")
    func concurrent() async throws {
        struct Secret: Error { let text = "do not tell" }
        let service = PoolService.concurrent("test.v1.Slow", concurrency: 4) { task in
            switch task.method {
            case "Declared": throw HandlerError(.notFound, "no pié")
            case "Secret": throw Secret()
            default: return .done(task.body)
            }
        }
        let answers = try await play([service]) { broker in
            let hello = try broker.welcome()
            let credit = try broker.expect(.credit)
            var answers: [ReceivedMessage] = []
            for method in ["Fine", "Declared", "Secret"] {
                try broker.task(to: hello, "test.v1.Slow/\(method)", [1])
                answers.append(try broker.expect(.done))
            }
            return (credit, answers)
        }
        #expect(answers.0.header.argument == 4)
        #expect(answers.0.path == "test.v1.Slow")
        #expect(answers.1.map(\.header.status) == [0, StatusCode.notFound.rawValue, StatusCode.unknown.rawValue])
        #expect(answers.1[1].entries["message"] == "no pi%C3%A9")
        #expect(answers.1[2].entries["message"]?.contains("tell") == false)
    }

    @Test("tasks of one frame are answered in one frame")
    func coalesced() async throws {
        let answers = try await play([.inline("a.A") { .done($0.body) }]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.sendBatch(
                try (0..<100).map { number in
                    try ScriptedBroker.encode(Header(.task, id: RequestID(high: 0, low: number + 1)), path: "a.A/Do", [UInt8(number)])
                }, to: hello.peer)
            return try (0..<100).map { _ in try broker.expect(.done) }
        }
        #expect(answers.map(\.body) == (0..<100).map { [UInt8($0)] })
        #expect(answers.allSatisfy { $0.batchedWith >= 100 })
    }

    @Test("what an inline handler declines goes to the other one")
    func otherwise() async throws {
        let service = PoolService.inline("a.A") { task in
            task.body == [0] ? .done([10]) : nil
        } otherwise: { task in
            .done([20])
        }
        let bodies = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            return try [UInt8(0), 1].map { number in
                try broker.task(to: hello, "a.A/Do", [number])
                return try broker.expect(.done).body
            }
        }
        #expect(bodies == [[10], [20]])
    }

    @Test("a batch gets up to its limit at a time")
    func limited() async throws {
        let service = PoolService.batch("a.A", limit: 3, concurrency: 100) { tasks in tasks.map { _ in .done([UInt8(tasks.count)]) } }
        let sizes = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.sendBatch(
                try (1...10).map { try ScriptedBroker.encode(Header(.task, id: RequestID(high: 0, low: $0)), path: "a.A/Do") }, to: hello.peer)
            return try (0..<10).map { _ in try broker.expect(.done).body }
        }
        #expect(sizes.map { $0[0] } == [3, 3, 3, 3, 3, 3, 3, 3, 3, 1])
    }

    @Test("a batch handler that throws, or returns too few outcomes, answers for all its tasks", arguments: [true, false])
    func brokenBatch(throws: Bool) async throws {
        let service = PoolService.asyncBatch("a.A") { tasks in
            if `throws` { throw HandlerError(.unavailable, "store is busy", pushback: .seconds(2)) }
            return []
        }
        let answers = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [], id: 1)
            try broker.task(to: hello, "a.A/Do", [], id: 2)
            return try [broker.expect(.done), broker.expect(.done)]
        }
        #expect(answers.map(\.id.low) == [1, 2])
        let status: StatusCode = `throws` ? .unavailable : .internal
        #expect(answers.allSatisfy { $0.header.status == status.rawValue })
        #expect(answers[0].header.timeout == (`throws` ? 2000 : 0))
    }

    @Test("a reply over the broker's limit becomes RESOURCE_EXHAUSTED instead of ending the connection")
    func tooLarge() async throws {
        let done = try await play([.inline("a.A") { _ in .done([UInt8](repeating: 0, count: 2 << 20)) }]) { broker in
            let hello = try broker.welcome()
            try broker.task(to: hello, "a.A/Do", [])
            return try broker.expect(.done)
        }
        #expect(done.header.status == StatusCode.resourceExhausted.rawValue)
        #expect(done.body.isEmpty)
    }

    @Test("a task that cannot be read, or is for another's service, is answered and harms no other")
    func misdirected() async throws {
        let answers = try await play([.inline("a.A") { _ in .never(.dataLoss, "gone") }]) { broker in
            let hello = try broker.welcome()
            var broken = try ScriptedBroker.encode(Header(.task, id: RequestID(high: 0, low: 1)), path: "a.A/Do")
            broken[Header.size] = 200
            try broker.send(broken, to: hello.peer)
            try broker.task(to: hello, "b.B/Do", [], id: 2)
            try broker.task(to: hello, "a.A/Do", [], id: 3)
            return try [broker.expect(.done), broker.expect(.done), broker.expect(.term)]
        }
        #expect(answers.map { StatusCode(rawValue: $0.header.status) } == [.internal, .unimplemented, .dataLoss])
        #expect(answers[2].entries["message"] == "gone")
    }

    @Test("typed methods are decoded, handled and encoded in the request's own format")
    func typed() async throws {
        struct Number: Sendable { var value: UInt8 }
        struct Broken: Error {}
        let decode: @Sendable (UnsafeRawBufferPointer, BodyFormat) throws -> Number = { bytes, _ in
            guard bytes.count == 1 else { throw Broken() }
            return Number(value: bytes[0])
        }
        let encode: @Sendable (Number, BodyFormat) throws -> [UInt8] = { number, format in [number.value, format == .json ? 1 : 0] }
        var inline = InlineMethods()
        inline.add("Double", decode: decode, encode: encode) { number, _ in Number(value: number.value * 2) }
        var concurrent = ConcurrentMethods()
        concurrent.add("Halve", decode: decode, encode: encode) { number, _ in Number(value: number.value / 2) }
        let answers = try await play([.inline("a.A", methods: inline), .concurrent("b.B", methods: concurrent)]) { broker in
            let hello = try broker.welcome()
            return try [
                ("a.A/Double", [4]), ("b.B/Halve", [4]), ("a.A/Double", []), ("b.B/Halve", []), ("a.A/Other", [4]), ("b.B/Other", [4]),
            ].map { (path: String, body: [UInt8]) in
                try broker.task(to: hello, path, body, entries: [("content-type", Array("application/json".utf8))])
                return try broker.expect(.done)
            }
        }
        #expect(answers.map(\.body) == [[8, 1], [2, 1], [], [], [], []])
        #expect(
            answers.map { StatusCode(rawValue: $0.header.status) } == [.ok, .ok, .invalidArgument, .invalidArgument, .unimplemented, .unimplemented])
    }
}
