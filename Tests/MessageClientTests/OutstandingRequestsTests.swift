import MessageClient
import MessageConnection
import MessageWire
import Testing

@Suite("Outstanding requests")
struct OutstandingRequestsTests {
    let broker = VirtualBroker()
    let outcomes = Outcomes()

    func submit(_ request: Request, index: Int = 0, timeout: Int64 = 1000) {
        broker.requests.submit(request, deadline: broker.now + timeout, .bulk(outcomes.sink, index: index))
    }

    @Test("without a session nothing is sent, and the deadline is kept all the same")
    func deadline() throws {
        submit(try .unary("a/B", idempotent: true), timeout: 100)
        broker.turn(at: 99)
        #expect(outcomes.list.isEmpty)
        broker.turn(at: 100 + OutstandingRequests.grace + DeadlineWheel.step)
        #expect(outcomes.error(0)?.status == .deadlineExceeded)
        #expect(outcomes.error(0)?.wasSent == false)
        #expect(broker.sent.isEmpty)
    }

    @Test("what is sent says the time that is left")
    func timeLeft() throws {
        submit(try .unary("a/B"), timeout: 1000)
        broker.turn(at: 300)
        broker.open()
        #expect(broker.turn().map(\.timeout) == [700])
    }

    @Test("an idempotent request is sent again after the pushback, under its id, with the time that is left then")
    func pushback() throws {
        let request = try Request.unary("a/B", idempotent: true)
        submit(request)
        broker.open()
        broker.turn()
        try broker.answer(request.id, status: .resourceExhausted, pushback: 200)
        #expect(broker.turn(at: 190).isEmpty)
        let again = broker.turn(at: 216)
        #expect(again.map(\.id) == [request.id])
        #expect(again.first?.timeout == 784)
        try broker.answer(request.id)
        broker.turn()
        #expect(outcomes.list.count == 1)
        #expect(outcomes.error(0) == nil)
    }

    @Test("UNAVAILABLE without advice is tried again with growing waits, five times at most")
    func backoff() throws {
        let request = try Request.unary("a/B", idempotent: true)
        submit(request, timeout: 60_000)
        broker.open()
        var times: [Int64] = []
        for now in Int64(0)..<5000 where !broker.turn(at: now).isEmpty {
            times.append(now)
            try broker.answer(request.id, status: .unavailable)
        }
        broker.turn()
        #expect(times.count == RetryPolicy.default.maxAttempts)
        #expect(zip(times, times.dropFirst()).map { $1 - $0 }.last ?? 0 >= 320)
        #expect(outcomes.error(0)?.status == .unavailable)
    }

    @Test("FFFFFFFF and a pushback past the deadline are final", arguments: [UInt32.max, 2000])
    func final(pushback: UInt32) throws {
        let request = try Request.unary("a/B", idempotent: true)
        submit(request)
        broker.open()
        broker.turn()
        try broker.answer(request.id, status: .resourceExhausted, pushback: pushback)
        broker.turn()
        #expect(outcomes.error(0)?.status == .resourceExhausted)
    }

    @Test("after a lost session the repeatable goes out again in its order, the rest has failed")
    func lost() throws {
        let requests: [Request] = [
            try .unary("a/B", idempotent: true), try .unary("a/B"), try .durable("c/D"), try .unary("a/B", idempotent: true),
        ]
        for (index, request) in requests.enumerated() { submit(request, index: index) }
        broker.open()
        #expect(broker.turn().count == 4)
        broker.lose()
        broker.sent = []
        broker.open()
        broker.turn()
        #expect(outcomes.list.map(\.index) == [1])
        #expect(outcomes.error(1)?.status == .unavailable)
        #expect(outcomes.error(1)?.wasSent == true)
        #expect(broker.sent.map(\.id) == [requests[0].id, requests[2].id, requests[3].id])
    }

    @Test("while the broker is away a plain call fails at once, others wait")
    func away() throws {
        broker.requests.unavailable(.unreachable)
        submit(try .unary("a/B"), index: 0)
        submit(try .unary("a/B", waitForReady: true), index: 1)
        submit(try .durable("c/D"), index: 2)
        broker.turn()
        #expect(outcomes.list.map(\.index) == [0])
        #expect(outcomes.error(0)?.status == .unavailable)
        broker.open()
        #expect(broker.turn().count == 2)
    }

    @Test("a body over the broker's limit stays here")
    func tooLarge() throws {
        submit(try .unary("a/B", [UInt8](repeating: 0, count: 101)))
        broker.open()
        broker.turn()
        #expect(broker.sent.isEmpty)
        #expect(outcomes.error(0)?.status == .resourceExhausted)
        #expect(outcomes.error(0)?.pushback == .never)
    }

    @Test("one id is open once")
    func sameID() throws {
        let request = try Request.durable("c/D")
        submit(request, index: 0)
        submit(request, index: 1)
        broker.turn()
        #expect(outcomes.error(1)?.status == .alreadyExists)
        #expect(outcomes.list.count == 1)
    }

    @Test("a request given up keeps its place in the window until its answer or five seconds")
    func mourned() throws {
        let first = try Request.unary("a/B")
        submit(first)
        submit(try .unary("a/B"), index: 1, timeout: 60_000)
        broker.open(window: 1)
        #expect(broker.turn().count == 1)
        broker.requests.cancel(first.id, broker.outbox, isOpen: true, now: 0)
        #expect(broker.turn().map(\.type) == [.cancel])
        #expect(broker.turn(at: 4000).isEmpty)
        #expect(broker.turn(at: 5040).map(\.type) == [.request])
    }

    @Test("whatever the broker does, each request ends exactly once and in time, and the window is kept", arguments: UInt64(1)...60)
    func property(seed: UInt64) throws {
        var random = Xorshift(state: seed)
        let window = Int.random(in: 1...8, using: &random)
        var deadlines: [Int64] = []
        var ended: Set<Int> = []
        var open: [RequestID] = []
        while broker.now < 20_000 {
            let now = broker.now + Int64.random(in: 0...40, using: &random)
            if now < 12_000, Int.random(in: 0..<3, using: &random) == 0 {
                let request: Request = switch Int.random(in: 0..<3, using: &random) {
                case 0: try .unary("a/B")
                case 1: try .unary("a/B", idempotent: true)
                default: try .durable("c/D")
                }
                let timeout = Int64.random(in: 1...1500, using: &random)
                submit(request, index: deadlines.count, timeout: timeout)
                deadlines.append(broker.now + timeout)
            }
            for header in broker.turn(at: now) where header.type == .request { open.append(header.id) }
            #expect(open.count <= window, "seed \(seed)")
            switch Int.random(in: 0..<60, using: &random) {
            case 0 where broker.isOpen:
                broker.lose()
                open = []
            case 1..<10 where !broker.isOpen: broker.open(window: window)
            case 10..<40:
                guard let id = open.randomElement(using: &random) else { break }
                open.removeAll { $0 == id }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: try broker.answer(id, status: .unavailable, pushback: UInt32.random(in: 0...100, using: &random))
                case 1: try broker.answer(id, status: .notFound)
                default: try broker.answer(id)
                }
                // A second answer to the same request is nobody's.
                try broker.answer(id)
            default: break
            }
            for outcome in outcomes.list.dropFirst(ended.count) {
                #expect(ended.insert(outcome.index).inserted, "seed \(seed)")
                #expect(now <= deadlines[outcome.index] + 50 + 40, "50 ms, and the longest step of this test; seed \(seed)")
            }
        }
        #expect(ended.count == deadlines.count, "seed \(seed)")
    }
}
