import MessageWire
import Threads

/// `load hop`: a unary echo through a broker, and through the plain forwarder in turn where one is given (performance.md P1).
package struct HopRun: Sendable {
    package enum Middle: String, Hashable, Sendable, CaseIterable {
        case broker, forwarder
    }

    package static let service = "bench.v1.Echo"

    package var executable: String
    /// The program of Tests/Benchmarks; nil measures the broker alone.
    package var forwarder: String?
    package var windows: [Int]
    package var bodyBytes: Int
    package var length: HopProducer.Length
    package var rounds: Int

    package init(executable: String, forwarder: String?, windows: [Int], bodyBytes: Int, length: HopProducer.Length, rounds: Int) {
        self.executable = executable
        self.forwarder = forwarder
        self.windows = windows
        self.bodyBytes = bodyBytes
        self.length = length
        self.rounds = rounds
    }

    /// Each round starts everything anew, so that no side keeps what the noise of the machine gave it.
    ///
    /// - Parameter progress: told what is being measured.
    /// - Throws: `LoadError` where a process does not start or the echo does not answer.
    package func run(stop: StopFlag, progress: @escaping @Sendable (String) -> Void) async throws -> HopReport {
        try await Thread.value(named: "load-hop") { () throws(LoadError) in try self.measure(stop, progress) }
    }

    private func measure(_ stop: StopFlag, _ progress: (String) -> Void) throws(LoadError) -> HopReport {
        var report = HopReport(bodyBytes: bodyBytes)
        let middles: [Middle] = forwarder == nil ? [.broker] : [.forwarder, .broker]
        for round in 1...rounds {
            for middle in middles where !stop.isRaised {
                progress("round \(round) of \(rounds): \(middle.rawValue)")
                report.measurements += try play(middle, round: round, stop)
            }
        }
        return report
    }

    private func play(_ middle: Middle, round: Int, _ stop: StopFlag) throws(LoadError) -> [HopMeasurement] {
        let crew = try Crew(executable: executable)
        defer { crew.end() }
        let endpoints = try FreeEndpoints.take(2)
        let between = try start(middle, front: endpoints[0], back: endpoints[1], crew)
        let worker = try crew.start("echo-worker", ["load", "echo-worker", "--broker", endpoints[1], "--service", Self.service])
        var producer = try HopProducer(endpoint: endpoints[0], path: Self.service + "/Echo", bodyBytes: bodyBytes)
        guard try producer.waitForWorker(stop: stop, check: { () throws(LoadError) in try crew.checkAll() }) else { return [] }
        var measurements: [HopMeasurement] = []
        for window in windows where !stop.isRaised {
            var before: HopMeasurement.Processors?
            let exchanged = try producer.exchange(window: window, warmUp: max(window, 200) * 10, length, stop: stop) {
                before = .now(between: between.id, worker: worker.id)
            }
            let after = HopMeasurement.Processors.now(between: between.id, worker: worker.id)
            try crew.checkAll()
            measurements.append(
                HopMeasurement(middle: middle, round: round, window: window, exchanged: exchanged, processors: after.since(before)))
        }
        return measurements
    }

    private func start(_ middle: Middle, front: String, back: String, _ crew: Crew) throws(LoadError) -> ChildProcess {
        if middle == .forwarder, let forwarder {
            return try crew.start("forwarder", ["--front", front, "--back", back], program: forwarder)
        }
        return try LoneBroker(crew, front: front, back: back, services: [.init(Self.service, ["class": "unary"])]).start()
    }
}
