import MessageClient
import MessageWire
import Testing

extension Processes {
    @Suite("directory, rollback and schedule")
    struct DirectoryVersionTests {
        @Test("Versions are listed, shown as they were applied, compared, and returned to")
        func versions() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let documents = ["{dial: anna}", "{dial: ben, ring_seconds: 10}"].map { Sample.directory(flow: $0) }
                for document in documents { _ = try await pool.ask("apply", "-f", try pool.file("acme.yaml", document)) }
                let listed = try #require(try await pool.ask("directory", "versions", "--json").json)
                #expect(listed["versions"]?.array?.map { $0["version"]?.integer } == [2, 1])
                #expect(listed["account"]?.string == "acme")

                #expect(try await pool.ask("directory", "show").output == documents[1])
                #expect(try await pool.ask("directory", "show", "--version", "1").output == documents[0])
                let shown = try #require(try await pool.ask("directory", "show", "--json", "--version", "1").json)
                #expect(shown["document"]?.string == documents[0] && shown["version"]?.integer == 1)

                let changes = try await pool.ask("directory", "diff", "1", "2")
                #expect(changes.lines == ["~ flows[main].start.dial: \"anna\" → \"ben\"", "+ flows[main].start.ring_seconds: 10"])
                let json = try #require(try await pool.ask("directory", "diff", "1", "--json").json)
                #expect(json["changes"]?.array?.last == ["path": "flows[main].start.ring_seconds", "is": 10])

                #expect(try await pool.ask("rollback").output == "acme: version 3 applied: version 1 again\n")
                #expect(try await pool.ask("directory", "diff", "1", "3").output == "no difference\n")
                let back = try await pool.ask("rollback", "2", "--json")
                #expect(back.json == ["account": "acme", "version": 4, "restored": 2])
                let none = try await pool.ask("rollback", "9")
                #expect(none.status == 1 && none.errors.contains("version 9"))
                try await pool.withClient { client in
                    try await untilTrue("the version that came back in force") {
                        let decision = try await client.answered("trunkline.v1.Routing/RouteCall", ["call_id": "back", "to": .string(Sample.google)])
                        return decision["dial"]?["targets"]?.array?.first?["destination_id"]?.string == "ben"
                    }
                }
            }
        }

        @Test("A schedule that is switched by hand decides the next calls within a second, and after a restart")
        func schedule() async throws {
            let pool = try PoolFolder()
            let document = Sample.directory(flow: "{schedule: office, open: {dial: anna}, closed: {dial: ben}}") + "schedules: [{id: office}]\n"
            func dialled(_ client: MessageClient) async throws -> String? {
                let call: JSON = ["call_id": "switched", "to": .string(Sample.google)]
                return try await client.answered("trunkline.v1.Routing/RouteCall", call)["dial"]?["targets"]?.array?.first?["destination_id"]?.string
            }
            /// Both routing workers, in turn: each has to have it.
            func expect(_ target: String, within limit: Duration) async throws {
                try await pool.withClient { client in
                    var run = 0
                    try await untilTrue(within: limit, "\(target) is dialled") {
                        run = try await dialled(client) == target ? run + 1 : 0
                        return run == 8
                    }
                }
            }
            try await pool.whileUp { _ in
                _ = try await pool.ask("apply", "-f", try pool.file("acme.yaml", document))
                try await expect("ben", within: .seconds(60))
                let opened = try await pool.ask("schedule", "office", "open")
                #expect(opened.status == 0 && opened.output == "acme: office is open by hand\n")
                try await expect("anna", within: .seconds(60))
                let wrong = try await pool.ask("schedule", "ofice", "open")
                #expect(wrong.status == 1 && wrong.errors.contains("acme has office"))
                #expect(try await pool.ask("schedule", "office", "ajar").status == 64)
                #expect(try await pool.ask("schedule", "office", "open", "--until", "tomorrow").status == 64)
                #expect(try await pool.ask("schedule", "office", "open", "--until", "2020-01-01T00:00:00Z").status == 65)
            }
            try await pool.whileUp { _ in
                try await expect("anna", within: .seconds(60))
                #expect(try await pool.ask("directory", "show").errors.contains("schedule office is open by hand"))
                let auto = try await pool.ask("schedule", "office", "auto", "--json")
                #expect(auto.json == ["account": "acme", "schedule": "office", "open": false])
                try await expect("ben", within: .seconds(60))
            }
        }

        @Test("A document larger than a message is applied, shown and refused in parts")
        func large() async throws {
            let pool = try PoolFolder()
            let numbers = (0..<30_000).map { "  - {number: \"+1312\(2_000_000 + $0)\", name: \"Campaign \($0)\", flow: main}\n" }.joined()
            let document = Sample.directory() + numbers
            try await pool.whileUp { _ in
                let applied = try await pool.ask("apply", "-f", try pool.file("large.yaml", document))
                #expect(applied.output == "acme: version 1 applied\n" && applied.errors.isEmpty)
                #expect(try await pool.ask("directory", "show").output == document)
                try await pool.withClient { client in
                    try await untilTrue("the large directory in force") {
                        let decision = try await client.answered("trunkline.v1.Routing/RouteCall", ["call_id": "large", "to": "+13122029999"])
                        return decision["action"]?.string == "CONNECT"
                    }
                }
                let refused = try await pool.ask("apply", "-f", try pool.file("wrong.yaml", document + "colour: red\n"))
                #expect(refused.status == 65 && refused.errors.contains("unknown key \"colour\""))
            }
        }
    }
}
