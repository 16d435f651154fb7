package import CallModel
import CallStorage
import MessageWire
package import MessageWorker

/// `trunkline.v1.CallerHistory`: what routing asks of a caller's earlier calls, and of the web session a call comes from, while it waits (records.md §1, §4).
///
/// | method | request | reply |
/// |---|---|---|
/// | Past | `CallerQuestion` | `CallerPast` |
/// | Session | `SessionQuestion` | `CallSession` |
///
/// Bodies are packed. Answered from the records: a call that is not stored yet is no part of the past.
package struct CallerHistoryService: Sendable {
    private let ledger: RecordLedger

    /// Answered at once, so that a batch of records that is being stored is waited for once. Each takes some ten microseconds.
    private static let together = 64

    package init(ledger: RecordLedger) { self.ledger = ledger }

    package enum Question: Sendable {
        case past(CallerQuestion)
        case session(SessionQuestion)
    }

    /// The body of one answer for each request, in their order: INVALID_ARGUMENT, UNIMPLEMENTED, or UNAVAILABLE where the store cannot be read now.
    package func answer(_ requests: [Result<Question, ServiceError>]) -> [Result<[UInt8], ServiceError>] {
        ledger.look { store in
            requests.map { request in
                request.flatMap { question in
                    Result { () throws(StorageError) in
                        switch question {
                        case .past(let question): try store.past(question).body
                        case .session(let question): try store.session(question).body
                        }
                    }.mapError { ServiceError(.unavailable, $0.message) }
                }
            }
        }
    }

    /// The service as a worker serves it: on a thread of its own, which may wait for the disk.
    package func poolService() -> PoolService {
        .batch(ServiceName.callerHistory, limit: Self.together) { tasks in
            answer(tasks.map(question)).map { answer in
                switch answer {
                case .success(let body): .done(body)
                case .failure(let error): .failed(error.status, error.message)
                }
            }
        }
    }

    private func question(_ task: PoolTask) -> Result<Question, ServiceError> {
        Result { () throws(ServiceError) in
            try task.withBody { body throws(ServiceError) in
                switch task.method {
                case "Past": .past(try CallerQuestion(body: body.bytes))
                case "Session": .session(try SessionQuestion(body: body.bytes))
                default: throw ServiceError(.unimplemented, "\(ServiceName.callerHistory) has no method \(task.method); use Past or Session")
                }
            }
        }
    }
}
