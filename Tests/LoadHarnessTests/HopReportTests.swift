import LoadHarness
import MessageWire
import Testing

@Suite("The report of a hop")
struct HopReportTests {
    func measurement(_ middle: HopRun.Middle, round: Int, cpu: Double, microseconds: UInt64, wrong: Int = 0) -> HopMeasurement {
        var exchanged = Exchanged()
        for _ in 0..<100 { exchanged.latencies.record(microseconds * 1000) }
        exchanged.seconds = 100 * Double(microseconds) / 1e6
        exchanged.wrong = wrong
        return HopMeasurement(
            middle: middle, round: round, window: 1, exchanged: exchanged, processors: .init(producer: 100, between: cpu * 100, worker: 100))
    }

    @Test("ratios are of the medians of both sides")
    func ratios() throws {
        var report = HopReport(bodyBytes: 200)
        report.measurements = [
            measurement(.forwarder, round: 1, cpu: 2, microseconds: 100), measurement(.broker, round: 1, cpu: 3, microseconds: 125),
            measurement(.forwarder, round: 2, cpu: 2, microseconds: 100), measurement(.broker, round: 2, cpu: 3, microseconds: 125),
            measurement(.forwarder, round: 3, cpu: 9, microseconds: 900), measurement(.broker, round: 3, cpu: 9, microseconds: 900),
        ]
        #expect(report.holds)
        #expect(report.text.contains("broker : forwarder at window 1: rate 0.80, CPU 1.50, p50 1.25"))
        let ratio = try #require(report.json["medians"]?.array?.first?["ratio"])
        #expect(ratio["between_cpu"] == .number(1.5))
    }

    @Test("one wrong answer in one round, or no round at all, does not hold")
    func faults() {
        var report = HopReport(bodyBytes: 200)
        #expect(!report.holds)
        report.measurements = [measurement(.broker, round: 1, cpu: 1, microseconds: 100), measurement(.broker, round: 2, cpu: 1, microseconds: 100, wrong: 1)]
        #expect(!report.holds)
        #expect(report.text.contains("1 answered wrongly"))
    }
}
