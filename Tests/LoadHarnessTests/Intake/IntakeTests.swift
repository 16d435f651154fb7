import LoadHarness
import MessageBroker
import MessageTesting
import MessageWire
import Testing

@Suite("Durable requests into a broker in this process", .mayBlock, .timeLimit(.minutes(3)))
struct IntakeTests {
    static let path = IntakeRun.service + "/Put"

    func policy(maxQueue: Int = 1_000_000) -> [String: ServicePolicy] {
        var policy = DurablePolicy()
        policy.maxQueue = maxQueue
        return [IntakeRun.service: .durable(policy)]
    }

    @Test(
        "each is accepted once and settled once, however many travel together",
        arguments: [(1, 1, 300), (1, 256, 5_000), (3, 100, 5_001), (2, 1024, 5_000)])
    func acceptedAndSettled(connections: Int, batch: Int, count: Int) async throws {
        let (intake, settled) = try await withBroker(policy()) { front, back in
            let stop = try StopFlag()
            var producer = try IntakeProducer(endpoint: front, path: Self.path, bodyBytes: 200, connections: connections, batch: batch)
            #expect(producer.window == connections * 1024)
            let intake = try producer.run(.messages(count), stop: stop)
            var worker = try DrainWorker(endpoint: back, service: IntakeRun.service)
            return (intake, try worker.settle(count, stop: stop))
        }
        #expect(intake.sent == count && intake.accepted == count && settled == count)
        #expect(intake.missing == 0 && intake.refusals.isEmpty)
        #expect(intake.rate > 0 && intake.latencies.summary.p50 > 0)
    }

    @Test("a refusal ends it, and is counted by its status")
    func refused() async throws {
        let intake = try await withBroker(policy(maxQueue: 100)) { front, _ in
            var producer = try IntakeProducer(endpoint: front, path: Self.path, bodyBytes: 8, connections: 1, batch: 64)
            return try producer.run(.seconds(3600), stop: StopFlag())
        }
        #expect(intake.accepted == 100 && intake.missing == 0)
        #expect(intake.refusals == [StatusCode.resourceExhausted.rawValue: intake.sent - 100])
    }

    @Test("a stop ends what would go on for an hour, and every answer is still waited for")
    func stopped() async throws {
        let intake = try await withBroker(policy()) { front, _ in
            let stop = try StopFlag()
            var producer = try IntakeProducer(endpoint: front, path: Self.path, bodyBytes: 8, connections: 1, batch: 64)
            return try producer.run(.seconds(3600), stop: stop) { _ in stop.raise() }
        }
        #expect(intake.accepted == intake.sent && intake.accepted > 0 && intake.missing == 0)
    }
}
