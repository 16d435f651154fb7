import MessageClient
import MessageWire
import Testing

extension Processes {
    @Suite("dead list, show, replay and purge")
    struct DeadCommandTests {
        @Test("dead list says why each died, and pages through all of them, each once")
        func list() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                #expect(try await pool.ask("dead", "list", "test.v1.Jobs").output == "test.v1.Jobs: no dead requests\n")
                let ids = try await pool.die("1", "2", "3")
                let page = try #require(try await pool.ask("dead", "list", "test.v1.Jobs", "--json").json)
                let letters = page["dead"]?.array ?? []
                #expect(letters.compactMap { $0["request_id"]?.string } == ids && page["next"] == nil)
                #expect(letters.allSatisfy { $0["state"] == "dead" && $0["attempts"] == 1 && $0["last_message"] == "no such customer" })
                var seen: [String] = []
                var after: [String] = []
                repeat {
                    let page = try #require(try await pool.ask(["dead", "list", "test.v1.Jobs", "--limit", "2", "--json"] + after).json)
                    seen += (page["dead"]?.array ?? []).compactMap { $0["request_id"]?.string }
                    after = page["next"]?.string.map { ["--after", $0] } ?? []
                } while !after.isEmpty && seen.count < 10
                #expect(seen == ids)
                let table = try await pool.ask("dead", "list", "test.v1.Jobs", "--limit", "1")
                #expect(table.status == 0 && table.errors.isEmpty && table.lines.count == 3)
                #expect(table.lines[1].hasPrefix("\(ids[0])  Die") && table.lines[1].contains("INVALID_ARGUMENT") && table.lines[1].hasSuffix("no such customer"))
                #expect(table.lines[2].hasPrefix("more: --after "))
                let misspelt = try await pool.ask("dead", "list", "test.v1.Jobs", "--after", "x")
                #expect(misspelt.status == 65 && misspelt.errors.hasPrefix("trunkline: --after x: "))
            }
        }

        @Test("dead show tells how it died and lays its body out: JSON, text or hex; --body gives the bytes")
        func show() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let json = try #require(try await pool.die(#"{"to":"+13125550142","n":[1,2.50],"e":{}}"#).first)
                let shown = try await pool.ask("dead", "show", json)
                #expect(shown.status == 0 && shown.errors.isEmpty)
                #expect(shown.output.hasSuffix("body, 41 bytes:\n{\n  \"to\": \"+13125550142\",\n  \"n\": [\n    1,\n    2.50\n  ],\n  \"e\": {}\n}\n"))
                for line in ["path            test.v1.Jobs/Die", "why             terminated: no such customer", "  tenant        acme", "attempts        1"] { #expect(shown.lines.contains(line), "\(shown.output)") }
                let document = try #require(try await pool.ask("dead", "show", json, "--json").json)
                #expect(document["metadata"]?["tenant"] == "acme" && document["body"]?.string?.hasPrefix("eyJ0byI6") == true)
                #expect(try await pool.ask("dead", "show", json, "--body").output == #"{"to":"+13125550142","n":[1,2.50],"e":{}}"#)

                let file = try pool.file("body", "\u{1B}[2J")
                let binary = try await pool.ask("request", "test.v1.Jobs/Die", "--body", "@\(file)", "--content-type", "text/plain", "--wait", "--json")
                let id = try #require(binary.json?["request_id"]?.string)
                #expect(try await pool.ask("dead", "show", id).lines.last == "000000  1b 5b 32 4a" + String(repeating: " ", count: 38) + ".[2J")
            }
        }

        @Test("dead show of a request that is not dead says what became of it, and of none that there is none")
        func notDead() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let id = "0190aaaa00007000800000000000000a"
                let none = try await pool.ask("dead", "show", id)
                #expect(none.status == 1 && none.output.isEmpty && none.errors.contains("no durable request has the id \(id)"))
                #expect(try await pool.ask("request", "test.v1.Jobs/Run", "--id", id, "--wait").status == 0)
                #expect(try await pool.ask("dead", "show", id).errors == "trunkline: \(id) of test.v1.Jobs is not dead but settled\n")
                let misspelt = try await pool.ask("dead", "show", "12")
                #expect(misspelt.status == 65 && misspelt.errors.contains("\"12\" is no request id"))
            }
        }

        @Test("dead replay and purge take those named or all, say how many, and name a remedy for those that were not there")
        func disposal() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let ids = try await pool.die("1", "2", "3", "4")
                // They die again.
                let replayed = try await pool.ask("dead", "replay", "test.v1.Jobs", ids[0], ids[0], ids[1])
                #expect(replayed.status == 0 && replayed.output == "test.v1.Jobs: 2 replayed\n" && replayed.errors.isEmpty)
                try await pool.withClient { client in
                    try await untilTrue("four dead again") { try await client.admin("Status")["dead"] == 4 }
                }
                #expect(try await pool.ask("dead", "purge", "test.v1.Jobs", ids[2]).output == "test.v1.Jobs: 1 purged\n")
                let again = try await pool.ask("dead", "purge", "test.v1.Jobs", ids[2], ids[3])
                #expect(again.status == 1 && again.output == "test.v1.Jobs: 1 purged\n" && again.errors.contains("1 of 2 is not dead in test.v1.Jobs"))
                #expect(try await pool.ask("dead", "show", ids[2]).errors.contains("not dead but settled (purged)"))

                let unasked = try await pool.ask("dead", "purge", "test.v1.Jobs", "--all")
                #expect(unasked.status == 64 && unasked.output.isEmpty && unasked.errors.contains("give up 2 requests") && unasked.errors.contains("--yes"))
                #expect(try await pool.ask("dead", "replay", "test.v1.Jobs", "--all", "--json").json == ["replayed": 2])
                try await pool.withClient { client in
                    try await untilTrue("two dead again") { try await client.admin("Status")["dead"] == 2 }
                }
                #expect(try await pool.ask("dead", "purge", "test.v1.Jobs", "--all", "--yes").output == "test.v1.Jobs: 2 purged\n")
                #expect(try await pool.ask("dead", "list", "test.v1.Jobs", "--json").json == ["dead": []])
                // Nothing to ask about.
                #expect(try await pool.ask("dead", "purge", "test.v1.Jobs", "--all").output == "test.v1.Jobs: 0 purged\n")
            }
        }

        @Test("Ids beside --all, or neither, are a wrong use", arguments: [["replay", "s"], ["purge", "s"], ["purge", "s", "12", "--all"], ["list", "s", "--limit", "0"]])
        func usage(_ arguments: [String]) async throws {
            let ended = try await PoolFolder().start(["dead"] + arguments).ended()
            #expect(ended.status == 64 && ended.output.isEmpty)
        }
    }
}
