import CallModel
import CallSimulation
import CallWire
import LoadHarness
import Logging
import MessageBroker
import MessageClient
import MessageWire
import MessageWorker
import Synchronization
import Testing

/// A pool in this process whose routing does what the test says.
func withRouting<Result: Sendable>(
    _ decide: @escaping @Sendable (_ method: String, _ callID: String) -> RouteDecision?, _ body: (MessageClient) async throws -> Result
) async throws -> Result {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    var configuration = BrokerConfiguration()
    configuration.front = ["tcp://127.0.0.1:*"]
    configuration.back = ["tcp://127.0.0.1:*"]
    configuration.durability = .memory
    configuration.services = ["trunkline.v1.Routing": .unary(UnaryPolicy()), "trunkline.v1.CallEvents": .durable(DurablePolicy())]
    let broker = try RunningBroker(configuration, logger: logger)
    let (front, back) = (try #require(broker.endpoints.front.first), try #require(broker.endpoints.back.first))
    let routing = PoolService.inline("trunkline.v1.Routing") { task in
        let callID = task.method == "RouteCall"
            ? (try? InboundCall(body: task.body.span.bytes, .protobuf))?.callID : (try? CallProgress(body: task.body.span.bytes, .protobuf))?.callID
        guard let decision = decide(task.method, callID ?? ""), let reply = try? decision.body(.protobuf) else { return .failed(.unimplemented, "") }
        return .done(reply)
    }
    let worker = try MessageWorker(endpoint: back, name: "routing", services: [routing], logger: logger)
    let result = try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await worker.run() }
        let result = try await withMessageClient(endpoint: front, name: "test", logger: logger, body)
        worker.shutDown()
        try await group.waitForAll()
        return result
    }
    broker.stop(grace: 0)
    try await broker.ended()
    return result
}

func connect(_ callID: String, to destination: String) -> RouteDecision {
    let target = Dial.Target(destinationID: destination, number: "+15005550111", kind: "landline")
    return RouteDecision(callID: callID, action: .connect(Dial(targets: [target], ringSeconds: 20)))
}

@Suite("Calls into a pool", .timeLimit(.minutes(3)))
struct TrafficTests {
    let ids = CallIDs(run: 7)

    func check(_ tally: CallTally) {
        #expect(tally.latencies.count == tally.sent && tally.eventsAccepted == tally.sent)
        #expect(tally.wrong == 0 && tally.failures.isEmpty)
        #expect(tally.ledger.verdict.answered == tally.sent)
        #expect(tally.ledger.verdict.lost == tally.sent, "nothing was recorded here")
    }

    @Test("in a closed loop each answer makes room for the next, until it is stopped")
    func closedLoop() async throws {
        let stop = try StopFlag()
        let routed = Atomic(0)
        let tally = try await withRouting { _, callID in
            if routed.add(1, ordering: .relaxed).newValue == 500 { stop.raise() }
            return connect(callID, to: LoadDirectory.destination)
        } _: { client in
            try await CallTraffic(client, ids: ids, directory: LoadDirectory(), pace: .window(16), seconds: 3600, stop: stop).run()
        }
        check(tally)
        // The answer that hears of the stop is one of those that were out when it was raised.
        #expect(500...532 ~= tally.sent)
    }

    @Test("an open loop makes as many calls as its schedule has, however late the answers are", arguments: ArrivalSchedule.Spacing.allCases)
    func openLoop(spacing: ArrivalSchedule.Spacing) async throws {
        let tally = try await withRouting { _, callID in connect(callID, to: LoadDirectory.destination) } _: { client in
            try await CallTraffic(client, ids: ids, directory: LoadDirectory(), pace: .rate(2_000, spacing), seconds: 0.2, stop: StopFlag()).run()
        }
        check(tally)
        switch spacing {
        case .constant: #expect(tally.sent == 400)
        // Four hundred, give or take five standard deviations.
        case .poisson: #expect(300...500 ~= tally.sent)
        }
    }

