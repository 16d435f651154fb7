import MessageClient
import MessageWire

extension RequestCommand {
    /// Tells that the broker has it and, with `--wait`, what became of it.
    ///
    /// - Throws: `CommandFailure` where it was waited for and is dead, was taken back, or has not ended in time.
    func tell(_ id: RequestID, _ acceptance: Acceptance, until end: ContinuousClock.Instant, _ client: MessageClient) async throws {
        let durability = acceptance.durability == .synced ? "fsync" : "memory"
        let known = acceptance.isDuplicate ? "accepted before, not again" : "accepted"
        if !json { Terminal.say("\(id.hex) \(known), durability \(durability)") }
        let state = wait ? try await settled(id, until: end, client) : nil
        if json {
            let members: [JSON.Member] = [
                JSON.Member("request_id", .string(id.hex)), JSON.Member("durability", .string(durability)), JSON.Member("duplicate", .bool(acceptance.isDuplicate)),
            ]
            Terminal.say(JSON.object(members + (state.map { [JSON.Member("request", $0)] } ?? [])).text)
        }
        if let state { try tell(id, state) }
    }

    private func tell(_ id: RequestID, _ state: JSON) throws(CommandFailure) {
        let attempts = state["attempts"]?.integer ?? 0
        let after = "after \(attempts) attempt\(attempts == 1 ? "" : "s")"
        switch state["state"]?.string {
        case "settled" where state["reason"]?.string == nil:
            if !json { Terminal.say("\(id.hex) settled \(after)") }
        case "settled": throw CommandFailure(.failed, "\(id.hex) was \(state.why) \(after): nothing more will be done with it")
        case "dead": throw CommandFailure(.failed, "\(id.hex) is dead \(after): \(state.why); see `trunkline dead show \(id.hex)`")
        case let other:
            let service = state["service"]?.string ?? ""
            throw CommandFailure(
                .refusedForNow, "\(id.hex) is still \(other ?? "on its way") \(after); the broker keeps it, see `trunkline explain \(service)` or wait with a longer --timeout")
        }
    }

    /// What the broker says of it (QUERY) once it is settled or dead, or else when the time is over.
    private func settled(_ id: RequestID, until end: ContinuousClock.Instant, _ client: MessageClient) async throws -> JSON {
        defer { Terminal.endProgress() }
        var cadence = Cadence(every: .milliseconds(200))
        while true {
            let state = try await client.query(id)
            let name = state["state"]?.string ?? ""
            guard name != "settled", name != "dead", ContinuousClock.now < end else { return state }
            Terminal.progress("\(name), \(state["attempts"]?.integer ?? 0) attempts so far")
            try await cadence.wait()
        }
    }
}
