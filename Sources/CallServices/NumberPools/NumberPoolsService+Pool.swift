import MessageWire
package import MessageWorker

extension NumberPoolsService {
    /// Long enough for a directory to come, short beside the patience of a page.
    private static var pause: Duration { .milliseconds(100) }
    /// Deliveries after which it is believed that no directory will come.
    private static var patience: Int { 12 }

    /// The service as a worker serves it: a thread of its own, a transaction a batch.
    package func poolService() -> PoolService {
        // Pages wait: what came while the last batch was synced is the next.
        .batch(ServiceName.numberPools, limit: 512) { tasks in
            let requests = tasks.map { task in
                task.withBody { read(method: task.method, $0.bytes, contentType: task["content-type"]) }
            }
            return zip(tasks, answer(requests)).map { task, answer in
                switch answer {
                case .success(let reply): .done(reply.body, metadata: reply.metadata)
                case .failure(let error) where error.status == .unavailable && task.attempt < Self.patience: .notDone(retryAfter: Self.pause)
                case .failure(let error): .failed(error.status, error.message)
                }
            }
        }
    }
}
