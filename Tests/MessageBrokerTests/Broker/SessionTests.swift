import MessageBroker
import MessageWire
import Testing

/// wire.md §2, "Session", "Credit" and "Window".
@Suite struct SessionTests {
    @Test func `HELLO is answered by WELCOME with what the broker promises`() throws {
        let pool = TestPool(.test { $0.window = 7 })
        let worker = pool.peer("w")
        try worker.hello(.worker, services: [String.echo])
        let welcome = try worker.only(.welcome).json
        #expect(welcome?["broker"]?.string == "test")
        #expect(welcome?["epoch"]?.integer == 1)
        #expect(welcome?["heartbeat_ms"]?.integer == 1000)
        #expect(welcome?["window"]?.integer == 7)
        #expect(welcome?["durability"]?.string == "fsync")
        #expect(welcome?["batch"]?.bool == true)
    }

    @Test func `a worker's message without a session is told to say HELLO, and is no strike`() throws {
        let pool = TestPool()
        let worker = pool.peer("w")
        for _ in 0..<5 {
            try worker.credit(.echo, 1)
            let error = try worker.only(.error)
            #expect(error.status == 16)
            #expect(error.message == "hello required")
        }
        worker.send(Header(.done, id: .number(9), token: Token(delivery: 1, seal: 2)))
        let error = try worker.only(.error)
        #expect(error.number == 9)
        #expect(error.header.token == Token(delivery: 1, seal: 2))
        try worker.hello(.worker, services: [String.echo])
        _ = try worker.only(.welcome)
    }

    @Test func `PING is answered at once with its id and body, the epoch, and whether there is a session`() throws {
        let pool = TestPool()
        let peer = pool.peer("p")
        peer.send(Header(.ping, id: .number(5)), Array("body".utf8))
        var pong = try peer.only(.pong)
        #expect((pong.status, pong.number, pong.text, pong.header.argument) == (16, 5, "body", 1))
        try peer.hello(.producer)
        _ = try peer.only(.welcome)
        peer.send(Header(.ping))
        pong = try peer.only(.pong)
        #expect(pong.status == 0)
    }

