import LoadHarness
import Testing

@Suite("Latencies")
struct LatenciesTests {
    @Test("percentiles of a thousand evenly spread times are exact to three digits")
    func percentiles() {
        var latencies = Latencies()
        for microseconds in 1...1000 { latencies.record(UInt64(microseconds) * 1000) }
        let summary = latencies.summary
        #expect(summary.count == 1000)
        for (found, expected) in [
            (summary.p50, 500.0), (summary.p90, 900), (summary.p99, 990), (summary.p999, 999), (summary.max, 1000), (summary.mean, 500.5),
        ] {
            #expect(abs(found - expected) <= expected * 0.002, "\(found) is not \(expected)")
        }
    }

    @Test("nothing recorded is zero everywhere, not a trap")
    func empty() {
        let summary = Latencies().summary
        #expect([summary.mean, summary.p50, summary.p99, summary.p9999, summary.max] == [0, 0, 0, 0, 0])
        #expect(summary.count == 0)
    }

    @Test("a time beyond the range counts as the longest")
    func clamped() {
        var latencies = Latencies()
        latencies.record(.max)
        #expect(latencies.count == 1)
        #expect(latencies.summary.max >= 599_000_000)
    }

    @Test("two histograms add up")
    func addition() {
        var a = Latencies()
        var b = Latencies()
        a.record(1_000)
        b.record(3_000_000)
        a.add(b)
        #expect(a.count == 2)
        #expect(a.summary.max >= 2_990)
    }
}
