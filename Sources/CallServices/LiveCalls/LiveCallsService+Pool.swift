package import MessageWorker

extension LiveCallsService {
    /// The service as a worker serves it: a thread of its own, a transaction a batch.
    package func poolService() -> PoolService {
        // Calls wait: what came while the last batch was synced is the next.
        .batch(ServiceName.liveCalls, limit: 512) { tasks in
            let requests = tasks.map { task in
                task.withBody { read(method: task.isFor("Ask") ? "Ask" : task.method, $0.bytes) }
            }
            return answer(requests).map { answer in
                switch answer {
                case .success(let body): .done(body)
                case .failure(let error): .failed(error.status, error.message)
                }
            }
        }
    }
}
