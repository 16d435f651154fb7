import CallAttribution
import CallModel
import Testing

@Suite("An hour in which the broker was down is missing, not 0 (records.md §6)")
struct RecordedTimeTests {
    /// Hours after an arbitrary moment.
    private func span(_ from: Double, _ to: Double) -> Range<Timestamp> { at(from)..<at(to) }
    private func at(_ hours: Double) -> Timestamp { Timestamp(milliseconds: 1_780_000_000_000).advanced(bySeconds: hours * 3600) }

    private func states(_ spans: [Range<Timestamp>], hasCalls: Bool = false, now: Double = 10) -> [RecordedTime.State] {
        let recorded = RecordedTime(spans)
        return (0..<6).map { recorded.state(of: span(Double($0), Double($0) + 1), hasCalls: hasCalls, now: at(now)) }
    }

    @Test("without coverage an hour is missing, with some it is partial, and minutes are no gap")
    func gaps() {
        #expect(states([span(0, 1), span(2.5, 4), span(4.08, 9)]) == [.recorded, .missing, .partial(1800), .recorded, .recorded, .recorded])
        #expect(states([span(4.08, 9), span(2.5, 4), span(0, 0.5), span(0.5, 1)]) == states([span(0, 1), span(2.5, 4), span(4.08, 9)]))
    }

    @Test("an hour with calls is never missing: they came in later, or were imported")
    func calls() {
        #expect(states([span(0, 1), span(2, 9)], hasCalls: true)[1] == .partial(3600))
    }

    @Test("nothing is claimed of the time before the first coverage, nor of the time to come")
    func ends() {
        #expect(states([span(3, 3.5)], now: 4.05) == [.recorded, .recorded, .recorded, .partial(1800), .recorded, .ahead])
        #expect(states([span(3, 3.5)], now: 4.5)[4] == .missing)
        #expect(states([]) == Array(repeating: .recorded, count: 6))
        #expect(states([span(0, 1)], hasCalls: true, now: 0.5)[3] == .recorded)
    }

    @Test("a month is the sum of its gaps")
    func sums() {
        let recorded = RecordedTime([span(0, 10), span(12, 20), span(21, 40)])
        #expect(recorded.gaps(in: span(-5, 40), now: at(38)) == [span(10, 12), span(20, 21)])
        #expect(recorded.state(of: span(-5, 40), hasCalls: false, now: at(38)) == .partial(3 * 3600))
    }
}
