import LoadHarness
import MessageWire
import Testing

@Suite("The report of an intake")
struct IntakeReportTests {
    func report(accepted: Int, queued: Int) -> IntakeReport {
        var report = IntakeReport(bodyBytes: 200, connections: 1, batch: 256, idleMemory: 10 << 20)
        for _ in 0..<accepted { report.intake.latencies.record(1_000_000) }
        report.intake.sent = accepted
        report.intake.seconds = 0.5
        report.queued = queued
        report.queuedMemory = 10 << 20 + accepted * 300
        return report
    }

    @Test("says what a queued request costs over its body")
    func memory() {
        let report = report(accepted: 1000, queued: 1000)
        #expect(report.holds && report.memoryEach == 100)
        #expect(report.text.contains("accepted 2,000 requests/s") && report.text.contains("100 bytes each over the body"))
        #expect(report.json["memory_each_over_body"] == .number(100) && report.json["restart"] == .null)
    }

    @Test("does not hold where anything is missing, at any step")
    func faults() {
        #expect(!report(accepted: 0, queued: 0).holds)
        #expect(report(accepted: 10, queued: 9).text.contains("the broker has 9 of 10 that it accepted"))
        var report = report(accepted: 10, queued: 10)
        report.restart = .init(seconds: 1, queued: 10, memory: 0)
        report.drain = .init(settled: 10, left: 0, seconds: 1, processes: ProcessAccount([]), memory: 0)
        #expect(report.holds)
        report.restart?.queued = 9
        #expect(!report.holds && report.text.contains("after it was killed the broker has 9 of 10"))
        report.restart = nil
        report.drain?.left = 1
        #expect(!report.holds && report.text.contains("10 of 10 came to the worker, and 1 are left"))
        report.drain = nil
        report.intake.refusals = [StatusCode.resourceExhausted.rawValue: 3]
        #expect(!report.holds && report.text.contains("3 requests were refused with RESOURCE_EXHAUSTED"))
    }
}
