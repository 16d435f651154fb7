import CallAttribution
import CallModel
import MessageWire

/// Which pools there are, and how their numbers are used now: `trunkline.v1.LiveCalls/Pools`.
struct PoolsRequest: JSONBody {
    /// Nil: of every account.
    var account: String?

    init(json: JSON) throws(ServiceError) {
        try json.checkMembers(["account"])
        account = try json.optional("account", "string", \.string)
    }

    var json: JSON { .object([JSON.Member("account", account.map { .string($0) } ?? .null)]) }
}

struct PoolsReply: Sendable {
    var uses: [(directory: Directory, use: PoolUse)]

    var body: [UInt8] { (["pools": .array(uses.map(Self.json))] as JSON).utf8 }

    private static func json(_ item: (directory: Directory, use: PoolUse)) -> JSON {
        let (directory, use) = item
        // The book was asked for this directory's own pools.
        guard let pool = directory.pools.first(where: { $0.id == use.counts.pool }) else { return .null }
        let free = pool.numbers.count - use.leased - use.coolingDown - use.unavailable
        return [
            "account": .string(directory.account), "pool": .string(pool.id), "name": .string(pool.name), "numbers": .integer(Int64(pool.numbers.count)),
            "leased": .integer(Int64(use.leased)), "cooling_down": .integer(Int64(use.coolingDown)), "unavailable": .integer(Int64(use.unavailable)),
            "free": .integer(Int64(free)), "overflow": .bool(pool.overflow != nil), "overflow_visitors": .integer(Int64(use.overflow)),
            "overflow_leases": .integer(Int64(use.counts.overflow)), "exhausted": .integer(Int64(use.counts.exhausted)),
            "lease_seconds": .integer(Int64(pool.leaseSeconds)), "max_lease_seconds": .integer(Int64(pool.maxLeaseSeconds)),
            "cooldown_seconds": .integer(Int64(pool.cooldownSeconds)), "time_zone": .string(directory.settings.zone.name),
            "members": .array(pool.numbers.map { .string($0.e164) }), "overflow_number": pool.overflow.map { .string($0.e164) } ?? .null,
        ]
    }
}
