import MessageWire
package import MessageWorker

extension AttributionService {
    /// The service as a worker serves it: a thread of its own, a transaction a batch.
    ///
    /// - Parameter batch: deliveries in one transaction at most; the more rows share a page and a sync, the less each costs.
    package func poolService(batch: Int = 1000) -> PoolService {
        .batch(ServiceName.attribution, limit: batch) { tasks in
            settle(tasks.map(read)).map(TaskOutcome.init)
        }
    }

    private func read(_ task: PoolTask) -> Told {
        task.withBody { body in read(method: task.method, attempt: task.attempt, body) { task[$0] } }
    }
}

extension TaskOutcome {
    fileprivate init(_ verdict: AttributionService.Verdict) {
        switch verdict {
        case .stored: self = .done()
        case .later(let delay): self = .notDone(retryAfter: delay)
        case .failed(let reason): self = .failed(.internal, reason)
        case .unreadable(let reason): self = .never(.invalidArgument, reason)
        }
    }
}
