import MessageConnection
public import MessageWire

/// When a failed call is sent again, with the semantics of gRPC's A6. No hedging: one attempt at a time.
///
/// It speaks of calls that a worker may see twice (`idempotent: true`). Any other call, once it is out, is sent again only as
/// the guide's "What is sent again" says; a durable request always is, until its timeout.
public struct RetryPolicy: Hashable, Sendable {
    /// Five attempts; 50 ms, then twice as long each time, up to 1.6 s; after UNAVAILABLE alone.
    public static let `default` = RetryPolicy()
    /// One attempt, whatever comes of it.
    public static let never = RetryPolicy(maxAttempts: 1)

    /// How often a call is sent at most, the first time included.
    public var maxAttempts: Int { Int(attempts) }
    public var initialBackoff: Duration { .milliseconds(Int64(initial)) }
    public var maxBackoff: Duration { .milliseconds(Int64(longest)) }
    /// What each wait is multiplied by for the next one.
    public var multiplier: Double { Double(factor) }

    // Kept small: every request carries one.
    private let attempts: UInt16
    private let initial: UInt32
    private let longest: UInt32
    private let factor: Float
    /// A bit for each status.
    private let statuses: UInt32

    /// - Parameters:
    ///   - maxAttempts: at least 1.
    ///   - initialBackoff: before the first retry; whole milliseconds, at least one. Each wait is off by up to a fifth, at random.
    ///   - maxBackoff: what the waits grow to.
    ///   - multiplier: above 0.
    ///   - retryable: statuses after which there is a retry though nobody asked for one. After a pushback there is one with
    ///     any status, exactly then; after the pushback "never" there is none.
    public init(
        maxAttempts: Int = 5, initialBackoff: Duration = .milliseconds(50), maxBackoff: Duration = .milliseconds(1600), multiplier: Double = 2,
        retryable: Set<StatusCode> = [.unavailable]
    ) {
        attempts = UInt16(clamping: max(1, maxAttempts))
        initial = UInt32(clamping: max(1, initialBackoff.milliseconds))
        longest = UInt32(clamping: max(1, maxBackoff.milliseconds))
        factor = multiplier > 0 ? Float(min(multiplier, 1000)) : 1
        statuses = retryable.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    }

    /// Whether a call that ended so is sent again without being asked to.
    public func retries(_ status: StatusCode) -> Bool { statuses >> UInt32(status.rawValue) & 1 == 1 }

    /// Milliseconds before a retry: the ceiling of A6 times a factor between 0.8 and 1.2.
    ///
    /// - Parameters:
    ///   - number: 1 for the first retry, or the first after a pushback.
    ///   - noise: 0 up to 1.
    package func backoff(retry number: Int, noise: Double) -> Int64 {
        var ceiling = min(Double(initial), Double(longest))
        for _ in 1..<min(max(number, 1), 64) { ceiling = min(ceiling * multiplier, Double(longest)) }
        return max(1, Int64((ceiling * (0.8 + 0.4 * noise)).rounded()))
    }
}
