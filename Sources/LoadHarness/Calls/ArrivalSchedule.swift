import Glibc

/// When calls arrive in an open loop: moments that do not wait for the answers to those before.
package struct ArrivalSchedule: Sendable {
    package enum Spacing: String, Hashable, Sendable, CaseIterable {
        /// Evenly.
        case constant
        /// As calls from many people who know nothing of each other.
        case poisson
    }

    private let rate: Double
    private let spacing: Spacing
    private var count = 0
    private var seconds = 0.0
    private var random: SplitMix64

    /// - Parameters:
    ///   - rate: calls a second, above 0.
    ///   - seed: the same gives the same moments.
    package init(rate: Double, spacing: Spacing, seed: UInt64) {
        self.rate = rate
        self.spacing = spacing
        random = SplitMix64(state: seed)
    }

    /// The next arrival, in nanoseconds from the start.
    package mutating func next() -> UInt64 {
        count += 1
        switch spacing {
        // From the count and not from the last: errors of rounding do not add up over hours.
        case .constant: seconds = Double(count - 1) / rate
        case .poisson: seconds += random.nextWait() / rate
        }
        return UInt64(seconds * 1e9)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Exponential with mean 1, by inversion; never infinite, since the drawn number is never 0.
    mutating func nextWait() -> Double {
        -log((Double(next() >> 11) + 1) * 0x1p-53)
    }
}
