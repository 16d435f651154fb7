import MessageBroker
import MessageWire
import Testing

/// wire.md §3, "Unary": in memory, a deadline always, exactly one RESPONSE.
@Suite struct UnaryTests {
    struct Scene {
        let pool: TestPool
        let producer: TestPeer

        init(_ unary: (inout UnaryPolicy) -> Void = { _ in }, change: (inout BrokerConfiguration) -> Void = { _ in }) {
            var configuration = BrokerConfiguration.with(unary: unary)
            change(&configuration)
            pool = TestPool(configuration)
            producer = pool.peer("p", .front)
        }
    }

    @Test func `a request reaches a worker as TASK, and its DONE comes back as RESPONSE, metadata and body unchanged`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 1)
        scene.producer.request(
            1, .say, "question", [.idempotent, .waitForReady], timeout: 3000,
            entries: [("content-type", "text/plain"), ("x", "1"), ("x", "2"), ("data-bin", "\u{1}")])
        let task = try worker.only(.task)
        #expect((task.path, task.text, task.header.timeout, task.header.attempt) == (.say, "question", 3000, 1))
        #expect(task.header.flags == [.idempotent, .waitForReady])
        #expect(task.entries.map { "\($0)=\($1)" } == ["content-type=text/plain", "x=1", "x=2", "data-bin=\u{1}"])
        #expect(task.header.token != .zero)
        scene.pool.advance(by: 10)
        worker.send(
            Header(.done, status: 5, timeout: 77, id: task.id, token: task.header.token), path: "ignored/Here", entries: [("message", "gone"), ("y", "3")],
            Array("answer".utf8))
        let response = try scene.producer.only(.response)
        #expect((response.status, response.text, response.path, response.header.timeout) == (5, "answer", "", 77))
        #expect(response.entries.map { "\($0)=\($1)" } == ["message=gone", "y=3"])
        #expect(response.header.token == .zero)
        worker.nothing()
    }

    @Test func `a DONE status above sixteen is UNKNOWN`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 1)
        scene.producer.request(1, .say)
        worker.done(try worker.only(.task), status: 200)
        #expect(try scene.producer.only(.response).status == 2)
    }

    @Test(arguments: ["no.Such/Method", "noslash", "test.v1.Echo", "trunkline.pool.v1.Other/X"])
    func `an unknown service is UNIMPLEMENTED and not to be tried again`(_ path: String) throws {
        let scene = Scene()
        scene.producer.request(1, path)
        let response = try scene.producer.only(.response)
        #expect((response.status, response.header.timeout) == (12, 0xFFFF_FFFF))
    }

    @Test func `DURABLE to a unary service is refused for good`() throws {
        let scene = Scene()
        scene.producer.request(1, .say, "", .durable)
        let response = try scene.producer.only(.response)
        #expect((response.status, response.header.timeout) == (9, 0xFFFF_FFFF))
    }

    @Test func `a body over the limit is refused for good, one at the limit is not`() throws {
        let scene = Scene { _ in } change: { $0.maxBody = 100 }
        let worker = try scene.pool.worker("w", .echo, credit: 3)
        scene.producer.request(1, .say, String(repeating: "x", count: 101))
        let response = try scene.producer.only(.response)
        #expect((response.status, response.header.timeout) == (8, 0xFFFF_FFFF))
        scene.producer.request(1, .say, String(repeating: "x", count: 100))
        worker.done(try worker.only(.task), String(repeating: "y", count: 101))
        #expect(try scene.producer.only(.response).status == 8)
    }

    @Test func `without workers it is UNAVAILABLE at once, or waits where it said so`() throws {
        let scene = Scene()
        scene.producer.request(1, .say)
        let response = try scene.producer.only(.response)
        #expect((response.status, response.header.timeout) == (14, 0))
        scene.producer.request(2, .say, "", .waitForReady)
        scene.producer.nothing()
        let worker = try scene.pool.worker("w", .echo, credit: 1)
        #expect(try worker.only(.task).number == 2)
    }

    @Test func `a worker without credit is a worker: requests wait for it`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo)
        scene.producer.request(1, .say)
        scene.producer.nothing()
        try worker.credit(.echo, 1)
        #expect(try worker.only(.task).number == 1)
    }

    @Test func `when the last worker goes, those that did not say they would wait are told`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo)
        scene.producer.request(1, .say)
        scene.producer.request(2, .say, "", .waitForReady)
        worker.bye()
        let response = try scene.producer.only(.response)
        #expect((response.number, response.status) == (1, 14))
    }

    @Test func `expired in the queue it is never dispatched, even if credit comes before the timer`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo)
        scene.producer.request(1, .say, timeout: 100)
        scene.producer.request(2, .say, timeout: 50)
        scene.pool.advance(by: 60)
        #expect(scene.producer.take(.response).map(\.number) == [2])
        scene.pool.oversleep(by: 60)
        try worker.credit(.echo, 5)
        scene.pool.advance(by: 1)
        let response = try scene.producer.only(.response)
        #expect((response.number, response.status) == (1, 4))
        #expect(worker.take(.task).isEmpty)
    }

    @Test func `expired at the worker it is DEADLINE_EXCEEDED and REVOKE, and a DONE after that is dropped`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 1)
        scene.producer.request(1, .say, timeout: 100)
        let task = try worker.only(.task)
        scene.pool.advance(by: 99)
        scene.producer.nothing()
        scene.pool.advance(by: 1)
        #expect(try scene.producer.only(.response).status == 4)
        let revoke = try worker.only(.revoke)
        #expect(revoke.number == 1 && revoke.header.token == task.header.token)
        worker.done(task)
        worker.nothing()
        scene.producer.nothing()
        #expect(scene.pool.counters.drops[Counters.Drop.lateDone.rawValue] == 1)
    }

    @Test func `no timeout means the service's default, and a longer one than allowed is cut`() throws {
        let scene = Scene { ($0.defaultTimeout, $0.maxTimeout) = (300, 400) }
        let worker = try scene.pool.worker("w", .echo, credit: 2)
        scene.producer.request(1, .say)
        scene.producer.request(2, .say, timeout: 0xFFFF_FFFF)
        #expect(worker.take(.task).map(\.header.timeout) == [300, 400])
    }

    @Test func `an idempotent request of a lost worker goes first to another, once, REDELIVERED`() throws {
        let scene = Scene()
        let first = try scene.pool.worker("a", .echo, credit: 1)
        scene.producer.request(1, .say, "", .idempotent)
        scene.producer.request(2, .say, "", .idempotent)
        let lost = try first.only(.task)
        let second = try scene.pool.worker("b", .echo)
        first.bye()
        scene.producer.nothing()
        try second.credit(.echo, 2)
        let tasks = second.take(.task)
        #expect(tasks.map(\.number) == [1, 2])
        #expect(tasks[0].header.attempt == 2 && tasks[0].header.flags.contains(.redelivered))
        #expect(!tasks[1].header.flags.contains(.redelivered))
        #expect(tasks[0].header.token != lost.header.token)
        second.bye()
        #expect(scene.producer.take(.response).map(\.status) == [14, 14])
    }

    @Test func `what was sent to a lost worker and is not idempotent is UNAVAILABLE`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("a", .echo, credit: 1)
        _ = try scene.pool.worker("b", .echo)
        scene.producer.request(1, .say)
        worker.bye()
        #expect(try scene.producer.only(.response).status == 14)
    }

    @Test func `a TASK that could not be sent goes to another worker, idempotent or not, as the first attempt`() throws {
        let scene = Scene()
        let gone = try scene.pool.worker("a", .echo, credit: 1)
        gone.state = .gone
        scene.producer.request(1, .say, "", .waitForReady)
        scene.producer.nothing()
        let other = try scene.pool.worker("b", .echo, credit: 1)
        let task = try other.only(.task)
        #expect(task.header.attempt == 1 && !task.header.flags.contains(.redelivered))
    }

    @Test func `all that could not be sent goes to others, not only the first, and none of it is lost with its worker`() throws {
        let scene = Scene()
        let gone = try [scene.pool.worker("a", .echo, .jobs), scene.pool.worker("b", .echo, .jobs)]
        for id in 1...4 as ClosedRange<UInt64> { scene.producer.request(id, id < 3 ? .say : .run, "", id < 3 ? .waitForReady : []) }
        #expect(scene.producer.take(.accepted).count == 2)
        for peer in gone {
            peer.state = .gone
            for service in [String.echo, .jobs] { try peer.credit(service, 9) }
        }
        scene.producer.nothing()
        let other = try scene.pool.worker("c", .echo, .jobs, credit: 9)
        let tasks = other.take(.task)
        #expect(tasks.map(\.number).sorted() == [1, 2, 3, 4])
        #expect(tasks.allSatisfy { $0.header.attempt == 1 && !$0.header.flags.contains(.redelivered) })
        for id in [3, 4] as [UInt64] {
            let told = try scene.pool.peer("asker", .front).ask("GetRequest", ["request_id": .string(RequestID.number(id).hex)])
            #expect(told["losses"]?.integer == 0)
        }
    }

    @Test func `NACK brings it again after the delay, within the deadline`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 9)
        scene.producer.request(1, .say, timeout: 1000)
        worker.nack(try worker.only(.task), after: 200)
        scene.pool.advance(by: 199)
        worker.nothing()
        scene.pool.advance(by: 1)
        let again = try worker.only(.task)
        #expect((again.header.attempt, again.header.timeout) == (2, 800))
        worker.nack(again)
        let third = try worker.only(.task)
        worker.nack(third, after: 5000)
        scene.pool.advance(by: 800)
        #expect(try scene.producer.only(.response).status == 4)
    }

    @Test func `TERM answers with its status, INTERNAL if none`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 9)
        scene.producer.request(1, .say)
        worker.term(try worker.only(.task), status: 3, "bad%20thing")
        let response = try scene.producer.only(.response)
        #expect((response.status, response["message"]) == (3, "bad%20thing"))
        scene.producer.request(2, .say)
        worker.term(try worker.only(.task))
        #expect(try scene.producer.only(.response).status == 13)
    }

    @Test func `NACK, TERM, PART and PROGRESS without the lease are told so`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 2)
        scene.producer.request(1, .say)
        let task = try worker.only(.task)
        worker.nack(task)
        let present = try worker.only(.task)
        for type in [MessageType.nack, .term, .part, .progress] {
            worker.say(type, task)
            let error = try worker.only(.error)
            #expect((error.status, error.number) == (10, 1))
            #expect(error.header.token == task.header.token)
        }
        worker.say(.progress, present)
        worker.nothing()
    }

    @Test func `parts are forwarded in order, repetitions and gaps are not, and RESPONSE counts them`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 1)
        scene.producer.request(1, .say, "", .idempotent)
        let task = try worker.only(.task)
        worker.part(task, number: 0, "a")
        worker.part(task, number: 0, "a")
        worker.part(task, number: 2, "c")
        worker.part(task, number: 1, "b", isLast: true)
        let parts = scene.producer.take(.partOut)
        #expect(parts.map(\.text) == ["a", "b"])
        #expect(parts.map { $0.header.flags.contains(.last) } == [false, true])
        #expect(parts.map(\.header.argument) == [0, 1])
        worker.done(task)
        let response = try scene.producer.only(.response)
        #expect(response.header.argument == 2)
        scene.producer.request(1, .say, "", .idempotent)
        #expect(try scene.producer.only(.response).status == 6)
    }

    @Test func `a request with a part on its way is not given to another worker`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("a", .echo, credit: 1)
        _ = try scene.pool.worker("b", .echo)
        try worker.credit(.echo, 1)
        scene.producer.request(1, .say, "", .idempotent)
        worker.part(try worker.only(.task), number: 0, "a")
        worker.bye()
        #expect(scene.producer.all().map(\.type) == [.partOut, .response])
    }

    @Test func `a part that a slow producer cannot take ends its request and revokes the task`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 1)
        scene.producer.request(1, .say)
        let task = try worker.only(.task)
        scene.producer.state = .stalled
        worker.part(task, number: 0, "a")
        _ = try worker.only(.revoke)
        #expect(scene.pool.census.requests == 0)
        worker.done(task)
        #expect(scene.pool.counters.answers[8] == 1)
    }

    @Test func `a part over the limit ends its request, and frees the cap it held`() throws {
        let scene = Scene { $0.maxInFlight = 1 } change: { $0.maxBody = 10 }
        let worker = try scene.pool.worker("w", .echo, credit: 9)
        scene.producer.request(1, .say)
        scene.producer.request(2, .say)
        worker.part(try worker.only(.task), number: 0, "elevenbytes")
        #expect(try scene.producer.only(.response).status == 8)
        #expect(worker.all().map(\.type) == [.revoke, .task])
    }

    @Test func `CANCEL is answered CANCELLED at once, wherever the request is, and nobody else may`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo, credit: 1)
        let other = scene.pool.peer("q", .front)
        scene.producer.request(1, .say)
        scene.producer.request(2, .say)
        let task = try worker.only(.task)
        other.cancel(1)
        other.nothing()
        scene.producer.cancel(1)
        scene.producer.cancel(2)
        #expect(scene.producer.all().map { "\($0.number) \($0.status)" } == ["1 1", "2 1"])
        _ = try worker.only(.revoke)
        worker.done(task)
        scene.producer.cancel(1)
        scene.producer.nothing()
        #expect(scene.pool.census.requests == 0)
    }

    @Test func `the cap bounds tasks out over all workers, and a deadline at a worker frees it`() throws {
        let scene = Scene { $0.maxInFlight = 1 }
        let a = try scene.pool.worker("a", .echo, credit: 5)
        let b = try scene.pool.worker("b", .echo, credit: 5)
        scene.producer.request(1, .say, timeout: 100)
        scene.producer.request(2, .say, timeout: 5000)
        #expect(a.inbox.count + b.inbox.count == 1)
        scene.pool.advance(by: 101)
        #expect((a.take(.task) + b.take(.task)).map(\.number) == [1, 2])
    }

    @Test func `a full queue pushes back, by number and by bytes`() throws {
        let scene = Scene { ($0.maxQueue, $0.maxQueueBytes) = (2, 2000) }
        _ = try scene.pool.worker("w", .echo)
        scene.producer.request(1, .say)
        scene.producer.request(2, .say, String(repeating: "x", count: 3000))
        var response = try scene.producer.only(.response)
        #expect((response.number, response.status) == (2, 8))
        scene.producer.request(3, .say)
        scene.producer.request(4, .say)
        response = try scene.producer.only(.response)
        #expect((response.number, response.status) == (4, 8))
        #expect(1..<0xFFFF_FFFF ~= response.header.timeout)
    }

    @Test func `of two workers the one with less in flight is found more often`() throws {
        let scene = Scene()
        let busy = try scene.pool.worker("a", .echo, credit: 1000)
        for number in 1...20 as ClosedRange<UInt64> { scene.producer.request(number, .say) }
        let free = try scene.pool.worker("b", .echo, credit: 1000)
        busy.inbox.removeAll()
        for number in 21...60 as ClosedRange<UInt64> { scene.producer.request(number, .say) }
        #expect(free.inbox.count > busy.inbox.count)
        #expect(free.inbox.count + busy.inbox.count == 40)
    }

    @Test func `a draining broker says GOAWAY, refuses what is new and serves what waits`() throws {
        let scene = Scene()
        let worker = try scene.pool.worker("w", .echo)
        scene.producer.request(1, .say)
        scene.producer.request(9, .run)
        scene.producer.inbox.removeAll { $0.type == .accepted }
        scene.pool.drain()
        _ = try worker.only(.goAway)
        scene.producer.request(2, .say)
        let response = try scene.producer.only(.response)
        #expect(response.status == 14 && 1..<0xFFFF_FFFF ~= response.header.timeout)
        #expect(!scene.pool.isIdle)
        try worker.credit(.echo, 1)
        worker.done(try worker.only(.task))
        #expect(try scene.producer.only(.response).number == 1)
        #expect(scene.pool.isIdle)
        let late = scene.pool.peer("late")
        try late.hello(.worker, services: [String.jobs])
        try late.credit(.jobs, 1)
        #expect(late.all().map(\.type) == [.welcome, .goAway])
    }
}
