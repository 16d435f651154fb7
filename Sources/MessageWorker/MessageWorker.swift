public import Logging
import MessageConnection
import MessageWire
public import ServiceLifecycle
public import ZeroMQ

/// A worker: serves one or more services of one broker, or of several at once.
///
/// It connects, registers its services, grants credit for as many tasks as each service may hold, and answers. It begins
/// again by itself after a lost connection or a restarted broker (wire.md §2, "Session").
public final class MessageWorker: Sendable, Service {
    let services: [PoolService]
    let links: [BrokerLink]
    let logger: Logger
    private let grace: Duration

    /// - Parameters:
    ///   - endpoints: the backs of brokers that share nothing. Each has a connection and a thread of its own, and an equal share of
    ///     every service's concurrency, one task at least: handlers hold no more than that in all. An `inline` handler runs on each
    ///     of these threads, the others wherever they run with one broker.
    ///   - name: what this worker is called in `peers`, 1–128 printable ASCII characters.
    ///   - instance: which one of that name; a random one where none is given.
    ///   - services: at most 64, no two of one name.
    ///   - grace: how long a graceful shutdown waits for the tasks that are held.
    ///   - context: the process's, where it has one already.
    /// - Throws: `ZeroMQError` where the process has no descriptors left.
    public init(
        endpoints: [String], name: String, instance: String? = nil, services: [PoolService], grace: Duration = .seconds(25),
        context: Context? = nil, logger: Logger
    ) throws(ZeroMQError) {
        self.services = services
        self.grace = grace
        self.logger = logger
        var random = SystemRandomNumberGenerator()
        let context = if let context { context } else { try Context() }
        let hello = Hello(
            role: .worker, name: name, instance: instance ?? RequestID(v7At: MonotonicTime.wall(), using: &random).hex,
            services: services.map(\.name))
        links = try endpoints.map { endpoint throws(ZeroMQError) in
            try BrokerLink(ConnectionSettings(endpoint: endpoint, context: context, hello: hello, logger: logger))
        }
    }

    /// As above, for one broker.
    public convenience init(
        endpoint: String = "tcp://127.0.0.1:7571", name: String, instance: String? = nil, services: [PoolService],
        grace: Duration = .seconds(25), context: Context? = nil, logger: Logger
    ) throws(ZeroMQError) {
        try self.init(
            endpoints: [endpoint], name: name, instance: instance, services: services, grace: grace, context: context, logger: logger)
    }

    /// Works until a graceful shutdown, which finishes what is held first, or until the task is cancelled, which does not wait.
    ///
    /// Run it once.
    /// - Throws: `WorkerError` where a service's name is not one, or no broker or one twice is named; else where the system has no
    ///   thread or descriptor left.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await work()
            } onCancel: {
                leave()
            }
        } onGracefulShutdown: {
            self.shutDown()
        }
    }

    /// Takes nothing new, finishes what is held for as long as the grace, says BYE; `run()` returns then.
    public func shutDown() {
        for link in links { link.mailbox.post(.drain(grace: grace.milliseconds)) }
    }

    func leave() {
        for link in links { link.mailbox.post(.leave) }
    }

    private func work() async throws {
        try check()
        let ways = try services.map(way)
        let running = try links.indices.map { number in
            try zip(services, ways).map { service, way in
                try RunningService(service, way: way, share: share(of: service, number))
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (service, way) in zip(services, ways) { start(service, way, in: &group) }
            do {
                // Also where a connection has no thread: nothing else ends the handlers.
                defer { for way in ways { way.close() } }
                try await connect(running)
            }
            // What is still at work has outlived the grace, or the worker was told not to wait.
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// One connection's part of a service's concurrency.
    private func share(of service: PoolService, _ number: Int) -> Int {
        service.concurrency / links.count + (number < service.concurrency % links.count ? 1 : 0)
    }

    private func check() throws(WorkerError) {
        guard 1...Hello.maximumServices ~= services.count else {
            throw WorkerError(code: .serviceCount, message: "a worker serves 1 to \(Hello.maximumServices) services, not \(services.count); split them over several workers")
        }
        var names: Set<String> = []
        for service in services {
            guard Hello.isServiceName(service.name) else {
                throw WorkerError(code: .serviceName, message: "\"\(service.name)\" is no service name; use letters, digits and . _ / -, 253 at most")
            }
            guard names.insert(service.name).inserted else {
                throw WorkerError(code: .sameServiceTwice, message: "\"\(service.name)\" is served twice by one worker; give one handler both methods")
            }
        }
        guard !links.isEmpty else { throw WorkerError(code: .noBroker, message: "a worker needs a broker; name the endpoint of one at least") }
        var endpoints: Set<String> = []
        for endpoint in links.map(\.settings.endpoint) where !endpoints.insert(endpoint).inserted {
            // Two sessions of one name and instance would end each other for ever (wire.md §2, "Session").
            throw WorkerError(code: .sameBrokerTwice, message: "\(endpoint) is named twice; name each broker once")
        }
    }
}
