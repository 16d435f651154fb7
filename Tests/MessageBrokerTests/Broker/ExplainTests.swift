import MessageBroker
import MessageWire
import Testing

/// wire.md §7, Explain: the true reason, whenever something does not move.
@Suite struct ExplainTests {
    private func explain(_ pool: TestPool, _ service: String = .jobs) throws -> JSON {
        try pool.peer("admin", .front).ask("Explain", ["service": .string(service)])
    }

    private func reasons(_ pool: TestPool, _ service: String = .jobs) throws -> [String] {
        try explain(pool, service)["reasons"]?.array?.compactMap(\.string) ?? []
    }

    private func admin(_ pool: TestPool, _ method: String, _ service: String = .jobs) throws {
        _ = try pool.peer("admin", .front).ask(method, ["service": .string(service)])
    }

    private func counts(_ pool: TestPool, _ service: String = .jobs) throws -> [Int64] {
        let told = try explain(pool, service)
        return try ["workers", "credit", "ready", "leased", "delayed"].map { try #require(told[$0]?.integer) }
    }

    private let key = [("ordering-key", "k")]

    @Test(arguments: [(String.jobs, String.run), (.echo, .say)])
    func `empty: nothing waits and nothing is out`(_ service: String, _ path: String) throws {
        let pool = TestPool()
        let worker = try pool.worker("w", service, credit: 3)
        #expect(try reasons(pool, service) == ["empty"] && counts(pool, service) == [1, 3, 0, 0, 0])
        pool.peer("p", .front).request(1, path)
        #expect(try reasons(pool, service) == ["moving"] && counts(pool, service) == [1, 2, 0, 1, 0])
        worker.done(try worker.only(.task))
        #expect(try reasons(pool, service) == ["empty"])
    }

    @Test func `no_workers: none has a session, or all of them drain, whatever they still hold`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        #expect(try reasons(pool) == ["no_workers", "empty"])
        producer.request(1, .run)
        producer.request(2, .run)
        #expect(try reasons(pool) == ["no_workers"] && counts(pool) == [0, 0, 2, 0, 0])
        let worker = try pool.worker("w", .jobs, credit: 1)
        #expect(try reasons(pool) == ["no_credit"])
        worker.send(Header(.drain))
        #expect(try reasons(pool) == ["no_workers"] && counts(pool) == [0, 0, 1, 1, 0])
        worker.bye()
        let other = try pool.worker("other", .jobs, credit: 9)
        #expect(other.take(.task).count == 2)
        #expect(try reasons(pool) == ["moving"])
    }

