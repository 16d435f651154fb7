import MessageBroker
import MessageWire
import Testing

/// wire.md §3, "Durable", and the tokens of §5.
@Suite struct DurableTests {
    struct Scene {
        let pool: TestPool
        let producer: TestPeer

        init(_ durable: (inout DurablePolicy) -> Void = { _ in }, change: (inout BrokerConfiguration) -> Void = { _ in }) {
            var configuration = BrokerConfiguration.with(durable: durable)
            change(&configuration)
            pool = TestPool(configuration)
            producer = pool.peer("p", .front)
        }

        func accept(_ id: UInt64, _ body: String = "", timeout: UInt32 = 0, _ flags: MessageFlags = [], entries: [(String, String)] = []) throws {
            producer.request(id, .run, body, flags, timeout: timeout, entries: entries)
            try #require(producer.take(.accepted).map(\.number) == [id])
        }

        func state(_ id: UInt64, _ location: SourceLocation = #_sourceLocation) throws -> JSON {
            let asker = pool.peer("asker", .front)
            asker.query(id)
            let state = try asker.only(.state, location)
            return state.status == 5 ? "unknown" : try #require(state.json, sourceLocation: location)
        }

        func dead() throws -> [JSON] {
            try pool.peer("admin", .front).ask("ListDead", ["service": .string(.jobs)])["dead"]?.array ?? []
        }
    }

