package import CallModel
package import CallStorage
import CallWire
package import Logging

/// `trunkline.v1.Attribution`, durable: `Record` gets the routing exchanges from the tee, `Lease` those of number pools, `Publish` the call events (records.md §2, §4).
///
/// A batch is one transaction, and nothing is acknowledged before it is on disk.
package struct AttributionService: Sendable {
    let ledger: RecordLedger
    private let now: @Sendable () -> Timestamp
    let logger: Logger

    /// - Parameter now: the wall clock, for the records' `updated_at`.
    package init(ledger: RecordLedger, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.now = now
        self.logger = logger
    }

    /// What a delivery says.
    package enum Told: Sendable {
        case input(CallInput)
        case web(WebInput)
        /// It tells of no call; it is done with.
        case nothing
        /// It was decided by a directory that has not come yet.
        case early
        case unreadable(String)
    }

    /// What becomes of a delivery.
    package enum Verdict: Hashable, Sendable {
        case stored
        /// Nothing was kept of it; deliver it again after that time.
        case later(Duration)
        /// It failed; the service's policy decides how often it is tried again.
        case failed(String)
        /// It will never be readable: a dead letter.
        case unreadable(String)
    }

    /// Deliveries after which an exchange is stored by what routing said, without the directory: two seconds, within which one comes
    /// if the directory service is there.
    private static let patience = 8
    private static let directoryPause: Duration = .milliseconds(250)
    /// A full disk or a lock is not over in less.
    static let storePause: Duration = .seconds(1)

    /// - Parameters:
    ///   - value: the delivery's metadata by key.
    ///   - attempt: which delivery it is, from 1.
    package func read(method: String, attempt: Int, _ body: UnsafeRawBufferPointer, _ value: (String) -> String?) -> Told {
        switch method {
        case "Record": readRecord(attempt: attempt, body, value)
        case "Lease": readLease(body, value)
        case "Publish": readEvent(body, contentType: value("content-type"))
        default: .unreadable("\(ServiceName.attribution) has no method \(method); use Record, Lease or Publish")
        }
    }

    private func readRecord(attempt: Int, _ body: UnsafeRawBufferPointer, _ value: (String) -> String?) -> Told {
        do throws(UnreadableExchange) {
            switch try ExchangeRecord(try ExchangeStamps(value), body) {
            case .noCall(let status):
                logger.debug("an exchange was of no call", metadata: ["status": "\(status)"])
                return .nothing
            case .exchange(let exchange):
                if attempt < Self.patience, let decision = exchange.decision, !decision.account.isEmpty,
                    !ledger.knows(decision.directoryVersion, of: decision.account)
                {
                    return .early
                }
                return .input(.exchange(exchange))
            }
        } catch {
            return .unreadable(error.message)
        }
    }

    private func readEvent(_ body: UnsafeRawBufferPointer, contentType: String?) -> Told {
        do throws(CallWireError) {
            return .input(.event(try CallEvent(body: body.bytes, BodyForm(contentType: contentType), unknownFields: .ignored)))
        } catch {
            return .unreadable(error.message)
        }
    }

    /// Stores what a batch tells; one verdict for each, in their order.
    package func settle(_ batch: [Told]) -> [Verdict] {
        var inputs: [CallInput] = []
        inputs.reserveCapacity(batch.count)
        for case .input(let input) in batch { inputs.append(input) }
        var visits: [WebInput] = []
        for case .web(let visit) in batch { visits.append(visit) }
        // The visits first: then most calls find theirs at once.
        var visited = store(visits).makeIterator()
        var outcomes = store(inputs).makeIterator()
        return batch.map { told in
            switch told {
            // As many outcomes as inputs.
            case .input: outcomes.next() ?? .later(Self.storePause)
            case .web: visited.next() ?? .later(Self.storePause)
            case .nothing: .stored
            case .early: .later(Self.directoryPause)
            case .unreadable(let reason): .unreadable(reason)
            }
        }
    }

    /// One verdict for each input.
    private func store(_ inputs: [CallInput]) -> [Verdict] {
        guard !inputs.isEmpty else { return [] }
        do throws(StorageError) {
            let summary = try ledger.store(inputs, now: now())
            // A call that came late may change what later ones of its caller inherit.
            correctCalls()
            logger.trace("stored a batch", metadata: ["new": "\(summary.applied)", "repeated": "\(summary.repeated)"])
            return inputs.map { _ in .stored }
        } catch {
            logger.error("cannot store records; they are given back", metadata: ["records": "\(inputs.count)", "error": "\(error)"])
            guard error.code == .failed else { return inputs.map { _ in .later(Self.storePause) } }
            // Something in the batch, not the disk: each alone, so that one call does not hold up the others.
            guard inputs.count > 1 else { return [.failed("the record store cannot take this one: \(error.message)")] }
            return inputs.flatMap { store([$0]) }
        }
    }
}
