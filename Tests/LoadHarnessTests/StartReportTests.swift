import LoadHarness
import MessageWire
import Testing

@Suite("The report of starts")
struct StartReportTests {
    @Test("gives medians over the rounds, and the longest")
    func medians() {
        var report = StartReport()
        #expect(!report.holds)
        for (serving, routed) in [(0.01, 0.2), (0.03, 0.9), (0.02, 0.3)] {
            report.rounds.append(
                .init(broker: .init(serving: serving, memory: 20 << 20), pool: .init(applied: 0.1, routed: routed, memory: 40 << 20)))
        }
        #expect(report.holds)
        #expect(report.json["medians"]?["up_routed_us"]?.integer == 300_000)
        #expect(report.text.contains("900.00 ms") && report.text.contains("idle broker 20.0 MiB, up after its first call 40.0 MiB"))
    }
}
