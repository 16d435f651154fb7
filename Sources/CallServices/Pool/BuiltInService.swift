/// How a pool treats one of this project's services unless the broker's file says otherwise (wire.md §8).
///
/// A plain table: the composition root turns it into the broker's own policies. What is not said here has the default of wire.md §8.
package struct BuiltInService: Hashable, Sendable {
    package enum Policy: Hashable, Sendable {
        /// - Parameter defaultTimeout: milliseconds.
        /// - Parameter tee: the durable path that gets a record of every exchange, before the answer goes out.
        case unary(defaultTimeout: Int64, tee: String?)
        /// - Parameter lease: milliseconds.
        /// - Parameter fanOut: the durable services that each get what this one accepts; it has no workers itself then.
        /// - Parameter linger: milliseconds.
        case durable(lease: Int64, linger: Int64 = 0, fanOut: [String])
    }

    package let name: String
    package let policy: Policy

    package static let all: [BuiltInService] = [
        BuiltInService(name: ServiceName.routing, policy: .unary(defaultTimeout: 5_000, tee: ServiceName.attribution + "/Record")),
        BuiltInService(name: ServiceName.callEvents, policy: .durable(lease: 30_000, fanOut: [ServiceName.attribution, ServiceName.liveEvents])),
        // A batch is stored in one transaction; the lease covers a disk that is slow for a while. Nobody waits for a record, and answers wait
        // for the same processors and disk.
        BuiltInService(name: ServiceName.attribution, policy: .durable(lease: 60_000, linger: 5, fanOut: [])),
        BuiltInService(name: ServiceName.numberPools, policy: .unary(defaultTimeout: 5_000, tee: ServiceName.attribution + "/Lease")),
        // Asked while a call waits.
        BuiltInService(name: ServiceName.callerHistory, policy: .unary(defaultTimeout: 5_000, tee: nil)),
        BuiltInService(name: ServiceName.liveCalls, policy: .unary(defaultTimeout: 5_000, tee: nil)),
        // As attribution's, for the same reasons.
        BuiltInService(name: ServiceName.liveEvents, policy: .durable(lease: 60_000, linger: 5, fanOut: [])),
        // A report over many months may take its time.
        BuiltInService(name: ServiceName.callLog, policy: .unary(defaultTimeout: 30_000, tee: nil)),
        // A caller of very many calls takes a while to erase.
        BuiltInService(name: ServiceName.keeping, policy: .unary(defaultTimeout: 60_000, tee: nil)),
        BuiltInService(name: ServiceName.directory, policy: .unary(defaultTimeout: 30_000, tee: nil)),
    ]
}
