import Glibc
import MessageClient
import MessageWire
import Testing

extension Processes {
    /// directory.md §3, reliability.md 3 and 4.
    @Suite("Limits in a pool whose live-calls worker is killed", .timeLimit(.minutes(2)))
    struct LiveCallsTests {
        private static func document(max: Int) -> String {
            Sample.directory(flow: "{sequential: [anna, ben], ring_seconds: 20}")
                .replacing("account: acme\n", with: "account: acme\nlive_state_unknown: skip\n")
                .replacing("\"\(Sample.anna)\", kind: landline", with: "\"\(Sample.anna)\", kind: landline, limits: [{max: \(max), per: lifetime}]")
        }

        /// Each stage a process of its own; `body` gets the one of live-calls.
        private func withPool(max: Int, _ body: (PoolFolder, MessageClient, Program) async throws -> Void) async throws {
            let pool = try PoolFolder()
            let broker = try pool.startBroker()
            let workers = try ["directory", "attribution", "routing", "routing"].map { try pool.startWorker($0) }
            let live = try pool.startWorker("live-calls")
            try await pool.withClient { client in
                try await client.waitForPool()
                try await pool.apply(document: Self.document(max: max))
                try await body(pool, client, live)
            }
            for process in workers + [broker] { await process.killed() }
        }

        private func targets(_ decision: JSON) -> [String] {
            (decision["dial"]?["targets"]?.array ?? []).compactMap { $0["destination_id"]?.string }
        }

        private func route(_ client: MessageClient, _ id: String) async throws -> JSON {
            try await client.answered("trunkline.v1.Routing/RouteCall", ["call_id": .string(id), "to": .string(Sample.google)])
        }

        private func used(_ pool: PoolFolder) async throws -> Int64? {
            let shown = try await pool.ask("limits", "--json")
            #expect(shown.status == 0 && shown.errors.isEmpty)
            return shown.json?["limits"]?.array?.first?["used"]?.integer
        }

        @Test("kill -9 of live-calls in the middle of many calls lets none too many through, and none is lost")
        func killed() async throws {
            try await withPool(max: 40) { pool, client, live in
                var live = live
                var offered: [String] = []
                for batch in 0..<5 {
                    let batch = try await withThrowingTaskGroup(of: [String].self) { group in
                        for call in 0..<20 { group.addTask { targets(try await route(client, "c\(batch)-\(call)")) } }
                        if batch == 1 || batch == 3 {
                            await live.killed()
                            live = try pool.startWorker("live-calls")
                        }
                        return try await group.reduce(into: []) { $0 += $1 }
                    }
                    #expect(batch.count == 20)
                    offered += batch
                    // Until it can be asked again.
                    _ = try await used(pool)
                }
                #expect(offered.count { $0 == "anna" } <= 40)
                // Slots may be taken for answers that got lost with the worker; all the others are still to be had.
                for call in 0..<40 where try await used(pool) ?? 0 < 40 { offered += targets(try await route(client, "more-\(call)")) }
                #expect(try await used(pool) == 40)
                #expect(offered.count { $0 == "anna" } <= 40)
                #expect(targets(try await route(client, "last")) == ["ben"])
                await live.killed()
            }
        }

        @Test("With live-calls away live_state_unknown decides at once, the record says so, and the slots are there again with it")
        func away() async throws {
            try await withPool(max: 1) { pool, client, live in
                await live.killed()
                let began = ContinuousClock.now
                let decision = try await route(client, "away")
                // A third of five seconds is what it may be asked for where it does not say no.
                #expect(ContinuousClock.now - began < .seconds(5))
                #expect(targets(decision) == ["ben"])
                let again = try pool.startWorker("live-calls")
                try await pool.workedOff()
                let record = try #require(try await pool.ask("call", "show", "away", "--json").json)
                #expect(record["trace"]?.array?.contains { $0["destination_id"]?.string == "anna" && $0["reason"]?.string == "live_state_unknown" } == true)
                #expect(try await used(pool) == 0)
                #expect(targets(try await route(client, "back")) == ["anna"])
                #expect(targets(try await route(client, "capped")) == ["ben"])
                let table = try await pool.ask("limits")
                #expect(table.lines.last?.split(separator: " ").prefix(2) == ["acme", "anna"])
                let reset = try await pool.ask("limits", "reset", "anna")
                #expect(reset.status == 0 && reset.output == "anna of acme: its counters begin anew\n")
                #expect(targets(try await route(client, "after the reset")) == ["anna"])
                let unknown = try await pool.ask("limits", "reset", "nobody")
                #expect(unknown.status == 1 && unknown.errors.contains("nobody") && unknown.errors.contains("anna"))
                await again.killed()
            }
        }
    }
}
