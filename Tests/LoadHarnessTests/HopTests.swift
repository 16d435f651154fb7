import LoadHarness
import MessageBroker
import MessageTesting
import Testing

@Suite("A hop through a broker in this process", .mayBlock, .timeLimit(.minutes(3)))
struct HopTests {
    /// Runs `body` against a broker that has the echo service, with an echo worker where one is wanted.
    func withBroker<Result: Sendable>(
        worker: Bool, _ body: @escaping @Sendable (_ front: String) throws -> Result
    ) async throws -> Result {
        try await LoadHarnessTests.withBroker([HopRun.service: .unary(UnaryPolicy())]) { front, back in
            let stop = try StopFlag()
            return try await withThrowingTaskGroup(of: Result?.self) { group in
                if worker {
                    group.addTask {
                        if let failure = try await EchoWorker(endpoint: back, service: HopRun.service).runOnThread(until: stop) { throw failure }
                        return nil
                    }
                }
                group.addTask {
                    defer { stop.raise() }
                    return try body(front)
                }
                var result: Result?
                while let ended = try await group.next() { result = ended ?? result }
                return try #require(result)
            }
        }
    }

    @Test("every request of a closed loop comes back with its body", arguments: [(1, 50), (64, 2_000)])
    func exchange(window: Int, messages: Int) async throws {
        let exchanged = try await withBroker(worker: true) { front in
            var producer = try HopProducer(endpoint: front, path: HopRun.service + "/Echo", bodyBytes: 200)
            let stop = try StopFlag()
            #expect(try producer.waitForWorker(stop: stop))
            var began = 0
            let exchanged = try producer.exchange(window: window, warmUp: 100, .messages(messages), stop: stop) { began += 1 }
            #expect(began == 1)
            return exchanged
        }
        #expect(exchanged.count == messages)
        #expect(exchanged.everyAnswerCame)
        #expect(exchanged.rate > 0 && exchanged.latencies.summary.p50 > 0)
    }

    @Test("requests that nobody serves count as wrong, not as answered")
    func withoutWorker() async throws {
        let exchanged = try await withBroker(worker: false) { front in
            var producer = try HopProducer(endpoint: front, path: HopRun.service + "/Echo", bodyBytes: 8)
            return try producer.exchange(window: 4, warmUp: 0, .messages(10), stop: StopFlag()) {}
        }
        #expect(exchanged.wrong == 10 && !exchanged.everyAnswerCame)
    }

    @Test("one request alone gives its time, and none where nobody serves it", arguments: [true, false])
    func once(worker: Bool) async throws {
        let time = try await withBroker(worker: worker) { front in
            var producer = try HopProducer(endpoint: front, path: HopRun.service + "/Echo", bodyBytes: 200)
            if worker { #expect(try producer.waitForWorker(stop: StopFlag())) }
            return try producer.once()
        }
        #expect(worker ? (time ?? 0) > 0 : time == nil)
    }

    @Test("a stop ends a measurement that would go on for an hour")
    func stopped() async throws {
        let exchanged = try await withBroker(worker: true) { front in
            var producer = try HopProducer(endpoint: front, path: HopRun.service + "/Echo", bodyBytes: 8)
            let stop = try StopFlag()
            #expect(try producer.waitForWorker(stop: stop))
            return try producer.exchange(window: 4, warmUp: 100, .seconds(3600), stop: stop) { stop.raise() }
        }
        #expect(exchanged.everyAnswerCame)
    }

    @Test("a stop also ends the wait for a worker that does not come")
    func stoppedBeforeItBegan() async throws {
        let isThere = try await withBroker(worker: false) { front in
            var producer = try HopProducer(endpoint: front, path: HopRun.service + "/Echo", bodyBytes: 8)
            let stop = try StopFlag()
            stop.raise()
            return try producer.waitForWorker(stop: stop)
        }
        #expect(!isThere)
    }
}
