import MessageBroker
import MessageWire
import Testing

/// wire.md §3, "Tee".
@Suite struct TeeTests {
    struct Scene {
        let pool: TestPool
        let producer: TestPeer
        let worker: TestPeer
        let book: TestPeer

        init(unary: (inout UnaryPolicy) -> Void = { _ in }, durable: (inout DurablePolicy) -> Void = { _ in }) throws {
            pool = TestPool(.with(unary: unary, durable: durable))
            producer = pool.peer("p", .front)
            worker = try pool.worker("w", .teed, "test.v1.Early", credit: 99)
            book = try pool.worker("book", .ledger, credit: 99)
        }
    }

    @Test func `the record has the REQUEST as received and the RESPONSE as sent, and what belongs to the exchange`() throws {
        let scene = try Scene()
        var frame = Frame.bytes(
            Header(.request, flags: .idempotent, timeout: 900, argument: 7, id: .number(1)), path: .route,
            entries: [("traceparent", "00-a-b-01"), ("tenant", "t"), ("ordering-key", "k"), ("z", "y")], Array("question".utf8))
        frame[40] = 0xEE
        scene.producer.send(frame)
        scene.pool.advance(by: 5)
        let task = try scene.worker.only(.task)
        scene.worker.done(task, "answer", status: 5)
        let response = try scene.producer.only(.response)
        let record = try scene.book.only(.task)
        #expect(record.path == "test.v1.Ledger/Record" && record.id != task.id && record.id.high >> 12 & 15 == 7)
        #expect(record["content-type"] == "application/tlp-exchange" && record["exchange-id"] == task.id.hex)
        #expect(record["deliveries"] == "1" && record["traceparent"] == "00-a-b-01" && record["tenant"] == "t" && record["ordering-key"] == "k")
        #expect(record["received-at"] == "1700000000000" && record["dispatched-at"] == "1700000000000" && record["ended-at"] == "1700000000005")
        let exchange = Frame.exchange(record.body)
        #expect(exchange.map(\.bytes) == [frame, response.bytes])
    }

    @Test func `a synced answer waits for the disk, an early one does not`() throws {
        let scene = try Scene()
        scene.pool.isJournalSlow = true
        scene.producer.request(1, .route)
        scene.producer.request(2, "test.v1.Early/Route")
        for task in scene.worker.take(.task) { scene.worker.done(task) }
        #expect(scene.producer.take(.response).map(\.number) == [2])
        scene.pool.advance(by: 900)
        scene.producer.nothing()
        scene.pool.isJournalSlow = false
        let response = try scene.producer.only(.response)
        #expect(response["teed"] == nil)
        #expect(scene.pool.counters.teeMisses == 0)
        #expect(scene.book.take(.task).count == 2)
    }

    @Test func `after one second, or at the deadline, the answer goes out with teed 0, and the record still arrives`() throws {
        let scene = try Scene()
        scene.pool.isJournalSlow = true
        scene.producer.request(1, .route, timeout: 10_000)
        scene.producer.request(2, .route, timeout: 300)
        for task in scene.worker.take(.task) { scene.worker.done(task, "x", entries: [("k", "v")]) }
        scene.pool.advance(by: 299)
        scene.producer.nothing()
        scene.pool.advance(by: 1)
        let first = try scene.producer.only(.response)
        #expect(first.number == 2 && first["teed"] == "0" && first["k"] == "v" && first.text == "x")
        scene.pool.advance(by: 699)
        scene.producer.nothing()
        scene.pool.advance(by: 1)
        #expect(try scene.producer.only(.response)["teed"] == "0")
        #expect(scene.pool.counters.teeMisses == 2)
        scene.book.nothing()
        scene.pool.isJournalSlow = false
        #expect(scene.book.take(.task).count == 2)
        scene.producer.nothing()
        scene.producer.request(1, .route, timeout: 10_000)
        #expect(try scene.producer.only(.response)["teed"] == nil)
    }

    @Test func `when the journal fails the answer goes out at once with teed 0`() throws {
        let scene = try Scene()
        scene.pool.failJournal()
        scene.producer.request(1, .route)
        scene.worker.done(scene.worker.take(.task)[0])
        #expect(try scene.producer.only(.response)["teed"] == "0")
        #expect(scene.pool.isDraining == true)
    }

    @Test func `every end is an exchange: worker loss, deadline, cancel, TERM, no worker`() throws {
        let scene = try Scene()
        for number in 1...4 as ClosedRange<UInt64> { scene.producer.request(number, .route, timeout: 1000) }
        let tasks = scene.worker.take(.task)
        scene.producer.cancel(1)
        scene.worker.term(tasks[1], status: 3)
        scene.pool.advance(by: 1000)
        scene.producer.request(5, .route)
        scene.worker.bye()
        scene.producer.request(6, .route)
        let records = scene.book.take(.task).compactMap { record in Frame.exchange(record.body).last.map { "\($0.number) \($0.status)" } }
        #expect(records.sorted() == ["1 1", "2 3", "3 4", "4 4", "5 14", "6 14"])
        let answers = scene.producer.take(.response)
        #expect(answers.map { "\($0.number) \($0.status)" }.sorted() == ["1 1", "2 3", "3 4", "4 4", "5 14", "6 14"])
    }

    @Test func `an exchange that was never sent has no dispatched-at`() throws {
        let scene = try Scene()
        scene.worker.bye()
        scene.producer.request(6, .route)
        let record = try scene.book.only(.task)
        #expect(record["dispatched-at"] == nil && record["deliveries"] == "0")
    }

    @Test func `refusals are no exchange, joined requests share one, a repeated answer makes none`() throws {
        let scene = try Scene { $0.maxQueue = 1 }
        let other = scene.pool.peer("q", .front)
        scene.producer.request(1, .route, "x")
        other.request(1, .route, "x")
        other.request(1, .route, "y")
        let task = try scene.worker.only(.task)
        scene.worker.done(task)
        other.request(1, .route, "x")
        #expect(other.take(.response).map(\.status) == [6, 0, 0])
        _ = try scene.pool.peer("admin", .front).ask("Pause", ["service": .string(.teed)])
        scene.producer.request(2, .route)
        #expect(scene.producer.take(.response).map(\.status) == [0, 9])
        #expect(scene.book.take(.task).count == 1)
    }

    @Test func `a teed service goes on when its record has no room, and counts the loss`() throws {
        let scene = try Scene { _ in } durable: { $0.maxQueueBytes = 400 }
        scene.book.bye()
        scene.producer.request(1, .route)
        scene.producer.request(2, .route, String(repeating: "x", count: 500))
        for task in scene.worker.take(.task) { scene.worker.done(task) }
        let answers = scene.producer.take(.response)
        #expect(answers.allSatisfy { $0.status == 0 } && answers.count == 2)
        #expect(answers.first { $0.number == 2 }?["teed"] == "0")
        #expect(scene.pool.counters.drops[Counters.Drop.teeRecord.rawValue] >= 1)
    }

    @Test func `a repeat while the answer waits for the disk joins it`() throws {
        let scene = try Scene()
        let other = scene.pool.peer("q", .front)
        scene.pool.isJournalSlow = true
        scene.producer.request(1, .route)
        scene.worker.done(try scene.worker.only(.task), "x")
        other.request(1, .route)
        scene.producer.cancel(1)
        other.nothing()
        scene.worker.bye()
        scene.pool.isJournalSlow = false
        #expect(try other.only(.response).text == "x")
        #expect(try scene.producer.only(.response).text == "x")
        #expect(scene.pool.census.open == 0 && scene.pool.census.records == 0)
    }
}
