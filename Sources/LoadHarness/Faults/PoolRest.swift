import MessageClient
import MessageWire

/// What a pool still has to do when nobody asks anything of it (wire.md §7).
struct PoolRest: Sendable {
    let client: MessageClient

    /// What is left in each queue: "trunkline.v1.Attribution: 3 ready". Readers of the directory wait on purpose.
    func left() async throws(CallError) -> [String] {
        try await services().flatMap { service in
            ["ready", "leased", "delayed"].compactMap { state in
                guard let count = service[state]?.integer, count > 0 else { return nil }
                return "\(service["name"]?.string ?? ""): \(count) \(state)"
            }
        }
    }

    /// Until nothing is left; gives what still is when `limit` is over.
    func settle(limit: Duration, stop: StopFlag) async throws -> [String] {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while true {
            let left = try await left()
            if left.isEmpty || clock.now >= end || stop.isRaised { return left }
            try await clock.sleep(for: .milliseconds(20))
        }
    }

    /// Makes the dead ready again, as an operator would; gives how many there were.
    func replayDead() async throws(CallError) -> Int {
        var count: Int64 = 0
        for service in try await services() where (service["dead"]?.integer ?? 0) > 0 {
            let reply = try await ask("ReplayDead", ["service": service["name"] ?? .null, "all": true])
            count += reply["replayed"]?.integer ?? 0
        }
        return Int(count)
    }

    private func services() async throws(CallError) -> [JSON] {
        (try await ask("ListServices", .object([]))["services"]?.array ?? []).filter { $0["name"]?.string != "trunkline.v1.Directory" }
    }

    /// Patiently: the broker may just have been started.
    private func ask(_ method: String, _ request: JSON) async throws(CallError) -> JSON {
        try await json("trunkline.pool.v1.Admin/\(method)", request)
    }

    /// Kinds of the events in a call's log; nil where there is no such call.
    func events(of callID: String) async throws(CallError) -> [String]? {
        do throws(CallError) {
            let call = try await json("trunkline.v1.CallLog/GetCall", ["call_id": .string(callID), "events": true])
            return (call["events"]?.array ?? []).map { $0["type"]?.string ?? "" }
        } catch {
            guard error.status == .notFound else { throw error }
            return nil
        }
    }

    private func json(_ path: String, _ request: JSON) async throws(CallError) -> JSON {
        let reply = try await client.call(
            path, request.utf8, contentType: "application/json", timeout: .seconds(20), idempotent: true, waitForReady: true)
        guard let json = reply.body.withUnsafeBytes({ JSON($0) }) else { throw CallError(.internal, "\(path) answers no JSON") }
        return json
    }
}
