package import CallModel
import CallRouting
package import CallStorage
import CallWire
package import Logging
import MessageWire
package import MessageWorker

/// `trunkline.v1.LiveEvents`, durable: the call events, by which slots are given back and calls are known to be over (directory.md §3, §4).
///
/// A batch is one transaction, and nothing is acknowledged before it is on disk.
package struct LiveEventsService: Sendable {
    private let ledger: LiveLedger
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// - Parameter now: the wall clock, by which calls without an end expire.
    package init(ledger: LiveLedger, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.now = now
        self.logger = logger
    }

    /// A full disk or a lock is not over in less.
    private static let storePause: Duration = .seconds(1)

    /// - Throws: INVALID_ARGUMENT for what is no event.
    package func read(method: String, _ body: RawSpan, contentType: String?) throws(ServiceError) -> CallEvent {
        guard method == "Publish" else { throw ServiceError(.unimplemented, "\(ServiceName.liveEvents) has no method \(method); use Publish") }
        do throws(CallWireError) {
            return try CallEvent(body: body, BodyForm(contentType: contentType), unknownFields: .ignored)
        } catch {
            throw ServiceError(.invalidArgument, error.message)
        }
    }

    /// - Throws: `StorageError`; then none of them was heard, and they are to come again.
    package func hear(_ events: [CallEvent]) throws(StorageError) {
        try ledger.change { state in
            let now = now()
            for event in events { state.hear(event, now: now) }
        }
    }

    /// The service as a worker serves it: a thread of its own, a transaction a batch.
    ///
    /// - Parameter batch: deliveries in one transaction at most.
    package func poolService(batch: Int = 1000) -> PoolService {
        .batch(ServiceName.liveEvents, limit: batch) { tasks in
            let told = tasks.map(read)
            do throws(StorageError) {
                try hear(told.compactMap { try? $0.get() })
            } catch {
                logger.error("cannot store live state; events are given back", metadata: ["events": "\(tasks.count)", "error": "\(error)"])
                return tasks.map { _ in .notDone(retryAfter: Self.storePause) }
            }
            return told.map { told in
                if case .failure(let error) = told { .never(error.status, error.message) } else { .done() }
            }
        }
    }

    private func read(_ task: PoolTask) -> Result<CallEvent, ServiceError> {
        Result { () throws(ServiceError) in
            try task.withBody { body throws(ServiceError) in
                try read(method: task.isFor("Publish") ? "Publish" : task.method, body.bytes, contentType: task["content-type"])
            }
        }
    }
}
