import MessageTesting
import MessageWire
import MessageWorker
import Testing

@Suite("Revocation", .timeLimit(.minutes(3)))
struct RevocationTests {
    @Test("a revoked task's Swift task is cancelled, it owes no answer, and its credit comes back")
    func cancelled() async throws {
        let seen = Notes<Bool>()
        let began = BlockingGate()
        let service = PoolService.concurrent("a.A", concurrency: 1) { task in
            if task.body == [1] {
                began.open()
                await untilCancelled()
                seen.add(task.isRevoked && Task.isCancelled)
            }
            return .done(task.body)
        }
        let (credit, done) = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [1], id: 1)
            began.wait()
            try broker.revoke(1, at: hello)
            let credit = try broker.next()
            // Once more, of what came back long ago.
            try broker.revoke(1, at: hello)
            try broker.task(to: hello, "a.A/Do", [2], id: 2)
            return (credit, try broker.expect(.done))
        }
        #expect(credit?.type == .credit)
        #expect(credit?.header.argument == 2)
        #expect(done.body == [2])
        #expect(seen.all == [true])
    }

    @Test("a batch handler sees which of its tasks are revoked, and those that wait are dropped without being run")
    func batch() async throws {
        let (began, beginning) = (BlockingGate(), BlockingGate())
        let batches = Notes<[UInt64]>()
        let flags = Notes<[Bool]>()
        let service = PoolService.batch("a.A", limit: 2, concurrency: 5) { tasks in
            batches.add(tasks.map(\.id.low))
            if tasks[0].id.low == 1 {
                beginning.open()
                began.wait()
                flags.add(tasks.map(\.isRevoked))
            }
            return tasks.map { _ in .done() }
        }
        let done = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.sendBatch(
                try (UInt64(1)...5).map { number in
                    try ScriptedBroker.encode(
                        Header(.task, id: RequestID(high: 0, low: number), token: Token(delivery: 1, seal: number)), path: "a.A/Do")
                }, to: hello.peer)
            beginning.wait()
            for id in [2, 3, 4] as [UInt64] { try broker.revoke(id, at: hello) }
            // Answered behind the revocations: they have been read.
            try broker.send(Header(.ping, id: RequestID(high: 5, low: 5)), to: hello.peer)
            _ = try broker.expect(.pong)
            began.open()
            let done = try [broker.expect(.done), broker.expect(.done)]
            var credit: UInt32 = 0
            while credit < 10 { credit = try broker.expect(.credit).header.argument }
            return done
        }
        #expect(done.map(\.id.low) == [1, 5])
        #expect(batches.all == [[1, 2], [5]])
        #expect(flags.all == [[false, true]])
    }

    @Test("with its session a unary task is cancelled and a durable one goes on")
    func sessionLost() async throws {
        let gate = Gate()
        let began = [BlockingGate(), BlockingGate()]
        let cancelled = Notes<UInt64>()
        let service = PoolService.concurrent("a.A", concurrency: 4) { task in
            began[task.isDurable ? 1 : 0].open()
            if task.isDurable {
                await gate.wait()
            } else {
                await untilCancelled()
            }
            if Task.isCancelled { cancelled.add(task.id.low) }
            return .done()
        }
        let (credits, done) = try await play([service]) { broker in
            let hello = try broker.welcome()
            _ = try broker.expect(.credit)
            try broker.task(to: hello, "a.A/Do", [], id: 1)
            try broker.task(to: hello, "a.A/Do", [], id: 2, flags: .durable)
            for gate in began { gate.wait() }
            broker.epoch = 2
            try broker.send(Header(.pong, argument: 2), to: hello.peer)
            try broker.welcome()
            var credits = [try broker.expect(.credit).header.argument]
            // The cancelled one's place comes back with the session or after it; the durable one's only when it is done.
            while credits.last != 3 { credits.append(try broker.expect(.credit).header.argument) }
            gate.open()
            return (credits, try broker.expect(.done))
        }
        #expect(credits.allSatisfy { 2...3 ~= $0 })
        #expect(done.id.low == 2)
        #expect(cancelled.all == [1])
    }
}
