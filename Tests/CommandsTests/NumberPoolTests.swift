import CallModel
import MessageClient
import MessageWire
import Testing

extension Processes {
    /// records.md §4, reliability.md 3.
    @Suite("Numbers for web visitors through the real processes", .timeLimit(.minutes(2)))
    struct NumberPoolTests {
        private static func document(numbers: Int, more: String = "") -> String {
            let members = (0..<numbers).map { "\"+121255501\(70 + $0)\"" }.joined(separator: ", ")
            return Sample.directory(
                flow: "{source: [{medium: cpc, to: {dial: ben, ring_seconds: 20}}], otherwise: {dial: anna, ring_seconds: 20}}")
                + "pools:\n  - {id: web, flow: main, numbers: [\(members)], lease_seconds: 600, cooldown_seconds: 60, source: {source: Website}\(more)}\n"
        }

        private func visit(_ client: MessageClient, _ visitor: String, page: String = "https://acme.example/", pool: String = "web") async throws -> JSON {
            try await client.answered(
                "trunkline.v1.NumberPools/Visit", ["account": "acme", "pool": .string(pool), "visitor_id": .string(visitor), "page": .string(page)])
        }

        @Test("kill -9 of live-calls in the middle of many visitors: none is without an answer, and no two hold one number")
        func killed() async throws {
            let pool = try PoolFolder()
            let broker = try pool.startBroker()
            let workers = try ["directory", "attribution", "routing"].map { try pool.startWorker($0) }
            var live = try pool.startWorker("live-calls")
            try await pool.withClient { client in
                try await client.waitForPool()
                try await pool.apply(document: Self.document(numbers: 30))
                var shown: [String: String] = [:]
                for round in 0..<4 {
                    let answers = try await withThrowingTaskGroup(of: (String, String).self) { group in
                        // Twenty visitors, each from two pages at once, the same ones again in every other round.
                        for place in 0..<40 {
                            let visitor = "v\(round / 2)-\(place / 2)"
                            group.addTask { (visitor, try await visit(client, visitor)["number"]?.string ?? "") }
                        }
                        if round == 1 || round == 2 {
                            await live.killed()
                            live = try pool.startWorker("live-calls")
                        }
                        return try await group.reduce(into: [(String, String)]()) { $0.append($1) }
                    }
                    for (visitor, number) in answers {
                        // A visitor keeps the number; one who came to an exhausted pool has none.
                        let before = shown.updateValue(number, forKey: visitor)
                        #expect(before == nil || before == number)
                    }
                }
                let leased = shown.values.filter { !$0.isEmpty }
                #expect(leased.count == 30 && Set(leased).count == 30 && shown.count == 40)
                try await pool.workedOff()
                let pools = try #require(try await pool.ask("pools", "--json").json?["pools"]?.array)
                #expect(pools.count == 1 && pools[0]["leased"]?.integer == 30 && pools[0]["free"]?.integer == 0 && pools[0]["size"]?.integer == 40)
                #expect(pools[0]["exhausted"]?.integer ?? 0 >= 20)
                #expect(pools[0]["days"]?.array?.count == 7 && pools[0]["days"]?.array?.last?["leases"]?.integer == 30)
            }
            for process in workers + [broker, live] { await process.killed() }
        }

        @Test("a call to a visitor's number is routed and recorded by the session, and found by its source")
        func attributed() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply(document: Self.document(numbers: 2))
                try await pool.withClient { client in
                    let lease = try await visit(client, "v1", page: "https://acme.example/roofs?utm_source=google&utm_medium=cpc&gclid=G1")
                    let number = try #require(lease["number"]?.string)
                    #expect(lease["display"]?.string == "(212) 555-0170" && lease["expires_at"]?.string != nil && lease["overflow"]?.bool != true)
                    #expect(try await visit(client, "v1")["number"]?.string == number)
                    let beat = try await client.answered("trunkline.v1.NumberPools/Heartbeat", ["account": "acme", "visitor_id": "v1"])
                    #expect(beat["number"]?.string == number)
                    #expect(try await client.answered("trunkline.v1.NumberPools/Heartbeat", ["account": "acme", "visitor_id": "v2"])["number"] == nil)
                    try await pool.workedOff()
                    let decision = try await client.answered(
                        "trunkline.v1.Routing/RouteCall", ["call_id": "c1", "to": .string(number), "from": .string(Sample.caller)])
                    #expect(decision["dial"]?["targets"]?.array?.first?["destination_id"]?.string == "ben")
                    try await pool.workedOff()
                }
                let record = try #require(try await pool.ask("call", "show", "c1", "--json").json)
                #expect(record["attribution"]?.string == "certain" && record["source"]?.string == "google" && record["gclid"]?.string == "G1")
                #expect(record["visitor_id"]?.string == "v1" && record["session_id"]?.string?.utf8.count == 16 && record["pool"]?.string == "web")
                let found = try await pool.ask("calls", "--source", "google", "--json")
                #expect(found.json?["calls"]?.array?.count == 1)
                let table = try await pool.ask("pools")
                #expect(table.status == 0 && table.lines.contains { $0.split(separator: " ").prefix(3) == ["acme", "web", "2"] })
            }
        }

        @Test("what cannot be is refused with its name, and the number stays the site's own")
        func refused() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply(document: Self.document(numbers: 1))
                for (body, words) in [
                    (#"{"account":"acme","pool":"shop","visitor_id":"v"}"#, ["shop", "web"]), (#"{"account":"nobody","pool":"web","visitor_id":"v"}"#, ["nobody"]),
                    (#"{"account":"acme","pool":"web"}"#, ["visitor_id"]), (#"{"pool":"web","visitor_id":"v"}"#, ["account"]),
                    ("{\"account\":\"acme\",\"pool\":\"web\",\"visitor_id\":\"\(String(repeating: "v", count: 129))\"}", ["visitor_id", "129", "128"]),
                ] {
                    let asked = try await pool.ask("request", "trunkline.v1.NumberPools/Visit", "--body", body)
                    #expect(asked.status != 0 && words.allSatisfy { asked.errors.contains($0) }, "\(asked.errors)")
                }
            }
        }

        @Test("the size of a pool is worked out without one; nonsense is refused")
        func size() async throws {
            let pool = try PoolFolder()
            let answer = try await pool.run("pools", "size", "--peak-per-hour", "200", "--session-minutes", "3")
            #expect(answer.status == 0 && answer.output == "10\n")
            let json = try await pool.run("pools", "size", "--peak-per-hour", "201", "--session-minutes", "3", "--json")
            #expect(json.json?["numbers"]?.integer == 11)
            for (peak, minutes) in [("0", "3"), ("-5", "3"), ("200", "0"), ("many", "3"), ("200", "nan"), ("1e300", "3"), ("200", "1e9")] {
                let refused = try await pool.run("pools", "size", "--peak-per-hour=\(peak)", "--session-minutes=\(minutes)")
                #expect(refused.status == 64 && refused.output.isEmpty && refused.errors.split(separator: "\n").count == 1)
            }
        }
    }
}
