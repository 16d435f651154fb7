public import Logging
import MessageConnection
import MessageWire
public import ServiceLifecycle
public import ZeroMQ

/// A producer: sends requests to a broker, or to several that share nothing, and gets their answers.
///
/// One object for a whole process: any number of tasks call it at once, their requests share one connection to each broker, and
/// those that are queued at the same moment travel in one frame. Nothing happens before `run()` runs; calls made earlier wait
/// for it.
public final class MessageClient: Sendable, Service {
    /// The brokers' fronts.
    public let endpoints: [String]
    let brokers: BrokerRing
    private let retry: RetrySettings
    private let grace: Duration

    /// A client of several brokers.
    ///
    /// - Parameters:
    ///   - endpoints: the brokers' fronts, at least one, each once.
    ///   - name: what this producer is called in `peers`, 1–128 printable ASCII characters.
    ///   - instance: which one of that name; a random one where none is given.
    ///   - grace: how long a graceful shutdown waits for open requests.
    ///   - retryPolicy: for requests that have none of their own.
    ///   - retryThrottling: for each broker; nil: retries are not throttled.
    ///   - context: the process's, where it has one already.
    /// - Throws: `ZeroMQError` where the process has no descriptors left.
    public init(
        endpoints: [String], name: String, instance: String? = nil, grace: Duration = .seconds(25), retryPolicy: RetryPolicy = .default,
        retryThrottling: RetryThrottling? = .default, context: Context? = nil, logger: Logger
    ) throws(ZeroMQError) {
        self.endpoints = endpoints
        self.grace = grace
        retry = RetrySettings(policy: retryPolicy, throttling: retryThrottling)
        let context = if let context { context } else { try Context() }
        var lines: [BrokerLine] = []
        for endpoint in endpoints {
            let hello = Hello(role: .producer, name: name, instance: instance ?? RequestIDs.next().hex)
            lines.append(try BrokerLine(endpoint: endpoint, context: context, hello: hello, logger: logger))
        }
        brokers = BrokerRing(lines)
    }

    /// A client of one broker.
    ///
    /// - Parameter endpoint: the broker's front. The other parameters are those of ``init(endpoints:name:instance:grace:retryPolicy:retryThrottling:context:logger:)``.
    /// - Throws: `ZeroMQError` where the process has no descriptors left.
    public convenience init(
        endpoint: String = "tcp://127.0.0.1:7570", name: String, instance: String? = nil, grace: Duration = .seconds(25),
        retryPolicy: RetryPolicy = .default, retryThrottling: RetryThrottling? = .default, context: Context? = nil, logger: Logger
    ) throws(ZeroMQError) {
        try self.init(
            endpoints: [endpoint], name: name, instance: instance, grace: grace, retryPolicy: retryPolicy, retryThrottling: retryThrottling,
            context: context, logger: logger)
    }

    /// Keeps the connections until a graceful shutdown, which lets open requests end first, or until the task is cancelled.
    ///
    /// Run it once. - Throws: where the system has no thread left.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for place in brokers.lines.indices {
                        group.addTask { [brokers, retry] in
                            try await brokers.lines[place].run { ClientPeer(brokers, place, retry, now: MonotonicTime.now()) }
                        }
                    }
                    do {
                        try await group.waitForAll()
                    } catch {
                        leave()
                        throw error
                    }
                }
            } onCancel: {
                leave()
            }
        } onGracefulShutdown: {
            self.shutDown()
        }
    }

    /// Lets open requests end, for as long as the grace, and refuses new ones; `run()` returns then.
    public func shutDown() {
        for line in brokers.lines { line.mailbox.post(.drain(grace: grace.milliseconds)) }
    }

    private func leave() {
        for line in brokers.lines { line.mailbox.post(.leave) }
    }
}

/// A client of several brokers for as long as `body` runs.
///
/// - Throws: what `body` throws; `ZeroMQError` where the process has no descriptors left.
public func withMessageClient<Result>(
    endpoints: [String], name: String, retryPolicy: RetryPolicy = .default, retryThrottling: RetryThrottling? = .default,
    context: Context? = nil, logger: Logger, _ body: (MessageClient) async throws -> Result
) async throws -> Result {
    let client = try MessageClient(
        endpoints: endpoints, name: name, retryPolicy: retryPolicy, retryThrottling: retryThrottling, context: context, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        do {
            let result = try await body(client)
            client.shutDown()
            try await group.waitForAll()
            return result
        } catch {
            group.cancelAll()
            throw error
        }
    }
}

/// A client of one broker for as long as `body` runs.
///
/// - Throws: what `body` throws; `ZeroMQError` where the process has no descriptors left.
public func withMessageClient<Result>(
    endpoint: String = "tcp://127.0.0.1:7570", name: String, retryPolicy: RetryPolicy = .default,
    retryThrottling: RetryThrottling? = .default, context: Context? = nil, logger: Logger, _ body: (MessageClient) async throws -> Result
) async throws -> Result {
    try await withMessageClient(
        endpoints: [endpoint], name: name, retryPolicy: retryPolicy, retryThrottling: retryThrottling, context: context, logger: logger, body)
}