    @Test func `ACCEPTED comes when it is on disk, and nobody sees the request before`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 1)
        scene.pool.isJournalSlow = true
        scene.producer.request(1, .run, "x", .durable)
        scene.pool.advance(by: 2000)
        scene.producer.nothing()
        worker.nothing()
        scene.pool.isJournalSlow = false
        let accepted = try scene.producer.only(.accepted)
        #expect(accepted["durability"] == "fsync" && accepted["duplicate"] == nil && accepted.path == "")
        let task = try worker.only(.task)
        #expect(task.header.flags == .durable && task.header.timeout == 30_000 && task.header.attempt == 1)
        worker.done(task)
        scene.producer.nothing()
        #expect(try scene.state(1)["state"] == "settled")
        #expect(scene.pool.census.requests == 0)
    }

    @Test func `what comes soon after a TASK lingers for company, and goes when the time is over`() throws {
        let scene = Scene { $0.linger = 5 }
        let worker = try scene.pool.worker("w", .jobs, credit: 9)
        try scene.accept(1)
        #expect(worker.take(.task).count == 1)
        scene.pool.advance(by: 2)
        try scene.accept(2)
        try scene.accept(3)
        scene.pool.advance(by: 2)
        worker.nothing()
        scene.pool.advance(by: 1)
        #expect(worker.take(.task).map(\.number) == [2, 3])
        scene.pool.advance(by: 5)
        try scene.accept(4)
        #expect(worker.take(.task).map(\.number) == [4])
    }

    @Test func `company enough lingers no longer`() throws {
        let scene = Scene { $0.linger = 1000 }
        let worker = try scene.pool.worker("w", .jobs, credit: 1000)
        try scene.accept(1)
        for id in 2...257 { try scene.accept(UInt64(id)) }
        #expect(worker.take(.task).count == 257)
    }

    @Test func `in memory ACCEPTED says so`() throws {
        let scene = Scene { _ in } change: { $0.durability = .memory }
        scene.producer.request(1, .run)
        #expect(try scene.producer.only(.accepted)["durability"] == "memory")
    }

    @Test func `WANT_RESPONSE brings one RESPONSE when it is settled or dead`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 9)
        try scene.accept(1, "", .wantResponse)
        try scene.accept(2, "", .wantResponse)
        try scene.accept(3)
        let tasks = worker.take(.task)
        worker.done(tasks[0], "result", entries: [("k", "v")])
        let response = try scene.producer.only(.response)
        #expect((response.status, response.text, response["k"]) == (0, "result", "v"))
        worker.term(tasks[1], status: 3, "no%20good")
        let dead = try scene.producer.only(.response)
        #expect((dead.status, dead.message) == (3, "no good"))
        worker.done(tasks[2])
        scene.producer.nothing()
    }

    @Test func `a retryable failure comes again after a growing delay, until it is dead`() throws {
        let scene = Scene { ($0.maxAttempts, $0.maxBackoff) = (5, 3000) }
        let worker = try scene.pool.worker("w", .jobs, credit: 9)
        try scene.accept(1)
        for (failures, wait) in [(1, 1000), (2, 2000), (3, 3000), (4, 3000)] as [(Int64, Int64)] {
            worker.done(try worker.only(.task), status: 14, entries: [("message", "later")])
            let state = try scene.state(1)
            #expect(state["state"] == "delayed" && state["failures"]?.integer == failures && state["last_status"]?.integer == 14)
            scene.pool.advance(by: wait - 1)
            worker.nothing()
            scene.pool.advance(by: 1)
        }
        let last = try worker.only(.task)
        #expect(last.header.attempt == 5 && last.header.flags.contains(.redelivered))
        worker.done(last, status: 14)
        let dead = try scene.dead()
        #expect(dead.count == 1 && dead[0]["failures"]?.integer == 5 && dead[0]["state"] == "dead")
        #expect(try listed(scene.pool, .jobs)["dead"]?.integer == 1)
    }

    @Test func `backoff varies by the jitter and no more`() throws {
        let scene = Scene { $0.jitter = 0.2 }
        let worker = try scene.pool.worker("w", .jobs, credit: 200)
        for number in 1...100 as ClosedRange<UInt64> { try scene.accept(number) }
        for task in worker.take(.task) { worker.done(task, status: 13) }
        scene.pool.advance(by: 799)
        worker.nothing()
        scene.pool.advance(by: 201)
        #expect(20..<80 ~= worker.take(.task).count)
        scene.pool.advance(by: 200)
        #expect(worker.take(.task).count > 20)
        #expect(try listed(scene.pool, .jobs)["delayed"]?.integer == 0)
    }

    @Test func `a failure that is not retryable is dead at once`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 9)
        try scene.accept(1)
        worker.done(try worker.only(.task), status: 3, entries: [("message", "bad%20phone")])
        let dead = try scene.dead()
        #expect(dead.first?["last_status"]?.integer == 3 && dead.first?["last_message"] == "bad phone")
    }

    @Test func `lost workers count apart, and the third kills the letter`() throws {
        let scene = Scene()
        try scene.accept(1)
        for losses in 1...3 as ClosedRange<Int64> {
            let worker = try scene.pool.worker("w", .jobs, credit: 1)
            let task = try worker.only(.task)
            #expect(Int64(task.header.attempt) == losses && task.header.flags.contains(.redelivered) == (losses > 1))
            worker.answersPing = false
            scene.pool.advance(by: 3500)
            #expect(try scene.state(1)["losses"]?.integer == losses)
            #expect(try scene.state(1)["failures"]?.integer == 0)
        }
        #expect(try scene.dead().count == 1)
    }

    @Test func `BYE and NACK give leases back uncounted`() throws {
        let scene = Scene()
        try scene.accept(1)
        for attempt in 1...6 as ClosedRange<UInt8> {
            let worker = try scene.pool.worker("w", .jobs, credit: 1)
            let task = try worker.only(.task)
            #expect(task.header.attempt == attempt)
            if attempt % 2 == 0 { worker.nack(task) }
            worker.bye()
        }
        let state = try scene.state(1)
        #expect(state["state"] == "ready" && state["losses"]?.integer == 0 && state["failures"]?.integer == 0 && state["attempts"]?.integer == 6)
    }

    @Test func `a NACK with a delay waits, and has failed nothing`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 9)
        try scene.accept(1)
        worker.nack(try worker.only(.task), after: 5000)
        #expect(try scene.state(1)["state"] == "delayed")
        scene.pool.advance(by: 4999)
        worker.nothing()
        scene.pool.advance(by: 1)
        #expect(try worker.only(.task).header.attempt == 2)
    }

    @Test func `a lease that runs out is revoked and goes to another; PROGRESS starts it again`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 1)
        try scene.accept(1)
        let task = try worker.only(.task)
        scene.pool.advance(by: 29_000)
        worker.say(.progress, task)
        scene.pool.advance(by: 29_999)
        worker.nothing()
        let other = try scene.pool.worker("v", .jobs, credit: 1)
        scene.pool.advance(by: 1)
        #expect(try worker.only(.revoke).header.token == task.header.token)
        #expect(try other.only(.task).header.attempt == 2)
        #expect(try scene.state(1)["losses"]?.integer == 1)
        worker.say(.progress, task)
        #expect(try worker.only(.error).status == 10)
    }

    @Test func `an expired time to live is dead at once, ready, delayed or behind its key`() throws {
        let scene = Scene()
        try scene.accept(1, timeout: 1000)
        try scene.accept(2, timeout: 5000, entries: [("ordering-key", "k")])
        try scene.accept(3, timeout: 1000, entries: [("ordering-key", "k")])
        scene.pool.advance(by: 1000)
        #expect(try scene.dead().map { $0["reason"] } == ["expired", "expired"])
        let worker = try scene.pool.worker("w", .jobs, credit: 5)
        let task = try worker.only(.task)
        #expect(task.number == 2)
        worker.nack(task, after: 60_000)
        scene.pool.advance(by: 4000)
        #expect(try scene.dead().count == 3)
        #expect(scene.pool.census.requests == 0 && scene.pool.census.keys == 0)
    }

    @Test func `an expired one is not sent, even if credit comes before the timer`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs)
        for number in 1...300 as ClosedRange<UInt64> { try scene.accept(number, timeout: 1000) }
        try scene.accept(301)
        scene.pool.oversleep(by: 1500)
        try worker.credit(.jobs, 5)
        scene.pool.advance(by: 1)
        #expect(worker.take(.task).map(\.number) == [301])
        #expect(try listed(scene.pool, .jobs)["dead"]?.integer == 300)
    }

    @Test func `a lease outlives the time to live, and a loss after it is dead`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 5)
        try scene.accept(1, timeout: 1000)
        let task = try worker.only(.task)
        scene.pool.advance(by: 5000)
        #expect(try scene.state(1)["state"] == "leased")
        worker.nack(task)
        scene.pool.advance(by: 1)
        #expect(worker.take(.task).isEmpty)
        #expect(try scene.dead().count == 1)
    }

    @Test func `a late DONE settles whatever state the request is in`() throws {
        let scene = Scene()
        let slow = try scene.pool.worker("slow", .jobs, credit: 9)
        // Leased to another.
        try scene.accept(1)
        let first = try slow.only(.task)
        slow.nack(first, after: 100)
        slow.send(Header(.drain))
        let other = try scene.pool.worker("other", .jobs, credit: 1)
        scene.pool.advance(by: 100)
        let again = try other.only(.task)
        slow.inbox.removeAll()
        slow.done(first)
        #expect(try other.only(.revoke).header.token == again.header.token)
        #expect(try scene.state(1)["state"] == "settled")
        // Ready.
        try scene.accept(2)
        try other.credit(.jobs, 2)
        let second = try other.only(.task)
        other.nack(second)
        slow.done(second)
        #expect(try scene.state(2)["state"] == "settled")
        // Dead.
        try scene.accept(3)
        try other.credit(.jobs, 3)
        let third = try other.only(.task)
        other.term(third)
        #expect(try listed(scene.pool, .jobs)["dead"]?.integer == 1)
        slow.done(third)
        #expect(try scene.state(3)["state"] == "settled")
        #expect(try listed(scene.pool, .jobs)["dead"]?.integer == 0)
        #expect(scene.pool.counters.settled == 3)
    }

    @Test func `a late DONE with a failure, or with a foreign token, is dropped`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 1)
        try scene.accept(1)
        let task = try worker.only(.task)
        worker.nack(task, after: 1000)
        worker.done(task, status: 13)
        var forged = task.header
        forged.type = .done
        forged.token.seal ^= 1
        worker.send(forged)
        forged = Header(.done, id: .number(2), token: task.header.token)
        worker.send(forged)
        #expect(try scene.state(1)["state"] == "delayed")
        #expect(scene.pool.counters.drops[Counters.Drop.lateDone.rawValue] == 3)
    }

    @Test func `a token outlives a restart, and its DONE still settles`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 1)
        try scene.accept(1)
        let task = try worker.only(.task)
        scene.pool.restart()
        let again = try scene.pool.worker("w", .jobs)
        #expect(try scene.state(1)["state"] == "ready")
        again.done(task)
        #expect(try scene.state(1)["state"] == "settled")
        again.nothing()
    }

    @Test func `after a restart leases are over, REDELIVERED and uncounted, and delays go on`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 2)
        try scene.accept(1)
        try scene.accept(2)
        try scene.accept(3)
        worker.done(worker.take(.task)[1], status: 13)
        scene.pool.restart(downFor: 400)
        #expect(try scene.state(2)["state"] == "delayed")
        let again = try scene.pool.worker("w", .jobs, credit: 9)
        let tasks = again.take(.task)
        #expect(tasks.map(\.number) == [1, 3])
        #expect(tasks.allSatisfy { $0.header.flags.contains(.redelivered) })
        #expect(try scene.state(1)["losses"]?.integer == 0)
        scene.pool.advance(by: 590)
        again.nothing()
        scene.pool.advance(by: 20)
        let delayed = try again.only(.task)
        #expect(delayed.number == 2 && delayed.header.attempt == 2)
        for task in tasks + [delayed] { again.done(task) }
        #expect(scene.pool.census.requests == 0 && scene.pool.census.queuedBytes == 0)
    }

    @Test func `CANCEL settles what waits, leaves what is out, and is answered by STATE either way`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 1)
        try scene.accept(1)
        try scene.accept(2)
        let anyone = scene.pool.peer("anyone", .front)
        anyone.cancel(1)
        #expect(try anyone.only(.state).json?["state"] == "leased")
        anyone.cancel(2)
        let state = try anyone.only(.state)
        #expect(state.json?["state"] == "settled" && state.json?["last_status"]?.integer == 1)
        anyone.cancel(2)
        #expect(try anyone.only(.state).json?["state"] == "settled")
        worker.done(try worker.only(.task))
        try worker.credit(.jobs, 5)
        worker.nothing()
        #expect(scene.pool.census.requests == 0)
    }

    @Test func `QUERY of an unknown or a unary id is NOT_FOUND`() throws {
        let scene = Scene()
        scene.producer.query(77)
        #expect(try scene.producer.only(.state).status == 5)
        _ = try scene.pool.worker("w", .echo)
        scene.producer.request(1, .say)
        scene.producer.query(1)
        #expect(try scene.producer.only(.state).status == 5)
    }

    @Test func `PARTs of durable requests are dropped`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 1)
        try scene.accept(1, "", .wantResponse)
        worker.part(try worker.only(.task), number: 0, "a")
        scene.producer.nothing()
        #expect(scene.pool.counters.drops[Counters.Drop.streamedDurable.rawValue] == 1)
    }

    @Test func `a reply over the limit is a failure that is not retried`() throws {
        let scene = Scene { _ in } change: { $0.maxBody = 10 }
        let worker = try scene.pool.worker("w", .jobs, credit: 1)
        try scene.accept(1)
        worker.done(try worker.only(.task), "elevenbytes")
        let dead = try scene.dead()
        #expect(dead.first?["last_status"]?.integer == 8 && dead.first?["failures"]?.integer == 1)
    }

    @Test func `the most free credit gets the next one`() throws {
        let scene = Scene()
        let a = try scene.pool.worker("a", .jobs, credit: 3)
        let b = try scene.pool.worker("b", .jobs, credit: 5)
        for number in 1...4 as ClosedRange<UInt64> { try scene.accept(number) }
        #expect((a.inbox.count, b.inbox.count) == (1, 3))
    }

    @Test func `dead letters are listed oldest first in pages, read, replayed and purged`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 99)
        for number in 1...5 as ClosedRange<UInt64> { try scene.accept(number, "body\(number)", entries: [("tenant", "t")]) }
        for task in worker.take(.task) { worker.term(task) }
        let admin = scene.pool.peer("admin", .front)
        let page = try admin.ask("ListDead", ["service": .string(.jobs), "limit": 2])
        #expect(page["dead"]?.array?.map { $0["request_id"]?.string } == [1, 2].map { RequestID.number($0).hex })
        let next = try admin.ask("ListDead", ["service": .string(.jobs), "limit": 9, "after": page["next"] ?? .null])
        #expect(next["dead"]?.array?.count == 3 && next["next"] == nil)
        let letter = try admin.ask("ReadDead", ["request_id": .string(RequestID.number(3).hex)])
        #expect(letter["body"] == "Ym9keTM=" && letter["metadata"]?["tenant"] == "t")
        #expect(try admin.ask("ReplayDead", ["service": .string(.jobs), "ids": [.string(RequestID.number(2).hex)]])["replayed"]?.integer == 1)
        let task = try worker.only(.task)
        #expect(task.number == 2 && task.header.attempt == 2 && task.header.flags.contains(.redelivered) && task.text == "body2")
        #expect(try scene.state(2)["failures"]?.integer == 0)
        worker.done(task)
        #expect(try admin.ask("PurgeDead", ["service": .string(.jobs), "ids": [.string(RequestID.number(1).hex)]])["purged"]?.integer == 1)
        #expect(try scene.state(1)["reason"] == "purged" && scene.state(1)["state"] == "settled")
        #expect(try admin.ask("ReplayDead", ["service": .string(.jobs), "all": true])["replayed"]?.integer == 3)
        #expect(worker.take(.task).map(\.number) == [3, 4, 5])
        #expect(try listed(scene.pool, .jobs)["dead"]?.integer == 0)
    }

    @Test func `dead letters stay dead over a restart, and are counted`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, credit: 1)
        try scene.accept(1)
        worker.term(try worker.only(.task))
        scene.pool.restart()
        #expect(try listed(scene.pool, .jobs)["dead"]?.integer == 1)
        _ = try scene.pool.worker("w", .jobs, credit: 1)
        #expect(try scene.dead().count == 1)
    }

    @Test func `paused it is accepted and waits, and Resume sends it`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .jobs, .echo, credit: 5)
        let admin = scene.pool.peer("admin", .front)
        #expect(try admin.ask("Pause", ["service": .string(.jobs)])["paused"]?.bool == true)
        _ = try admin.ask("Pause", ["service": .string(.echo)])
        try scene.accept(1)
        scene.producer.request(2, .say)
        let refusal = try scene.producer.only(.response)
        #expect(refusal.status == 9 && 1..<0xFFFF_FFFF ~= refusal.header.timeout)
        worker.nothing()
        #expect(try admin.ask("Explain", ["service": .string(.jobs)])["reasons"]?.array?.contains("paused") == true)
        _ = try admin.ask("Resume", ["service": .string(.jobs)])
        #expect(try worker.only(.task).number == 1)
    }

    @Test func `a journal that fails refuses what waits for it and what comes after, and answers who asked`() throws {
        let scene = Scene()
        let admin = scene.pool.peer("admin", .front)
        scene.pool.isJournalSlow = true
        scene.pool.failJournal()
        scene.producer.request(1, .run)
        admin.request(5, "trunkline.pool.v1.Admin/ListDead", #"{"service":"test.v1.Jobs"}"#)
        admin.query(3)
        scene.pool.isJournalSlow = false
        #expect(try scene.producer.only(.response).status == 14)
        #expect(admin.take(.response).map(\.status) == [14])
        scene.producer.request(2, .run)
        #expect(try scene.producer.only(.response).status == 14)
        admin.request(6, "trunkline.pool.v1.Admin/GetRequest", #"{"request_id":"01900000000070000000000000000001"}"#)
        #expect(admin.take(.response).map(\.status) == [14])
        #expect(scene.pool.hasFailed)
        let census = scene.pool.census
        #expect((census.requests, census.ids, census.open, census.queuedBytes, census.inquiries) == (0, 0, 0, 0, 0))
    }
}
