package import CallModel
import CallStorage
import MessageWire
package import MessageWorker

/// `trunkline.v1.CallerHistory`: what routing asks of a caller's earlier calls while a call waits (records.md §1).
///
/// | method | request | reply |
/// |---|---|---|
/// | Past | `CallerQuestion` | `CallerPast` |
///
/// Bodies are packed. Answered from the records: a call that is not stored yet is no part of the past.
package struct CallerHistoryService: Sendable {
    private let ledger: RecordLedger

    /// Answered at once, so that a batch of records that is being stored is waited for once. Each takes some ten microseconds.
    private static let together = 64

    package init(ledger: RecordLedger) { self.ledger = ledger }

    /// One answer for each request, in their order: INVALID_ARGUMENT, UNIMPLEMENTED, or UNAVAILABLE where the store cannot be read now.
    package func answer(_ requests: [Result<CallerQuestion, ServiceError>]) -> [Result<CallerPast, ServiceError>] {
        ledger.look { store in
            requests.map { request in
                request.flatMap { question in
                    Result { () throws(StorageError) in try store.past(question) }.mapError { ServiceError(.unavailable, $0.message) }
                }
            }
        }
    }

    /// The service as a worker serves it: on a thread of its own, which may wait for the disk.
    package func poolService() -> PoolService {
        .batch(ServiceName.callerHistory, limit: Self.together) { tasks in
            answer(tasks.map(question)).map { answer in
                switch answer {
                case .success(let past): .done(past.body)
                case .failure(let error): .failed(error.status, error.message)
                }
            }
        }
    }

    private func question(_ task: PoolTask) -> Result<CallerQuestion, ServiceError> {
        Result { () throws(ServiceError) in
            guard task.method == "Past" else { throw ServiceError(.unimplemented, "\(ServiceName.callerHistory) has no method \(task.method); use Past") }
            return try task.withBody { body throws(ServiceError) in try CallerQuestion(body: body.bytes) }
        }
    }
}
