import Histogram

/// How long things took: an HdrHistogram of nanoseconds, exact to three digits, up to ten minutes.
package struct Latencies: Sendable {
    private static let longest: UInt64 = 600_000_000_000
    private var histogram = Histogram<UInt64>(highestTrackableValue: longest, numberOfSignificantValueDigits: .three)

    package init() {}

    /// A longer time counts as ten minutes.
    package mutating func record(_ nanoseconds: UInt64) {
        _ = histogram.record(min(nanoseconds, Self.longest))
    }

    package mutating func add(_ other: Latencies) { histogram.add(other.histogram) }

    package var count: Int { Int(histogram.totalCount) }

    package var summary: LatencySummary {
        func at(_ percentile: Double) -> Double { count == 0 ? 0 : Double(histogram.valueAtPercentile(percentile)) / 1000 }
        return LatencySummary(
            count: count, mean: count == 0 ? 0 : histogram.mean / 1000, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), p9999: at(99.99),
            max: at(100))
    }
}

/// Percentiles in microseconds.
package struct LatencySummary: Hashable, Sendable {
    package var count: Int
    package var mean: Double
    package var p50: Double
    package var p90: Double
    package var p99: Double
    package var p999: Double
    package var p9999: Double
    package var max: Double
}
