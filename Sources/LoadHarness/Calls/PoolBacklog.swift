import MessageClient
import MessageWire

/// What waits in the brokers for the workers that record calls and their ends (wire.md §7, ListServices).
struct PoolBacklog: Sendable {
    private static let services = ["trunkline.v1.Attribution", "trunkline.v1.CallEvents", "trunkline.v1.LiveEvents"]

    let client: MessageClient

    /// Requests ready, leased or delayed.
    func count() async throws(CallError) -> Int {
        try await sum(["ready", "leased", "delayed"], of: Self.services)
    }

    /// Dead letters of those services: calls that will never be recorded.
    func dead() async throws(CallError) -> Int {
        try await sum(["dead"], of: Self.services)
    }

    /// How many workers serve a service; one counts at each broker it is at.
    func workers(of service: String) async throws(CallError) -> Int {
        try await sum(["workers"], of: [service])
    }

    private func sum(_ figures: [String], of services: [String]) async throws(CallError) -> Int {
        var sum: Int64 = 0
        for broker in client.endpoints {
            let reply = try await client.admin("ListServices", broker: broker)
            for service in reply["services"]?.array ?? [] where services.contains(service["name"]?.string ?? "") {
                for figure in figures { sum += service[figure]?.integer ?? 0 }
            }
        }
        return Int(sum)
    }

    /// Asks until nothing waits; false where `limit` is over first. The workers are at it, so asking often would only take their time.
    func waitUntilEmpty(limit: Duration) async throws -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while try await count() > 0 {
            guard clock.now < end else { return false }
            try await clock.sleep(for: .milliseconds(20))
        }
        return true
    }
}
