import MessageBroker
import MessageWire
import Testing

/// wire.md §3, "Order" and "Fan-out".
@Suite struct OrderTests {
    private func key(_ key: String, _ priority: String? = nil) -> [(String, String)] {
        [("ordering-key", key)] + (priority.map { [("priority", $0)] } ?? [])
    }

    @Test func `a lower priority number goes first, equals in order of acceptance`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        for (number, priority) in [(1, "3"), (2, nil), (3, "0"), (4, "2"), (5, "1"), (6, "0")] as [(UInt64, String?)] {
            producer.request(number, .run, entries: priority.map { [("priority", $0)] } ?? [])
        }
        let worker = try pool.worker("w", .jobs, credit: 9)
        #expect(worker.take(.task).map(\.number) == [3, 6, 5, 2, 4, 1])
    }

    @Test func `one key goes one at a time in order of acceptance, above priority; other keys pass`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        producer.request(1, .run, entries: key("a", "3"))
        producer.request(2, .run, entries: key("a", "0"))
        producer.request(3, .run, entries: key("b", "3"))
        producer.request(4, .run, entries: key("a"))
        let worker = try pool.worker("w", .jobs, credit: 9)
        let tasks = worker.take(.task)
        #expect(tasks.map(\.number) == [1, 3])
        worker.done(tasks[0])
        worker.done(try worker.only(.task))
        #expect(try worker.only(.task).number == 4)
        #expect(pool.census.keys == 2)
    }

    @Test func `a delayed one holds its key, a dead or cancelled one releases it`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        for number in 1...3 as ClosedRange<UInt64> { producer.request(number, .run, entries: key("a")) }
        let worker = try pool.worker("w", .jobs, credit: 9)
        worker.nack(try worker.only(.task), after: 500)
        worker.nothing()
        pool.advance(by: 500)
        worker.term(try worker.only(.task))
        let second = try worker.only(.task)
        #expect(second.number == 2)
        worker.nack(second, after: 500)
        producer.cancel(2)
        #expect(try worker.only(.task).number == 3)
    }

    @Test func `a replayed one goes to the end of its key`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        for number in 1...3 as ClosedRange<UInt64> { producer.request(number, .run, entries: key("a")) }
        let worker = try pool.worker("w", .jobs, credit: 1)
        worker.term(try worker.only(.task))
        _ = try pool.peer("admin", .front).ask("ReplayDead", ["service": .string(.jobs), "all": true])
        try worker.credit(.jobs, 9)
        var order: [UInt64] = []
        while let task = worker.take(.task).first {
            order.append(task.number)
            worker.done(task)
        }
        #expect(order == [2, 3, 1])
    }

    @Test func `a delayed one holds its key over a restart`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        producer.request(1, .run, entries: key("a"))
        producer.request(2, .run, entries: key("a"))
        let worker = try pool.worker("w", .jobs, credit: 9)
        worker.done(try worker.only(.task), status: 14)
        pool.restart()
        let again = try pool.worker("w", .jobs, credit: 9)
        again.nothing()
        pool.advance(by: 1000)
        let task = try again.only(.task)
        #expect(task.number == 1)
        again.done(task)
        #expect(try again.only(.task).number == 2)
    }

    @Test func `what comes back goes before what was accepted after it`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        for number in 1...4 as ClosedRange<UInt64> { producer.request(number, .run) }
        let worker = try pool.worker("w", .jobs, credit: 2)
        worker.bye()
        let again = try pool.worker("w", .jobs, credit: 9)
        #expect(again.take(.task).map(\.number) == [1, 2, 3, 4])
    }

    @Test func `tenants share a service, whatever one of them sends`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        for number in 1...60 as ClosedRange<UInt64> { producer.request(number, .run, entries: [("tenant", "greedy")]) }
        for number in 101...110 as ClosedRange<UInt64> { producer.request(number, .run, entries: [("tenant", "small")]) }
        let worker = try pool.worker("w", .jobs, credit: 20)
        let small = worker.take(.task).filter { $0.number > 100 }.map(\.number)
        #expect(small == Array(101...110))
    }

    @Test func `tenants share by bytes: large requests of one wait for small ones of another`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let large = String(repeating: "x", count: 160 * 1024)
        for number in 1...10 as ClosedRange<UInt64> { producer.request(number, .run, large, entries: [("tenant", "large")]) }
        for number in 101...140 as ClosedRange<UInt64> { producer.request(number, .run, entries: [("tenant", "small")]) }
        let worker = try pool.worker("w", .jobs, credit: 24)
        #expect(worker.take(.task).count { $0.number > 100 } >= 20)
    }

    @Test func `a request that is fanned out reaches each service under its own path, and is settled when all are`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let (a, b) = (try pool.worker("a", .ledger, credit: 5), try pool.worker("b", .second, credit: 5))
        producer.request(1, .publish, "event", .wantResponse)
        _ = try producer.only(.accepted)
        let (first, second) = (try a.only(.task), try b.only(.task))
        #expect((first.path, second.path) == ("test.v1.Ledger/Publish", "test.v1.Second/Publish"))
        #expect((first.text, second.text) == ("event", "event"))
        #expect(first.header.token != second.header.token)
        a.done(first, "one")
        producer.nothing()
        producer.query(1)
        #expect(try producer.only(.state).json?["state"] == "leased")
        b.done(second, status: 13)
        pool.advance(by: 1000)
        b.done(try b.only(.task), "two")
        #expect(try producer.only(.response).status == 0)
        producer.query(1)
        #expect(try producer.only(.state).json?["state"] == "settled")
        producer.request(1, .publish, "event")
        #expect(try producer.only(.accepted)["duplicate"] == "1")
        a.nothing()
    }

    @Test func `a DONE that comes late says nothing of another service's delivery`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let both = try pool.worker("both", .ledger, .second, credit: 1)
        producer.request(1, .publish, "event")
        let tasks = both.take(.task)
        let record = try #require(tasks.first { $0.path.hasPrefix(.ledger) })
        both.nack(try #require(tasks.first { $0.path.hasPrefix(.second) }), after: 500)
        both.done(record)
        // Once more, as after a broken connection; then while the other is dead.
        both.done(record)
        #expect(try listed(pool, .second)["delayed"]?.integer == 1)
        pool.advance(by: 500)
        try both.credit(.second, 2)
        both.term(try both.only(.task))
        both.done(record)
        #expect(try listed(pool, .second)["dead"]?.integer == 1)
        pool.restart()
        let again = try pool.worker("both", .ledger, .second, credit: 1)
        again.done(record)
        #expect(try listed(pool, .second)["dead"]?.integer == 1)
    }

    @Test func `one dead delivery makes the outcome, said once`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let (a, b) = (try pool.worker("a", .ledger, credit: 5), try pool.worker("b", .second, credit: 5))
        producer.request(1, .publish, "event", .wantResponse)
        _ = try producer.only(.accepted)
        a.term(try a.only(.task), status: 3)
        #expect(try producer.only(.response).status == 3)
        b.done(try b.only(.task))
        producer.nothing()
        #expect(try listed(pool, .ledger)["dead"]?.integer == 1)
        #expect(try listed(pool, .second)["dead"]?.integer == 0)
    }

    @Test func `a request of which one delivery is dead is dead, whichever it is`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        for (id, service) in [(1, String.ledger), (2, .second)] as [(UInt64, String)] {
            producer.request(id, .publish, "event")
            let worker = try pool.worker("w", .ledger, .second, credit: 5)
            for task in worker.take(.task) {
                if task.path.hasPrefix(service) { worker.term(task) } else { worker.done(task) }
            }
            producer.inbox.removeAll()
            producer.query(id)
            let state = try producer.only(.state).json
            #expect(state?["state"] == "dead" && state?["service"]?.string == service)
        }
    }

    @Test func `who asks last is told, whichever delivery ends first`() throws {
        let pool = TestPool()
        let (first, second) = (pool.peer("p", .front), pool.peer("q", .front))
        let (a, b) = (try pool.worker("a", .ledger, credit: 5), try pool.worker("b", .second, credit: 5))
        first.request(1, .publish, "event", .wantResponse)
        second.request(1, .publish, "event", .wantResponse)
        a.done(try a.only(.task))
        b.done(try b.only(.task), "end")
        #expect(first.all().map(\.type) == [.accepted])
        #expect(second.all().map(\.type) == [.accepted, .response])
    }

    @Test func `only the deliveries that are not over come back after a restart`() throws {
        let pool = TestPool()
        let producer = pool.peer("p", .front)
        let a = try pool.worker("a", .ledger, credit: 5)
        producer.request(1, .publish, "event")
        a.done(try a.only(.task))
        pool.restart()
        let again = try pool.worker("a", .ledger, .second, credit: 5)
        let task = try again.only(.task)
        #expect(task.path == "test.v1.Second/Publish")
        again.done(task)
        #expect(pool.census.requests == 0 && pool.census.ids == 0)
    }

    @Test func `a fanned-out service is as full as the fullest it fans out to`() throws {
        let pool = TestPool(.with(durable: { $0.maxQueue = 2 }))
        let producer = pool.peer("p", .front)
        for number in 1...3 as ClosedRange<UInt64> { producer.request(number, .publish) }
        #expect(producer.take(.accepted).map(\.number) == [1, 2])
        #expect(producer.take(.response).map(\.status) == [8])
    }

    @Test func `a path or metadata that the longer name would push over the limit is refused, not lost`() throws {
        let pool = TestPool(.test {
            var policy = DurablePolicy()
            policy.fanOut = [.ledger, .second]
            $0.services["ev"] = .durable(policy)
        })
        let producer = pool.peer("p", .front)
        let room = Metadata.maximumSize - 1 - "ev/Publish".utf8.count - 3 - "filler-".utf8.count
        producer.request(1, "ev/Publish", entries: [("filler-", String(repeating: "x", count: room))])
        let response = try producer.only(.response)
        #expect((response.status, response.header.timeout) == (8, 0xFFFF_FFFF))
        producer.request(2, "ev/" + String(repeating: "m", count: 245))
        #expect(try producer.only(.response).status == 8)
        producer.request(3, "ev/Publish", entries: [("filler-", String(repeating: "x", count: room - 12))])
        _ = try producer.only(.accepted)
        let worker = try pool.worker("a", .ledger, .second, credit: 5)
        #expect(worker.take(.task).map(\.number) == [3, 3])
    }
}
