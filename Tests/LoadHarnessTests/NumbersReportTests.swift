import LoadHarness
import MessageWire
import Testing

@Suite("The report of many numbers")
struct NumbersReportTests {
    @Test("gives the time to apply and to go live, and bytes a number")
    func figures() {
        let report = NumbersReport(
            count: 1_000_000, document: 150 << 20, apply: 7.5, live: 0.8, smallMemory: 30_000_000, memory: 330_000_000,
            smallRouting: .init(median: 300, processor: 40), routing: .init(median: 310, processor: 41))
        #expect(report.memoryPerNumber == 300)
        #expect(report.json["apply_us"]?.integer == 7_500_000 && report.json["live_us"]?.integer == 800_000)
        #expect(report.json["all_numbers"]?["p50_us"] == .number(310))
        #expect(report.text.contains("apply: 7.50 s; live after it: 800.00 ms") && report.text.contains("300 bytes a number"))
    }
}
