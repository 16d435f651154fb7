import MessageClient
import MessageWire

/// Every call of the sample account that the call log has, a page after the other.
struct CallLogPages {
    let client: MessageClient

    /// Newest first; a call that the log shows twice is there twice.
    func callIDs() async throws -> [String] {
        var ids: [String] = []
        var request: [JSON.Member] = [JSON.Member("account", "acme"), JSON.Member("limit", 500)]
        while true {
            let page = try await client.answered("trunkline.v1.CallLog/ListCalls", .object(request))
            ids += (page["calls"]?.array ?? []).compactMap { $0["call_id"]?.string }
            guard let next = page["next"]?.string else { return ids }
            request = request.prefix(2) + [JSON.Member("cursor", .string(next))]
        }
    }
}

extension PoolFolder {
    /// Until nothing durable is ready, leased or delayed: every record is readable then (interfaces.md §1).
    func workedOff(within limit: Duration = .seconds(20)) async throws {
        try await withClient { client in
            try await untilTrue(within: limit, "all worked off") {
                let services = try await client.admin("ListServices")["services"]?.array ?? []
                return services.filter { $0["class"]?.string == "durable" }.allSatisfy { service in
                    ["ready", "leased", "delayed"].allSatisfy { service[$0]?.integer == 0 }
                }
            }
        }
    }
}
