import CallAttribution
package import CallModel
import CallStorage
package import CallWire
package import Logging
package import MessageWire

/// `trunkline.v1.NumberPools`: numbers of a pool for a web site's visitors (calls.proto; records.md §4, "Leases").
///
/// | method | request | reply |
/// |---|---|---|
/// | Visit | `PageVisit` | `NumberLease`; without a number where the pool is exhausted |
/// | Heartbeat | `VisitorHeartbeat` | `NumberLease`; without a number where the visitor has no live lease |
///
/// A heartbeat extends the visitor's leases of all pools, and its reply is one of them: the others are in its metadata (`LeaseRecord.others`), for the records.
///
/// A message without `at` happens when it is received. A batch is one transaction, and nobody is answered before it is on disk.
package struct NumberPoolsService: Sendable {
    private let ledger: LiveLedger
    private let directories: PoolDirectories
    private let places: PlaceLookup
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// - Parameters:
    ///   - places: where it is looked up how people at home write a number.
    ///   - now: the wall clock.
    package init(
        ledger: LiveLedger, directories: PoolDirectories, places: PlaceLookup = PlaceLookup(nil), logger: Logger, now: @escaping @Sendable () -> Timestamp
    ) {
        self.ledger = ledger
        self.directories = directories
        self.places = places
        self.now = now
        self.logger = logger
    }

    /// What a request asks for.
    package enum Request: Sendable {
        /// `pool`: its place in the directory.
        case visit(PageVisit, Directory, pool: Int, BodyForm)
        case heartbeat(VisitorHeartbeat, Directory, BodyForm)
        case refused(ServiceError)
    }

    package func read(method: String, _ body: RawSpan, contentType: String?) -> Request {
        do {
            let form = try BodyForm(contentType: contentType)
            switch method {
            case "Visit":
                let visit = try PageVisit(body: body, form)
                let directory = try directories.directory(of: visit.account)
                let pool = try Self.place(of: visit.pool, in: directory)
                try check(visit.at, directory.pools[pool])
                return .visit(visit, directory, pool: pool, form)
            case "Heartbeat":
                let heartbeat = try VisitorHeartbeat(body: body, form)
                return .heartbeat(heartbeat, try directories.directory(of: heartbeat.account), form)
            default: throw ServiceError(.unimplemented, "\(ServiceName.numberPools) has no method \(method); use Visit or Heartbeat")
            }
        } catch let error as ServiceError {
            return .refused(error)
        } catch let error as CallWireError {
            return .refused(ServiceError(.invalidArgument, error.message))
        } catch {
            return .refused(ServiceError(.internal, "the request could not be read"))
        }
    }

    /// Whoever says that it is much later than it is would take a number away from everybody until then.
    private func check(_ at: Timestamp?, _ pool: NumberPool) throws(ServiceError) {
        let now = now()
        guard let at, at > now.advanced(bySeconds: Double(pool.maxLeaseSeconds)) else { return }
        throw ServiceError(.invalidArgument, "at is \(at.bounded.rfc3339), and it is \(now.rfc3339) here: leave at away, or set the clock that wrote it")
    }

    private static func place(of pool: String, in directory: Directory) throws(ServiceError) -> Int {
        if let place = directory.pools.firstIndex(where: { $0.id == pool }) { return place }
        let known = directory.pools.map(\.id).prefix(10).joined(separator: ", ")
        throw ServiceError(
            .notFound, "account \(directory.account) has no pool \"\(pool.prefix(64))\"; \(known.isEmpty ? "it has none" : "its pools are \(known)")")
    }

    package struct Reply: Sendable {
        package var body: [UInt8]
        package var metadata = MetadataBlock()
    }

    /// One answer for each request, in their order.
    package func answer(_ batch: [Request]) -> [Result<Reply, ServiceError>] {
        let leased: [[NumberLease]]
        do throws(StorageError) {
            leased = try ledger.lease { book in
                let now = now()
                return batch.map { lease($0, &book, now) }
            }
        } catch {
            logger.error("cannot store leases; nobody is answered", metadata: ["requests": "\(batch.count)", "error": "\(error)"])
            return batch.map { _ in .failure(ServiceError(.unavailable, error.message)) }
        }
        return zip(batch, leased).map { request, lease in
            switch request {
            case .visit(_, _, _, let form), .heartbeat(_, _, let form): reply(lease, form)
            case .refused(let error): .failure(error)
            }
        }
    }

    private func lease(_ request: Request, _ book: inout LeaseBook, _ now: Timestamp) -> [NumberLease] {
        switch request {
        case .visit(let visit, let directory, let pool, _):
            book.visit(name(visit.visitorID), pool: pool, of: directory, at: (visit.at ?? now).bounded).map { [$0] } ?? []
        case .heartbeat(let heartbeat, let directory, _): book.heartbeats(name(heartbeat.visitorID), of: directory, at: (heartbeat.at ?? now).bounded)
        case .refused: []
        }
    }

    /// What the leases know a visitor by: who he is need not be kept here, only whether he is the same.
    private func name(_ visitorID: String) -> String {
        var hash = SipHash(ledger.key, .tag)
        hash.feed(visitorID)
        return String(hash.finish(), radix: 36)
    }

    private func reply(_ leases: [NumberLease], _ form: BodyForm) -> Result<Reply, ServiceError> {
        let lease = leases.first
        let leased = LeasedNumber(
            number: lease?.number, expiresAt: lease?.end, isOverflow: lease?.isOverflow ?? false, display: lease.map { places.national($0.number) })
        return Result { () throws(CallWireError) in Reply(body: try leased.body(form), metadata: LeaseRecord.metadata(of: leases.dropFirst())) }
            .mapError { ServiceError(.invalidArgument, $0.message) }
    }
}
