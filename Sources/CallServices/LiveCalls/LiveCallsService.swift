import CallAttribution
package import CallModel
package import CallRouting
import CallStorage
package import Logging
import MessageWire

/// `trunkline.v1.LiveCalls`: what routing workers share while calls are going on (directory.md §2–§4).
///
/// | method | request | reply |
/// |---|---|---|
/// | Ask | a `LiveQuestion` | a `LiveAnswer`, its slots on disk |
/// | Limits | JSON `{account?}` | `{limits: [{account, destination_id, per, count, max, used, time_zone, from, resets_at}]}` |
/// | Pools | JSON `{account?}` | `{pools: [{account, pool, numbers, leased, cooling_down, …}]}` |
/// | ResetLimits | JSON `{account?, destination_id}` | `{account, destination_id}` |
///
/// `account` may be left out where only one is known. A batch is one transaction, and nobody is answered before it is on disk.
package struct LiveCallsService: Sendable {
    private let ledger: LiveLedger
    private let destinations: LimitedDestinations
    private let directories: PoolDirectories
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// - Parameter now: the wall clock, by which calls without an end expire.
    package init(ledger: LiveLedger, destinations: LimitedDestinations, directories: PoolDirectories = PoolDirectories(), logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.destinations = destinations
        self.directories = directories
        self.now = now
        self.logger = logger
    }

    /// What a request asks for.
    package enum Request: Sendable {
        case ask(LiveQuestion)
        case limits([LimitedDestination])
        case reset(LimitedDestination)
        case pools([Directory])
        case refused(ServiceError)
    }

    package typealias Answer = Result<[UInt8], ServiceError>

    package func read(method: String, _ body: RawSpan) -> Request {
        do throws(ServiceError) {
            switch method {
            case "Ask": return .ask(try LiveQuestion(body: body))
            case "Limits": return .limits(try destinations.all(of: try LimitsRequest(body: body).account))
            case "Pools": return .pools(try directories.all(try PoolsRequest(body: body).account))
            case "ResetLimits":
                let request = try ResetLimitsRequest(body: body)
                return .reset(try destinations.destination(request.destinationID, account: request.account))
            default: throw ServiceError(.unimplemented, "\(ServiceName.liveCalls) has no method \(method); use Ask, Limits, Pools or ResetLimits")
            }
        } catch {
            return .refused(error)
        }
    }

    /// One answer for each request, in their order.
    package func answer(_ batch: [Request]) -> [Answer] {
        do throws(StorageError) {
            var answers = try ledger.change { state in
                let now = now()
                return batch.map { answer($0, &state, now) }
            }
            for (place, request) in batch.enumerated() {
                if case .pools(let directories) = request { answers[place] = .success(try uses(ofPoolsOf: directories).body) }
            }
            return answers
        } catch {
            logger.error("cannot store live state; nobody is answered", metadata: ["requests": "\(batch.count)", "error": "\(error)"])
            return batch.map { _ in .failure(ServiceError(.unavailable, error.message)) }
        }
    }

    private func answer(_ request: Request, _ state: inout LiveState, _ now: Timestamp) -> Answer {
        switch request {
        case .ask(let question): return .success(state.answer(question, now: now).body)
        case .refused(let error): return .failure(error)
        // Of the leases, which are asked next.
        case .pools: return .success([])
        case .limits(let destinations):
            state.expire(now: now)
            return .success(LimitsReply(destinations.flatMap { $0.uses(state, at: now) }).body)
        case .reset(let destination):
            state.resetLimits(account: destination.account, destination: destination.id)
            return .success(ResetLimitsRequest(account: destination.account, destinationID: destination.id).body)
        }
    }

    private func uses(ofPoolsOf directories: [Directory]) throws(StorageError) -> PoolsReply {
        try ledger.lease { book in
            let now = now()
            return PoolsReply(uses: directories.flatMap { directory in directory.pools.indices.map { (directory, book.use(ofPool: $0, of: directory, at: now)) } })
        }
    }
}
