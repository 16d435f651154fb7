/// Stops retries for as long as a broker fails more than it serves (gRPC's A6, "Throttling"): a bucket of tokens for each broker.
///
/// A failure that a retry could follow takes a token, a success gives `tokenRatio` of one back; while no more than half are
/// left, failures are final.
public struct RetryThrottling: Hashable, Sendable {
    /// A thousand tokens and a tenth: a burst of five hundred failures is tried again, a storm is not.
    public static let `default` = RetryThrottling(maxTokens: 1000, tokenRatio: 0.1)

    public let maxTokens: Int
    public let tokenRatio: Double

    /// - Parameters:
    ///   - maxTokens: 1 up to 1,000,000.
    ///   - tokenRatio: a thousandth up to 1000; three decimals count.
    public init(maxTokens: Int, tokenRatio: Double) {
        self.maxTokens = min(max(maxTokens, 1), 1_000_000)
        self.tokenRatio = min(max(0.001, tokenRatio), 1000)
    }
}

/// The tokens that are left, in thousandths.
package struct RetryTokens: Sendable {
    private let most: Int
    private let ratio: Int
    private var left: Int

    package init(_ throttling: RetryThrottling) {
        most = throttling.maxTokens * 1000
        ratio = Int((throttling.tokenRatio * 1000).rounded())
        left = most
    }

    package mutating func succeeded() {
        left = min(most, left + ratio)
    }

    /// Counts a failure; true where there may be a retry after it.
    package mutating func failed() -> Bool {
        left = max(0, left - 1000)
        return left > most / 2
    }
}
