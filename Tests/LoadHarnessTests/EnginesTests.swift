import LoadHarness
import MessageWire
import Testing

@Suite("load engines", .timeLimit(.minutes(1)))
struct EnginesTests {
    @Test("routes every call, and has a figure for each engine")
    func measures() async throws {
        let report = try await EnginesRun(rounds: 3, calls: 50).run(stop: StopFlag()) { _ in }
        #expect(report.holds && report.wrong == 0)
        #expect(report.engines.count == 6 && report.engines.allSatisfy { $0.rounds.count == 3 && $0.rounds.allSatisfy { $0 > 0 } })
        #expect(report.json["engines"]?.array?.count == 6)
    }

    @Test("a decision that is not to connect is no measurement of one")
    func wrong() {
        let engine = EnginesReport.Engine(key: "plain", name: "one destination", goal: 1_000, rounds: [3, 1, 2])
        #expect(EnginesReport(engines: [engine], wrong: 0).text.contains("2 ns"))
        let report = EnginesReport(engines: [engine], wrong: 1)
        #expect(!report.holds && report.text.hasSuffix("1 decisions were not to connect"))
    }
}
