import MessageBroker
import MessageWire
import Testing

/// wire.md §3, "Idempotency".
@Suite struct IdempotencyTests {
    @Test func `a repeat in flight joins, each connection gets one RESPONSE, and the first deadline stays`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 5)
        let (first, second) = (pool.peer("p", .front), pool.peer("q", .front))
        first.request(1, .say, "x", timeout: 200)
        pool.advance(by: 100)
        first.request(1, .say, "x", timeout: 9000)
        second.request(1, .say, "x", timeout: 9000)
        second.request(1, .say, "x", timeout: 9000)
        let task = try worker.only(.task)
        worker.done(task, "y")
        #expect(first.all().map(\.text) == ["y"])
        #expect(second.all().map(\.text) == ["y"])
        #expect(pool.census.open == 0 && pool.census.joined == 0)
        second.request(2, .say, timeout: 100)
        first.request(2, .say, timeout: 9000)
        pool.advance(by: 101)
        #expect(first.take(.response).map(\.status) == [4])
        #expect(second.take(.response).map(\.status) == [4])
    }

    @Test func `the same id with another path or body is another request`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 5)
        let producer = pool.peer("p", .front)
        producer.request(1, .say, "x")
        for (path, body) in [("test.v1.Echo/Other", "x"), (.say, "y"), (.run, "x")] {
            producer.request(1, path, body)
            let response = try producer.only(.response)
            #expect((response.status, response.header.timeout) == (6, 0xFFFF_FFFF))
        }
        worker.done(try worker.only(.task))
        _ = try producer.only(.response)
        producer.request(1, .say, "y")
        #expect(try producer.only(.response).status == 6)
    }

    @Test func `a handler's answer is given again within the window, not after it`() throws {
        let pool = TestPool(.test { $0.dedupeWindow = 5000 })
        let worker = try pool.worker("w", .echo, credit: 5)
        let producer = pool.peer("p", .front)
        producer.request(1, .say, "x")
        worker.done(try worker.only(.task), "y", status: 3)
        _ = try producer.only(.response)
        pool.advance(by: 4000)
        producer.request(1, .say, "x")
        let again = try producer.only(.response)
        #expect((again.text, again.status) == ("y", 3))
        worker.nothing()
        pool.advance(by: 1500)
        producer.request(1, .say, "x")
        #expect(try worker.only(.task).number == 1)
        #expect(pool.census.keptBytes == 0)
    }

    @Test func `kept answers stay within their memory, the oldest are forgotten first`() throws {
        let pool = TestPool(.test { $0.dedupeReplies = 1000 })
        let worker = try pool.worker("w", .echo, credit: 50)
        let producer = pool.peer("p", .front)
        for number in 1...20 as ClosedRange<UInt64> {
            producer.request(number, .say)
            worker.done(try worker.only(.task))
        }
        producer.inbox.removeAll()
        #expect(pool.census.keptBytes <= 1000)
        producer.request(20, .say)
        _ = try producer.only(.response)
        producer.request(1, .say)
        #expect(try worker.only(.task).number == 1)
        #expect(pool.census.ids == 1000 / 112 + 1)
    }

    @Test func `an outcome of the broker's own is not remembered`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        producer.request(1, .say)
        #expect(try producer.only(.response).status == 14)
        let worker = try pool.worker("w", .echo, credit: 5)
        producer.request(1, .say, "other body", timeout: 50)
        pool.advance(by: 50)
        #expect(try producer.only(.response).status == 4)
        producer.request(1, .say, "third")
        let tasks = worker.take(.task)
        #expect(tasks.map(\.text) == ["other body", "third"])
        worker.term(tasks[1], status: 3)
        #expect(try producer.only(.response).status == 3)
        producer.request(1, .say, "fourth")
        #expect(worker.take(.task).map(\.text) == ["fourth"])
    }

    @Test func `CANCEL of one that joined leaves the others waiting`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 5)
        let peers = ["a", "b", "c"].map { pool.peer($0, .front) }
        for peer in peers { peer.request(1, .say, "x") }
        peers[0].cancel(1)
        #expect(try peers[0].only(.response).status == 1)
        peers[2].cancel(1)
        #expect(try peers[2].only(.response).status == 1)
        worker.done(try worker.only(.task), "y")
        #expect(try peers[1].only(.response).text == "y")
        peers[0].nothing()
        peers[2].nothing()
        #expect(pool.census.open == 0)
    }

    @Test func `a durable repeat is ACCEPTED as a duplicate once the first is on disk, whatever became of it`() throws {
        let pool = TestPool()
        let (first, second) = (pool.peer("p", .front), pool.peer("q", .front))
        pool.isJournalSlow = true
        first.request(1, .run, "x")
        second.request(1, .run, "x")
        first.request(1, .run, "x")
        second.request(1, .run, "y")
        #expect(try second.only(.response).status == 6)
        first.nothing()
        pool.isJournalSlow = false
        #expect(first.all().map { $0["duplicate"] } == [nil, "1"])
        #expect(second.all().map { $0["duplicate"] } == ["1"])
        let worker = try pool.worker("w", .jobs, credit: 1)
        let task = try worker.only(.task)
        second.request(1, .run, "x")
        #expect(try second.only(.accepted)["duplicate"] == "1")
        worker.done(task)
        second.request(1, .run, "x")
        #expect(try second.only(.accepted)["duplicate"] == "1")
        second.request(1, .run, "z")
        #expect(try second.only(.response).status == 6)
        pool.restart()
        let third = pool.peer("r", .front)
        third.request(1, .run, "x")
        #expect(try third.only(.accepted)["duplicate"] == "1")
        #expect(pool.census.requests == 0)
    }

    @Test func `a repeat that wants the RESPONSE, sent while the first goes to disk, takes no ACCEPTED from anyone`() throws {
        let pool = TestPool(.test { $0.window = 1 })
        let (first, second) = (pool.peer("p", .front), pool.peer("q", .front))
        pool.isJournalSlow = true
        first.request(1, .run, "x", .wantResponse)
        second.request(1, .run, "x", .wantResponse)
        pool.isJournalSlow = false
        #expect(try first.only(.accepted)["duplicate"] == nil)
        #expect(try second.only(.accepted)["duplicate"] == "1")
        #expect(pool.census.open == 0)
        let worker = try pool.worker("w", .jobs, credit: 1)
        worker.done(try worker.only(.task), "done")
        first.nothing()
        #expect(try second.only(.response).text == "done")
    }

    @Test func `a settled id is forgotten after the window`() throws {
        let pool = TestPool(.test { $0.dedupeWindow = 3000 })
        let worker = try pool.worker("w", .jobs, credit: 5)
        let producer = pool.peer("p", .front)
        producer.request(1, .run, "x")
        worker.done(try worker.only(.task))
        pool.advance(by: 3100)
        producer.inbox.removeAll()
        producer.request(1, .run, "another")
        #expect(try producer.only(.accepted)["duplicate"] == nil)
        #expect(try worker.only(.task).text == "another")
    }

    @Test func `an id repeated while its dead letter is replayed loses neither`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .jobs, credit: 5)
        let (producer, admin) = (pool.peer("p", .front), pool.peer("admin", .front))
        producer.request(1, .run, "x")
        worker.term(try worker.only(.task))
        producer.inbox.removeAll()
        pool.isJournalSlow = true
        admin.request(50, "trunkline.pool.v1.Admin/ReplayDead", #"{"service":"test.v1.Jobs","all":true}"#)
        producer.request(1, .run, "x")
        pool.isJournalSlow = false
        #expect(try admin.only(.response).json?["replayed"]?.integer == 1)
        #expect(try producer.only(.accepted)["duplicate"] == "1")
        let task = try worker.only(.task)
        producer.request(1, .run, "x")
        #expect(try producer.only(.accepted)["duplicate"] == "1")
        worker.nack(Arrived(Frame.bytes(Header(.task, id: .number(1), token: Token(delivery: 1, seal: 1)))))
        #expect(try worker.only(.error).status == 10)
        worker.done(task)
        #expect(pool.census.requests == 0 && pool.census.ids == 0)
    }

    @Test func `a dead letter that is replayed while a unary request has its id is delivered and settled`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .jobs, .echo, credit: 5)
        let (producer, admin) = (pool.peer("p", .front), pool.peer("admin", .front))
        producer.request(1, .run, "x")
        worker.term(try worker.only(.task))
        producer.request(1, .say, "y")
        let unary = try worker.only(.task)
        #expect(try admin.ask("ReplayDead", ["service": .string(.jobs), "all": true])["replayed"]?.integer == 1)
        let durable = try worker.only(.task)
        worker.done(unary, "answer")
        #expect(producer.take(.response).map(\.text) == ["answer"])
        worker.done(durable)
        producer.query(1)
        #expect(producer.take(.state).map { $0.json?["state"] } == ["settled"])
        #expect(pool.census.requests == 0 && pool.census.ids == 0)
    }
}
