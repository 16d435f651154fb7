public import Logging
import MessageConnection
import MessageWire
public import ServiceLifecycle
public import ZeroMQ

/// A worker: serves one or more services of one broker.
///
/// It connects, registers its services, grants credit for as many tasks as each service may hold, and answers. It begins
/// again by itself after a lost connection or a restarted broker (wire.md §2, "Session").
public final class MessageWorker: Sendable, Service {
    private let services: [PoolService]
    private let mailbox: Mailbox<WorkerCommand>
    private let bell: Bell
    private let settings: ConnectionSettings
    private let grace: Duration

    /// - Parameters:
    ///   - endpoint: the broker's back.
    ///   - name: what this worker is called in `peers`, 1–128 printable ASCII characters.
    ///   - instance: which one of that name; a random one where none is given.
    ///   - services: at most 64, no two of one name.
    ///   - grace: how long a graceful shutdown waits for the tasks that are held.
    ///   - context: the process's, where it has one already.
    /// - Throws: `ZeroMQError` where the process has no descriptors left.
    public init(
        endpoint: String = "tcp://127.0.0.1:7571", name: String, instance: String? = nil, services: [PoolService],
        grace: Duration = .seconds(25), context: Context? = nil, logger: Logger
    ) throws(ZeroMQError) {
        bell = try Bell()
        mailbox = Mailbox(bell)
        self.grace = grace
        self.services = services
        var random = SystemRandomNumberGenerator()
        let context = if let context { context } else { try Context() }
        settings = ConnectionSettings(
            endpoint: endpoint, context: context,
            hello: Hello(
                role: .worker, name: name, instance: instance ?? RequestID(v7At: MonotonicTime.wall(), using: &random).hex,
                services: services.map(\.name)),
            logger: logger)
    }

    /// Works until a graceful shutdown, which finishes what is held first, or until the task is cancelled, which does not wait.
    ///
    /// Run it once.
    /// - Throws: `WorkerError` where a service's name is not one; else where the system has no thread or descriptor left.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await work()
            } onCancel: {
                mailbox.post(.leave)
            }
        } onGracefulShutdown: {
            self.shutDown()
        }
    }

    /// Takes nothing new, finishes what is held for as long as the grace, says BYE; `run()` returns then.
    public func shutDown() {
        mailbox.post(.drain(grace: grace.milliseconds))
    }

    private func work() async throws {
        try checkServices()
        let ways = try services.map(way)
        let running = try zip(services, ways).map { service, way in try RunningService(service, way: way) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (service, way) in zip(services, ways) { start(service, way, in: &group) }
            try await Thread.run(named: "tlp-worker") { [settings, bell, mailbox] in
                ConnectionLoop(settings, bell: bell, peer: WorkerPeer(running, mailbox, logger: settings.logger)).run()
            }
            // What is still at work has outlived the grace, or the worker was told not to wait.
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func checkServices() throws(WorkerError) {
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
    }

    private func way(_ service: PoolService) throws(ZeroMQError) -> RunningService.Way {
        switch service.handler {
        case .batch(let limit, let handle): .thread(try BatchThread(limit: limit, results: mailbox, logger: settings.logger, handle))
        case .inline(_, otherwise: nil): .none
        case .inline, .asyncBatch, .concurrent: .tasks(Handover())
        }
    }

    private func start(_ service: PoolService, _ way: RunningService.Way, in group: inout ThrowingTaskGroup<Void, any Error>) {
        switch (service.handler, way) {
        case (.batch, .thread(let thread)):
            group.addTask { [mailbox] in
                do {
                    try await Thread.run(named: "tlp-batch") { thread.run() }
                } catch {
                    mailbox.post(.leave)
                    throw error
                }
            }
        case (.inline(_, let handle?), .tasks(let handover)), (.concurrent(let handle), .tasks(let handover)):
            group.addTask { [mailbox] in await Self.serve(handover, results: mailbox, handle) }
        case (.asyncBatch(let limit, let handle), .tasks(let handover)):
            group.addTask { [mailbox] in await Self.serve(handover, limit: limit, results: mailbox, handle) }
        default: break
        }
    }

    private static func serve(
        _ handover: Handover, results: Mailbox<WorkerCommand>, _ handle: @escaping @Sendable (PoolTask) async throws -> TaskOutcome
    ) async {
        await withDiscardingTaskGroup { group in
            while let tasks = await handover.take() {
                for task in tasks {
                    group.addTask {
                        do {
                            results.post(.finished([task], .success([try await handle(task)])))
                        } catch {
                            results.post(.finished([task], .failure(error)))
                        }
                    }
                }
            }
            group.cancelAll()
        }
    }

    private static func serve(
        _ handover: Handover, limit: Int, results: Mailbox<WorkerCommand>,
        _ handle: @escaping @Sendable ([PoolTask]) async throws -> [TaskOutcome]
    ) async {
        while let tasks = await handover.take() {
            for start in stride(from: 0, to: tasks.count, by: max(1, limit)) {
                let batch = Array(tasks[start..<min(start + max(1, limit), tasks.count)])
                do {
                    results.post(.finished(batch, .success(try await handle(batch))))
                } catch {
                    results.post(.finished(batch, .failure(error)))
                }
            }
        }
    }
}
