public import MessageWire

/// How the broker treats the requests of one service; its class decides which settings there are (wire.md §3, §8).
public enum ServicePolicy: Hashable, Sendable {
    case unary(UnaryPolicy)
    case durable(DurablePolicy)

    public var isDurable: Bool {
        if case .durable = self { true } else { false }
    }

    public var maxQueue: Int {
        switch self {
        case .unary(let policy): policy.maxQueue
        case .durable(let policy): policy.maxQueue
        }
    }

    public var maxQueueBytes: Int {
        switch self {
        case .unary(let policy): policy.maxQueueBytes
        case .durable(let policy): policy.maxQueueBytes
        }
    }

    /// Tasks out at once over all workers; 0: no cap.
    public var maxInFlight: Int {
        switch self {
        case .unary(let policy): policy.maxInFlight
        case .durable(let policy): policy.maxInFlight
        }
    }
}

/// A service whose requests live in memory, with a deadline and one answer each. Durations in milliseconds, sizes in bytes.
public struct UnaryPolicy: Hashable, Sendable {
    public enum TeeAcknowledgement: String, Hashable, Sendable, CaseIterable {
        /// The response waits, for a while, until the record is on disk.
        case synced
        /// The response goes out at once.
        case early
    }

    public var defaultTimeout: Int64 = 5_000
    /// A longer timeout is cut to this.
    public var maxTimeout: Int64 = 60_000
    public var maxDeliveries = 2
    public var maxQueue = 1_000
    public var maxQueueBytes = 64 << 20
    /// Tasks out at once over all workers; 0: no cap.
    public var maxInFlight = 0
    /// Whether TASKs name the key of the peer that asked.
    public var sendPeer = false
    /// The path of a durable service that gets a record of every exchange.
    public var tee: String?
    public var teeAcknowledgement = TeeAcknowledgement.synced

    public init() {}
}

/// A service whose requests are journaled and delivered at least once. Durations in milliseconds, sizes in bytes.
public struct DurablePolicy: Hashable, Sendable {
    public var lease: Int64 = 30_000
    /// Failures after which a request is dead.
    public var maxAttempts = 5
    public var initialBackoff: Int64 = 1_000
    public var maxBackoff: Int64 = 60_000
    public var multiplier = 2.0
    /// The part of a backoff by which it varies at random, either way.
    public var jitter = 0.2
    /// Statuses that count as a failure to be tried again; any other than OK is final.
    public var retryable: Set<StatusCode> = [.unavailable, .resourceExhausted, .aborted, .deadlineExceeded, .internal, .unknown]
    /// Lost workers and leases after which a request is dead.
    public var maxCrashes = 3
    public var maxQueue = 1_000_000
    public var maxQueueBytes = 1 << 30
    /// Tasks out at once over all workers; 0: no cap.
    public var maxInFlight = 0
    public var sendPeer = false
    /// How long a request that could go out waits for company after others went: for work that comes in a stream and that nobody waits
    /// for, since every message wakes a worker. 0: not at all.
    public var linger: Int64 = 0
    /// The durable services that each get a delivery of what this one accepts; it has no workers itself then.
    public var fanOut: [String] = []

    public init() {}
}