    @Test func `a quiet session is pinged once an interval, and ends after three silent ones`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 1)
        worker.answersPing = false
        pool.advance(by: 1_200)
        #expect(worker.take(.ping).count == 1)
        pool.advance(by: 1_000)
        #expect(worker.take(.ping).count == 1)
        pool.advance(by: 1_000)
        let producer = pool.peer("p", .front)
        producer.request(1, .say)
        #expect(try producer.only(.response).status == 14)
        try worker.credit(.echo, 2)
        #expect(worker.take(.error).map(\.message) == ["hello required"])
    }

    @Test func `a session that only answers PING lives on`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 1)
        pool.advance(by: 60_000)
        let producer = pool.peer("p", .front)
        producer.request(1, .say)
        #expect(worker.take(.task).count == 1)
    }

    @Test func `another HELLO on the same connection starts over, with credit from zero`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 5)
        try worker.hello(.worker, services: [String.echo])
        _ = try worker.only(.welcome)
        let producer = pool.peer("p", .front)
        producer.request(1, .say)
        worker.nothing()
        try worker.credit(.echo, 1)
        #expect(try worker.only(.task).number == 1)
    }

    @Test func `a HELLO with the same name and instance from another connection ends the older session`() throws {
        let pool = TestPool()
        let old = pool.peer("old")
        try old.hello(.worker, services: [String.echo], name: "same")
        try old.credit(.echo, 1)
        let new = pool.peer("new")
        try new.hello(.worker, services: [String.echo], name: "same")
        old.inbox.removeAll()
        try old.credit(.echo, 2)
        #expect(try old.only(.error).status == 16)
        let third = pool.peer("third")
        try third.hello(.worker, services: [String.echo], name: "same", instance: "2")
        new.inbox.removeAll()
        try new.credit(.echo, 1)
        new.nothing()
    }

    @Test func `one peer more than allowed gets no session`() throws {
        let pool = TestPool(.test { $0.peers = 1 })
        let first = try pool.worker("a", .echo)
        let second = pool.peer("b")
        try second.hello(.worker, services: [String.echo])
        #expect(try second.only(.error).status == 8)
        first.bye()
        try second.hello(.worker, services: [String.echo])
        _ = try second.only(.welcome)
    }

    @Test(arguments: ["mmi.service", "titanic.request", "trunkline.pool.v1.Admin", "grpc.health.v1.Health", "nobody.Knows", "test.v1.Events"])
    func `a worker may not register a name of the broker's own, one unknown or one that is fanned out`(_ name: String) throws {
        let pool = TestPool(.test { $0.undeclaredServices = name == "nobody.Knows" ? 0 : 5 })
        let worker = pool.peer("w")
        try worker.hello(.worker, services: [String.echo, name])
        #expect(try worker.only(.error).status == 7)
        try worker.credit(.echo, 1)
        #expect(try worker.only(.error).status == 16)
    }

    @Test func `a producer registers nothing, whatever services it names`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        try producer.hello(.producer, services: ["nobody.Knows"])
        _ = try producer.only(.welcome)
        producer.request(1, "nobody.Knows/It")
        #expect(try producer.only(.response).status == 12)
        producer.request(2, .say)
        #expect(try producer.only(.response).status == 14)
    }

    @Test func `a worker brings an undeclared service, which goes with its last worker and its last request`() throws {
        let pool = TestPool(.test { $0.undeclaredServices = 1 })
        let worker = try pool.worker("w", "own.Thing")
        let producer = pool.peer("p", .front)
        producer.request(1, "own.Thing/Do", "", .waitForReady, timeout: 500)
        let other = pool.peer("o")
        try other.hello(.worker, services: ["own.Other"])
        #expect(try other.only(.error).status == 7)
        worker.bye()
        producer.nothing()
        pool.advance(by: 600)
        #expect(try producer.only(.response).status == 4)
        producer.request(2, "own.Thing/Do", "", .waitForReady)
        #expect(try producer.only(.response).status == 12)
        try other.hello(.worker, services: ["own.Other"])
        _ = try other.only(.welcome)
    }

    @Test func `credit counts up only, modulo 2^32, and is never exceeded`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 2)
        let producer = pool.peer("p", .front)
        for number in 1...5 as ClosedRange<UInt64> { producer.request(number, .say) }
        #expect(worker.take(.task).map(\.number) == [1, 2])
        try worker.credit(.echo, 1)
        try worker.credit(.echo, 2)
        worker.nothing()
        try worker.credit(.echo, 0x7FFF_FFFF)
        #expect(worker.take(.task).map(\.number) == [3, 4, 5])
        try worker.credit(.echo, 0xFFFF_FFF0)
        try worker.credit(.echo, 3)
        #expect(try credit(pool, .echo) == 0x1_0000_0003 - 5)
        try worker.credit(.echo, 0xFFFF_FFF0)
        #expect(try credit(pool, .echo) == 0x1_0000_0003 - 5)
    }

    @Test func `credit for a service that HELLO did not offer is refused`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo)
        try worker.credit(.jobs, 1)
        #expect(try worker.only(.error).status == 7)
        try worker.credit("", 1)
        #expect(try worker.only(.error).status == 7)
    }

    @Test func `one request more than the window is pushed back, and an answer makes room`() throws {
        let pool = TestPool(.test { $0.window = 2 })
        let worker = try pool.worker("w", .echo, credit: 10)
        let producer = pool.peer("p", .front)
        producer.request(1, .say)
        producer.request(2, .say)
        producer.request(3, .say)
        let refusal = try producer.only(.response)
        #expect((refusal.status, refusal.number) == (8, 3))
        #expect(refusal.header.timeout >= 1 && refusal.header.timeout < 0xFFFF_FFFF)
        worker.done(worker.take(.task)[0])
        _ = try producer.only(.response)
        producer.request(3, .say)
        producer.nothing()
        let other = pool.peer("q", .front)
        other.request(4, .say)
        other.nothing()
    }

    @Test func `the window counts a durable request until it is accepted`() throws {
        let pool = TestPool(.test { $0.window = 1 })
        let producer = pool.peer("p", .front)
        pool.isJournalSlow = true
        producer.request(1, .run)
        producer.request(2, .run)
        #expect(try producer.only(.response).status == 8)
        pool.isJournalSlow = false
        _ = try producer.only(.accepted)
        producer.request(2, .run)
        _ = try producer.only(.accepted)
        #expect(pool.census.open == 0)
    }

    @Test func `DRAIN is answered by GOAWAY, nothing new is sent, and what is out may be finished`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, .jobs, credit: 5)
        let producer = pool.peer("p", .front)
        producer.request(1, .say)
        producer.request(2, .run)
        let tasks = worker.take(.task)
        worker.send(Header(.drain))
        #expect(try worker.only(.goAway).id.isZero)
        try worker.credit(.jobs, 20)
        producer.request(3, .run)
        producer.request(4, .say)
        worker.nothing()
        #expect(producer.take(.response).map(\.status) == [14])
        for task in tasks { worker.done(task) }
        #expect(producer.take(.response).map(\.number) == [1])
        worker.bye()
        #expect(try state(producer, 2) == nil)
    }

    @Test func `an id in DRAIN is copied to its GOAWAY, and a draining broker's own GOAWAY has none`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 1)
        worker.send(Header(.drain, id: .number(7)))
        #expect(try worker.only(.goAway).number == 7)
        pool.drain()
        #expect(try worker.only(.goAway).id.isZero)
    }

    @Test func `a duplicate of a connection's routing id is another connection only on the other socket`() throws {
        let pool = TestPool()
        let worker = try pool.worker("same", .echo, credit: 1)
        let other = pool.peer("same", .front)
        try other.credit(.echo, 9)
        #expect(try other.only(.error).status == 16)
        other.request(1, .say)
        #expect(try worker.only(.task).number == 1)
        worker.done(Arrived(Frame.bytes(Header(.task, id: .number(1)))))
        other.nothing()
    }

    private func credit(_ pool: TestPool, _ service: String) throws -> Int64? {
        try listed(pool, service)["credit"]?.integer
    }

    /// State in the journal's or the broker's words; nil where it is settled.
    private func state(_ producer: TestPeer, _ id: UInt64) throws -> String? {
        producer.inbox.removeAll()
        producer.query(id)
        let state = try producer.only(.state).json?["state"]?.string
        return state == "settled" ? nil : state
    }
}

/// One service as ListServices tells it.
func listed(_ pool: TestPool, _ service: String, _ location: SourceLocation = #_sourceLocation) throws -> JSON {
    let admin = pool.peer("admin", .front)
    let services = try admin.ask("ListServices", [:], location)["services"]?.array ?? []
    return try #require(services.first { $0["name"]?.string == service }, sourceLocation: location)
}
