import CallModel
import CallServices
import Foundation
import MessageClient
import MessageWire

/// The last days of a pool, which attribution knows.
struct PoolHistoryRequest {
    private let request: JSON

    static let days: Int64 = 7

    /// - Parameter pool: as live-calls describes it.
    init(_ pool: JSON) {
        let names = ["account", "pool", "lease_seconds", "cooldown_seconds", "time_zone", "overflow_number"]
        var members = names.map { JSON.Member($0, pool[$0] ?? .null) }
        members.append(JSON.Member("numbers", pool["members"] ?? .array([])))
        members.append(JSON.Member("days", .integer(Self.days)))
        members.append(JSON.Member("until", .string(PoolStages.now().rfc3339)))
        request = .object(members)
    }

    /// The pool with its days, without the numbers themselves.
    func completed(_ pool: JSON, _ client: MessageClient) async throws -> JSON {
        let history = try await client.ask(ServiceName.callLog + "/PoolHistory", request)
        guard case .object(let members) = pool else { return pool }
        return .object(
            members.filter { $0.name != "members" && $0.name != "overflow_number" } + [
                JSON.Member("days", history["days"] ?? .array([])), JSON.Member("size", history["size"] ?? .null),
            ])
    }
}

/// Pools for people.
struct PoolTables {
    private let pools: [JSON]

    init(_ pools: [JSON]) { self.pools = pools }

    func show() {
        guard !pools.isEmpty else { return Terminal.say("no account has a pool") }
        var table = TextTable(
            ["account", "pool", "numbers", "leased", "cooling down", "free", "on overflow", "turned away", "size needed"], right: [2, 3, 4, 5, 6, 7, 8])
        for pool in pools {
            let (free, size, numbers) = (number(pool, "free"), number(pool, "size"), number(pool, "numbers"))
            table.add(
                [
                    pool["account"]?.string ?? "", pool["pool"]?.string ?? "", String(numbers), String(number(pool, "leased")),
                    String(number(pool, "cooling_down")), String(free), pool["overflow"]?.bool == true ? String(number(pool, "overflow_visitors")) : "-",
                    String(number(pool, "exhausted")), size == 0 ? "-" : String(size),
                ], free == 0 || size > numbers ? .yellow : .plain)
        }
        table.show()
        Terminal.say("")
        var days = TextTable(["account", "pool", "day", "exhausted minutes", "leases", "overflow leases", "refused", "most at once"], right: [3, 4, 5, 6, 7])
        for pool in pools {
            for day in pool["days"]?.array ?? [] {
                let minutes = decimal(day["exhausted_minutes"])
                days.add(
                    [
                        pool["account"]?.string ?? "", pool["pool"]?.string ?? "", day["day"]?.string ?? "", String(format: "%.1f", minutes),
                        String(number(day, "leases")), String(number(day, "overflow_leases")), String(number(day, "refused")), String(number(day, "peak")),
                    ], minutes > 0 ? .yellow : .plain)
            }
        }
        days.show()
    }

    private func decimal(_ json: JSON?) -> Double {
        switch json {
        case .integer(let value)?: Double(value)
        case .number(let value)?: value
        default: 0
        }
    }

    private func number(_ json: JSON, _ name: String) -> Int64 { json[name]?.integer ?? 0 }
}