    @Test func `no_credit: a request waits and no worker may have one more, or none was ever asked for`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let worker = try pool.worker("w", .jobs)
        #expect(try reasons(pool) == ["no_credit", "empty"])
        producer.request(1, .run)
        #expect(try reasons(pool) == ["no_credit"] && counts(pool) == [1, 0, 1, 0, 0])
        try worker.credit(.jobs, 1)
        // Busy with all there is.
        #expect(try reasons(pool) == ["moving"] && counts(pool) == [1, 0, 0, 1, 0])
        producer.request(2, .run)
        #expect(try reasons(pool) == ["no_credit"] && counts(pool) == [1, 0, 1, 1, 0])
        try worker.credit(.jobs, 2)
        #expect(worker.take(.task).count == 2)
        #expect(try reasons(pool) == ["moving"])
    }

    @Test func `cap: a request waits, workers have credit, and max_in_flight tasks are out`() throws {
        let pool = TestPool(.with(durable: { $0.maxInFlight = 1 }))
        let producer = pool.peer("p", .front)
        let worker = try pool.worker("w", .jobs, credit: 5)
        producer.request(1, .run)
        #expect(try reasons(pool) == ["moving"])
        producer.request(2, .run)
        #expect(try reasons(pool) == ["cap"] && counts(pool) == [1, 4, 1, 1, 0])
        worker.done(try worker.only(.task))
        #expect(worker.take(.task).map(\.number) == [2])
        #expect(try reasons(pool) == ["moving"])
    }

    @Test func `ordering_key: a request waits behind another with its key, at a worker or delayed`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let worker = try pool.worker("w", .jobs, credit: 5)
        producer.request(1, .run, entries: key)
        producer.request(2, .run, entries: key)
        #expect(try reasons(pool) == ["ordering_key"] && counts(pool) == [1, 4, 1, 1, 0])
        worker.nack(try worker.only(.task), after: 700)
        #expect(try reasons(pool) == ["ordering_key", "delayed"] && counts(pool) == [1, 4, 1, 0, 1])
        producer.cancel(1)
        #expect(worker.take(.task).map(\.number) == [2])
        #expect(try reasons(pool) == ["moving"])
    }

    @Test func `delayed: with the time until the first of them goes again`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let worker = try pool.worker("w", .jobs, credit: 9)
        for number in 1...3 as ClosedRange<UInt64> { producer.request(number, .run) }
        #expect(try explain(pool)["next_retry_ms"] == nil)
        let tasks = worker.take(.task)
        worker.nack(tasks[0], after: 5000)
        worker.done(tasks[1], status: StatusCode.unavailable.rawValue)
        #expect(try reasons(pool) == ["delayed"] && counts(pool) == [1, 6, 0, 1, 2])
        #expect(try explain(pool)["next_retry_ms"] == 1000)
        pool.advance(by: 400)
        #expect(try explain(pool)["next_retry_ms"] == 600)
        pool.advance(by: 600)
        #expect(worker.take(.task).map(\.number) == [2])
        #expect(try explain(pool)["next_retry_ms"] == 4000)
        worker.done(tasks[2])
        pool.advance(by: 4000)
        #expect(worker.take(.task).map(\.number) == [1])
        #expect(try reasons(pool) == ["moving"] && explain(pool)["next_retry_ms"] == nil)
    }

    @Test func `delayed: a unary request that a worker gave back, until its delay or deadline is over`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 5)
        pool.peer("p", .front).request(1, .say, timeout: 2000)
        worker.nack(try worker.only(.task), after: 300)
        #expect(try reasons(pool, .echo) == ["delayed"] && explain(pool, .echo)["next_retry_ms"] == 300)
        pool.advance(by: 300)
        worker.nack(try worker.only(.task), after: 60_000)
        #expect(try reasons(pool, .echo) == ["delayed"])
        pool.advance(by: 1700)
        #expect(try reasons(pool, .echo) == ["empty"])
    }

    @Test func `a delay goes on over a restart, and so does what it holds by its key`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let worker = try pool.worker("w", .jobs, credit: 5)
        producer.request(1, .run, entries: key)
        producer.request(2, .run, entries: key)
        worker.done(try worker.only(.task), status: StatusCode.unavailable.rawValue)
        pool.restart(downFor: 100)
        #expect(try reasons(pool) == ["no_workers", "ordering_key", "delayed"] && counts(pool) == [0, 0, 1, 0, 1])
        #expect(try explain(pool)["next_retry_ms"] == 899)
    }

    @Test func `paused: beside every other reason, and gone with Resume`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        try admin(pool, "Pause")
        #expect(try reasons(pool) == ["paused", "no_workers", "empty"])
        producer.request(1, .run)
        #expect(try reasons(pool) == ["paused", "no_workers"])
        let worker = try pool.worker("w", .jobs)
        #expect(try reasons(pool) == ["paused", "no_credit"])
        try worker.credit(.jobs, 3)
        #expect(try reasons(pool) == ["paused"] && counts(pool) == [1, 3, 1, 0, 0])
        worker.nothing()
        try admin(pool, "Resume")
        #expect(worker.take(.task).count == 1)
        #expect(try reasons(pool) == ["moving"])
    }

    @Test func `draining: a durable request stays, though a worker asks for it`() throws {
        let pool = TestPool()
        pool.peer("p", .front).request(1, .run)
        let worker = try pool.worker("w", .jobs)
        pool.drain()
        #expect(worker.all().map(\.type) == [.goAway])
        #expect(try reasons(pool) == ["draining", "no_credit"])
        try worker.credit(.jobs, 3)
        #expect(try reasons(pool) == ["draining"] && counts(pool) == [1, 3, 1, 0, 0])
        worker.nothing()
        #expect(try reasons(pool, .echo) == ["draining", "no_workers", "empty"])
    }

    @Test func `all that holds is named at once, in the order of the contract`() throws {
        let pool = TestPool(.with(durable: { $0.maxInFlight = 1 }))
        let producer = pool.peer("p", .front)
        let worker = try pool.worker("w", .jobs, credit: 2)
        producer.request(1, .run, entries: key)
        producer.request(2, .run, entries: key)
        worker.nack(try worker.only(.task), after: 500)
        producer.request(3, .run)
        producer.request(4, .run)
        #expect(try reasons(pool) == ["no_credit", "cap", "ordering_key", "delayed"] && counts(pool) == [1, 0, 2, 1, 1])
        try admin(pool, "Pause")
        pool.drain()
        #expect(try reasons(pool) == ["paused", "draining", "no_credit", "cap", "ordering_key", "delayed"])
        worker.bye()
        #expect(try reasons(pool) == ["paused", "draining", "no_workers", "ordering_key", "delayed"])
    }

    @Test func `a fanned-out service needs no workers and cannot be paused; those it is fanned out to say what holds`() throws {
        let pool = TestPool()
        let asker = pool.peer("admin", .front)
        asker.request(1, "trunkline.pool.v1.Admin/Pause", #"{"service":"test.v1.Events"}"#)
        let refusal = try asker.only(.response)
        #expect(refusal.status == StatusCode.invalidArgument.rawValue && refusal.message.contains("\(String.ledger), \(String.second)"))
        pool.peer("p", .front).request(2, .publish)
        #expect(try reasons(pool, "test.v1.Events") == ["empty"])
        #expect(try reasons(pool, .ledger) == ["no_workers"])
        try admin(pool, "Pause", .second)
        #expect(try reasons(pool, .second) == ["paused", "no_workers"])
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `whatever happens, what waits has a reason that holds it, and the counts bear the reasons out`(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func roll(_ sides: UInt64) -> UInt64 { random.next() % sides }
        let pool = TestPool(.with(durable: { $0.maxInFlight = 3 }), seed: seed)
        let producer = pool.peer("p", .front)
        var worker: TestPeer?
        var tasks: [Arrived] = []
        var (granted, number): (UInt32, UInt64) = (0, 0)
        for _ in 0..<400 {
            switch roll(9) {
            case 0, 1:
                number += 1
                producer.request(number, .run, entries: roll(2) == 0 ? key : [])
            case 2:
                if worker == nil { (worker, granted) = (try pool.worker("w\(number)", .jobs), 0) }
            case 3 where roll(4) == 0:
                worker?.bye()
                (worker, tasks) = (nil, [])
            case 4:
                granted += UInt32(roll(3))
                try worker?.credit(.jobs, granted)
            case 5: try admin(pool, roll(3) == 0 ? "Pause" : "Resume")
            case 6: pool.advance(by: Int64(roll(300)))
            default:
                guard let worker, let task = tasks.popLast() else { break }
                roll(2) == 0 ? worker.done(task) : worker.nack(task, after: UInt32(roll(500)))
            }
            tasks += worker?.take(.task) ?? []
            let told = try explain(pool)
            let reasons = Set(told["reasons"]?.array?.compactMap(\.string) ?? [])
            let (ready, leased, delayed) = (told["ready"]?.integer ?? 0, told["leased"]?.integer ?? 0, told["delayed"]?.integer ?? 0)
            #expect(ready == 0 || !reasons.isDisjoint(with: ["paused", "no_workers", "no_credit", "cap", "ordering_key"]), "\(told.text)")
            #expect(reasons.contains("empty") == (ready + leased + delayed == 0), "\(told.text)")
            #expect(reasons.contains("delayed") == (delayed > 0) && (told["next_retry_ms"] != nil) == (delayed > 0), "\(told.text)")
            #expect(!reasons.contains("moving") || (reasons.count == 1 && leased > 0 && ready == 0), "\(told.text)")
        }
    }
}
