import CallModel
import LoadHarness
import MessageWire
import Testing

@Suite("load growth")
struct GrowthTests {
    @Test("fills a store, records into it and an empty one, asks by every filter, and says what it found")
    func small() async throws {
        var run = GrowthRun(calls: 1000, sample: 500, rounds: 1, parent: "/tmp", now: Timestamp(milliseconds: 1_780_495_200_000))
        run.repeats = 1
        let report = try await run.run(stop: try StopFlag()) { _ in }
        #expect(report.filling.map(\.calls) == [1000])
        #expect(report.full.map(\.calls) == [500])
        #expect(report.empty.map(\.calls) == [500])
        #expect(report.ratio > 0)
        #expect(report.pages.first { $0.name == "none" }?.found == 50)
        #expect(report.pages.first { $0.name == "source = google" }?.found == 50)
        #expect(report.pages.first { $0.name == "source = nowhere" }?.found == 0)
        #expect(report.months.count == 2)
        #expect(report.months.allSatisfy { $0.calls > 0 })
        #expect(report.erasures.allSatisfy { $0.calls.lowerBound >= 1 })
        #expect(report.text.contains("full to empty"))
        #expect(report.json["scenario"] == .string("growth"))
    }
}
