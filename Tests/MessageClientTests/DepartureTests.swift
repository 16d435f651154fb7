import MessageClient
import MessageConnection
import MessageWire
import Testing

@Suite("Requests that go to another broker")
struct DepartureTests {
    let broker = VirtualBroker()
    let outcomes = Outcomes()

    func submit(_ request: Request, index: Int = 0, timeout: Int64 = 1000) {
        broker.requests.submit(request, deadline: broker.now + timeout, .bulk(outcomes.sink, index: index))
    }

    @Test("what was never sent goes where it is answered")
    func unsent() throws {
        let requests: [Request] = [try .unary("a/B"), try .durable("c/D"), try .unary("a/B", idempotent: true)]
        broker.requests.unavailable(.unreachable)
        broker.requests.elsewhere = .better
        for (index, request) in requests.enumerated() { submit(request, index: index) }
        broker.turn()
        #expect(broker.requests.departures.map(\.id) == requests.map(\.id))
        #expect(broker.requests.isEmpty)
        #expect(outcomes.list.isEmpty)
    }

    @Test("of what was sent, an idempotent call goes to another, a durable request waits, and another call has failed")
    func sent() throws {
        let requests: [Request] = [try .unary("a/B"), try .durable("c/D"), try .unary("a/B", idempotent: true)]
        for (index, request) in requests.enumerated() { submit(request, index: index) }
        broker.open()
        broker.turn()
        broker.lose()
        broker.requests.elsewhere = .better
        broker.turn()
        #expect(broker.requests.departures.map(\.id) == [requests[2].id])
        #expect(outcomes.list.map(\.index) == [0])
        broker.sent = []
        broker.requests.elsewhere = .nothing
        broker.open()
        #expect(broker.turn().map(\.id) == [requests[1].id])
    }

    @Test("while both answer only a retry goes to the other, and not before its time")
    func retry() throws {
        broker.open()
        broker.requests.elsewhere = .equal
        let idempotent = try Request.unary("a/B", idempotent: true)
        let plain = try Request.unary("a/B")
        submit(idempotent)
        submit(plain, index: 1)
        #expect(broker.turn().count == 2)
        try broker.answer(idempotent.id, status: .resourceExhausted, pushback: 100)
        try broker.answer(plain.id, status: .resourceExhausted, pushback: 100)
        #expect(broker.turn(at: 96).isEmpty)
        #expect(broker.requests.departures.isEmpty)
        #expect(broker.turn(at: 108).isEmpty)
        #expect(outcomes.list.map(\.index) == [1])
        #expect(broker.requests.departures.map(\.id) == [idempotent.id])
    }

    @Test("whoever cancels it learns where it went, until its deadline")
    func cancelled() throws {
        let request = try Request.unary("a/B")
        broker.requests.elsewhere = .better
        broker.requests.submit(request, deadline: 1000, .stream(PartBuffer(limit: 0)))
        broker.turn()
        let departure = try #require(broker.requests.departures.first)
        broker.requests.departed(departure, to: 3)
        #expect(broker.requests.cancel(request.id, broker.outbox, isOpen: false, now: 0) == 3)
        broker.turn(at: 1000 + OutstandingRequests.grace + DeadlineWheel.step)
        #expect(broker.requests.cancel(request.id, broker.outbox, isOpen: false, now: 0) == nil)
    }

    @Test("whatever two brokers do, each request ends once and in time, and only idempotent calls reach both", arguments: UInt64(1)...60)
    func property(seed: UInt64) throws {
        var random = Xorshift(state: seed)
        let brokers = [VirtualBroker(throttling: nil), VirtualBroker(throttling: nil)]
        var requests: [(request: Request, isIdempotent: Bool, deadline: Int64)] = []
        var places: [RequestID: Int] = [:]
        var takers: [RequestID: Set<Int>] = [:]
        var sendings: [RequestID: Int] = [:]
        var open: [[RequestID]] = [[], []]
        var ended: Set<Int> = []
        func compare() {
            for place in 0..<2 {
                let (one, other) = (brokers[place], brokers[1 - place])
                one.requests.elsewhere = one.isOpen ? (other.isOpen ? .equal : .nothing) : (other.isOpen ? .better : .nothing)
            }
        }
        var now: Int64 = 0
        while now < 20_000 {
            now += Int64.random(in: 0...40, using: &random)
            if now < 12_000, Int.random(in: 0..<2, using: &random) == 0 {
                let kind = Int.random(in: 0..<3, using: &random)
                let request: Request = kind == 0 ? try .unary("a/B") : kind == 1 ? try .unary("a/B", idempotent: true) : try .durable("c/D")
                let timeout = Int64.random(in: 1...1500, using: &random)
                brokers[Int.random(in: 0..<2, using: &random)].requests.submit(
                    request, deadline: now + timeout, .bulk(outcomes.sink, index: requests.count))
                places[request.id] = requests.count
                requests.append((request, kind == 1, now + timeout))
            }
            for place in 0..<2 {
                let broker = brokers[place]
                compare()
                for header in broker.turn(at: now) where header.type == .request {
                    takers[header.id, default: []].insert(place)
                    sendings[header.id, default: 0] += 1
                    open[place].append(header.id)
                }
                for entry in broker.requests.departures { brokers[1 - place].requests.enter(entry) }
                broker.requests.departures = []
                switch Int.random(in: 0..<40, using: &random) {
                case 0 where broker.isOpen:
                    broker.lose()
                    open[place] = []
                case 1 where broker.isOpen: broker.requests.unavailable(.draining)
                case 2..<8 where !broker.isOpen: broker.open(window: 5)
                case 8..<30:
                    guard let id = open[place].randomElement(using: &random) else { break }
                    open[place].removeAll { $0 == id }
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: try broker.answer(id, status: .unavailable, pushback: UInt32.random(in: 0...100, using: &random))
                    case 1: try broker.answer(id, status: .resourceExhausted, pushback: UInt32.random(in: 0...100, using: &random))
                    default: try broker.answer(id)
                    }
                default: break
                }
            }
            for outcome in outcomes.list.dropFirst(ended.count) {
                #expect(ended.insert(outcome.index).inserted, "seed \(seed)")
                #expect(now <= requests[outcome.index].deadline + 50 + 80, "50 ms, and two of the longest steps of this test; seed \(seed)")
            }
        }
        #expect(ended.count == requests.count, "seed \(seed)")
        for (id, takers) in takers {
            let request = requests[try #require(places[id])]
            #expect(request.isIdempotent || takers.count == 1, "seed \(seed)")
            if request.isIdempotent { #expect(sendings[id, default: 0] <= RetryPolicy.default.maxAttempts, "seed \(seed)") }
        }
    }
}