    @Test("a call that is sent elsewhere is counted as wrong, one that is refused by its status")
    func faults() async throws {
        let odd = try await withRouting { _, callID in callID.hasSuffix("1") ? nil : connect(callID, to: "elsewhere") } _: { client in
            try await CallTraffic(client, ids: ids, directory: LoadDirectory(), pace: .rate(1_000, .constant), seconds: 0.1, stop: StopFlag()).run()
        }
        let refused = try #require(odd.failures["call: UNIMPLEMENTED"])
        #expect(refused > 0 && odd.wrong > 0 && refused + odd.wrong == odd.sent)
        #expect(odd.eventsAccepted == odd.wrong, "only an answered call has an end to tell")
    }

    @Test("a pool that keeps no limit is found out, at once and in all; one that keeps them holds", arguments: [true, false])
    func limits(keepsThem: Bool) async throws {
        let directory = LoadDirectory(flow: .limits, scarceMax: 10)
        let routed = Atomic(0)
        let tally = try await withRouting { _, callID in
            let number = routed.add(1, ordering: .relaxed).oldValue
            let destination = number < (keepsThem ? 10 : 11) ? LoadDirectory.scarce : number < 50 && !keepsThem ? LoadDirectory.busy : LoadDirectory.destination
            return connect(callID, to: destination)
        } _: { client in
            try await CallTraffic(client, ids: ids, directory: directory, pace: .rate(1_000, .constant), seconds: 0.2, stop: StopFlag()).run()
        }
        check(tally)
        #expect(tally.offers.faults.count == (keepsThem ? 0 : 2), "\(tally.offers.faults)")
    }

    @Test("shares by weight are held against the weights, give or take a turn")
    func weights() {
        var offers = OfferCount(LoadDirectory(flow: .weighted))
        for destination in ["desk", "cell", "office", "desk"] { for _ in 0..<25 { offers.add(destination) } }
        #expect(offers.all == 100 && offers.faults.isEmpty)
        for _ in 0..<10 { offers.add("cell") }
        #expect(offers.faults.count == 3)
        offers.unknown = 10
        #expect(offers.faults.isEmpty)
    }

    @Test("a stop that was raised makes no further calls, and what is out still ends")
    func stopped() async throws {
        let stop = try StopFlag()
        stop.raise()
        let tally = try await withRouting { _, callID in connect(callID, to: LoadDirectory.destination) } _: { client in
            try await CallTraffic(client, ids: ids, directory: LoadDirectory(), pace: .window(8), seconds: 3600, stop: stop).run()
        }
        #expect(tally.sent == 8 && tally.latencies.count == 8)
    }
}

@Suite("A day played into a pool", .timeLimit(.minutes(3)))
struct DayTests {
    let timeline = #"""
        {"at": "2026-06-03T14:05:00Z", "call": "a", "to": "+15005550100", "phones": {"+15005550111": {"answer_after": 5, "talk": 60}}}
        {"at": "2026-06-03T14:06:00Z", "call": "b", "to": "+15005550100"}
        {"at": "2026-06-03T14:07:00Z", "call": "c", "to": "+15005550199"}
        {"at": "2026-06-03T14:08:00Z", "event": {"call_id": "a", "type": "tagged", "tags": ["won"]}}
        """#

    @Test("walks every call through its decisions, and counts what came of them", arguments: [1, 8])
    func day(window: Int) async throws {
        let timeline = try LiveTimeline(timeline)
        let summary = try await withRouting { method, callID in
            if callID == "c" { return RouteDecision(callID: callID, action: .reject(cause: "unknown_number", sipStatus: "404")) }
            guard method == "RouteCall" else { return RouteDecision(callID: callID, action: .voicemail(Voicemail(greeting: "", maxSeconds: 60))) }
            var decision = connect(callID, to: "desk")
            decision.continuation = "next"
            return decision
        } _: { client in
            try await DayPlayer(client).play(timeline, window: window, stop: StopFlag()) { _, _ in }
        }
        #expect(summary.calls == 3 && summary.continued == 1 && summary.answered == 1)
        #expect(summary.decisions == ["CONNECT": 2, "VOICEMAIL": 1, "REJECT": 1])
        // a: attempt, answered, ended; b: ended; c: ended; and the tag.
        #expect(summary.eventsAccepted == 6)
        #expect(summary.failures.isEmpty && !summary.isStopped)
    }
}
