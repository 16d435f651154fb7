import MessageConnection
import Threads
import ZeroMQ

/// What runs while a worker works: a thread for each connection, and whatever each service's handler runs on.
extension MessageWorker {
    /// Until every connection has ended.
    func connect(_ services: [[RunningService]]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (link, services) in zip(links, services) {
                group.addTask { [logger] in
                    do {
                        try await Thread.run(named: "tlp-worker") {
                            ConnectionLoop(link.settings, bell: link.bell, peer: WorkerPeer(services, link, logger: logger)).run()
                        }
                    } catch {
                        self.leave()
                        throw error
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    func way(_ service: PoolService) throws(ZeroMQError) -> RunningService.Way {
        switch service.handler {
        case .batch(let limit, let linger, let handle): .thread(try BatchThread(limit: limit, linger: linger, logger: logger, handle))
        case .inline(_, otherwise: nil): .none
        case .inline, .asyncBatch, .concurrent, .streaming: .tasks(Handover())
        }
    }

    func start(_ service: PoolService, _ way: RunningService.Way, in group: inout ThrowingTaskGroup<Void, any Error>) {
        switch (service.handler, way) {
        case (.batch, .thread(let thread)):
            group.addTask {
                do {
                    try await Thread.run(named: "tlp-batch") { thread.run() }
                } catch {
                    self.leave()
                    throw error
                }
            }
        case (.inline(_, let handle?), .tasks(let handover)), (.concurrent(let handle), .tasks(let handover)):
            group.addTask { await Self.serve(handover, handle) }
        case (.streaming(let handle), .tasks(let handover)):
            group.addTask { await Self.serve(handover) { task in try await handle(task, PartWriter(task)) } }
        case (.asyncBatch(let limit, let handle), .tasks(let handover)):
            group.addTask { await Self.serve(handover, limit: max(1, limit), handle) }
        default: break
        }
    }

    private static func serve(_ handover: Handover, _ handle: @escaping @Sendable (PoolTask) async throws -> TaskOutcome) async {
        await withDiscardingTaskGroup { group in
            while let tasks = await handover.take() {
                for task in tasks {
                    group.addTask { await task.link.work(on: task) { try await handle(task) } }
                }
            }
            group.cancelAll()
        }
    }

    private static func serve(
        _ handover: Handover, limit: Int, _ handle: @escaping @Sendable ([PoolTask]) async throws -> [TaskOutcome]
    ) async {
        while let tasks = await handover.take() {
            for start in stride(from: 0, to: tasks.count, by: limit) {
                await Array(tasks[start..<min(start + limit, tasks.count)]).work(handle)
            }
        }
    }
}
