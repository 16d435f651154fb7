import MessageWire
import Testing

extension Processes {
    @Suite("apply, route, check and simulate")
    struct DirectoryCommandTests {
        @Test("A directory that is applied decides the next calls within a second")
        func live() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let before = try await pool.ask("route", "--to", Sample.google, "--from", Sample.caller, "--json")
                #expect(before.status == 0)
                #expect(before.json?["action"]?.string == "REJECT" && before.json?["cause"]?.string == "unknown_number")

                for (version, target) in [(1, "anna"), (2, "ben"), (3, "anna")] {
                    let file = try pool.file("acme.yaml", Sample.directory(flow: "{dial: \(target), ring_seconds: \(10 + version)}"))
                    let applied = try await pool.ask("apply", "-f", file, "--json")
                    #expect(applied.status == 0 && applied.json == ["account": "acme", "version": .integer(Int64(version))])
                    let end = ContinuousClock.now + .seconds(1)
                    // Both routing workers, in turn: each has to have it.
                    try await pool.withClient { client in
                        let call: JSON = ["call_id": "live", "to": .string(Sample.google), "from": .string(Sample.caller)]
                        var run = 0
                        try await untilTrue(within: end - ContinuousClock.now, "version \(version) in force") {
                            let decision = try await client.answered("trunkline.v1.Routing/RouteCall", call)
                            run = decision["directory_version"]?.integer == Int64(version) ? run + 1 : 0
                            return run == 8
                        }
                    }
                    let decision = try await pool.ask("route", "--to", Sample.google, "--from", Sample.caller, "--json")
                    #expect(decision.json?["dial"]?["targets"]?.array?.first?["destination_id"]?.string == target)
                }
            }
        }

        @Test("The same document again makes no new version, and standard input is as good as a file")
        func again() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let file = try pool.file("acme.yaml", Sample.directory())
                for _ in 1...2 {
                    let applied = try await pool.ask("apply", "-f", "-", input: file)
                    #expect(applied.status == 0 && applied.errors.isEmpty)
                    #expect(applied.output == "acme: version 1 applied\n")
                }
            }
        }

        @Test("A call that is routed shows where it goes, and why")
        func route() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply("{sequential: [anna, ben], ring_seconds: 20}")
                let shown = try await pool.ask("route", "--to", "(212) 555-0161", "--from", Sample.caller, "--call-id", "shown")
                #expect(shown.status == 0 && shown.errors.isEmpty)
                #expect(
                    shown.lines == [
                        "shown: connect to anna (\(Sample.anna)) for 20 s",
                        "account acme, flow main, directory version 1",
                        "then  ben (+12125550112) for 20 s",
                        "at                destination  verdict  reason",
                        "start.sequential  anna         chosen   order: next in the flow's order",
                    ])
                let decision = try #require(try await pool.ask("route", "--to", Sample.radio, "--json", "--call-id", "withheld").json)
                #expect(decision["call_id"]?.string == "withheld" && decision["tracking_number"]?.string == Sample.radio)
                #expect(decision["trace"]?.array?.last?["verdict"]?.string == "chosen")
            }
        }

        @Test("check counts what a good directory holds")
        func check() async throws {
            let pool = try PoolFolder()
            let ended = try await pool.run("check", try pool.file("acme.yaml", Sample.directory()))
            #expect(ended.status == 0 && ended.errors.isEmpty)
            #expect(ended.output == "acme: 2 numbers, 2 destinations, 1 flows; no problems\n")
        }

        @Test("simulate plays a timeline without a pool: a record a call")
        func simulate() async throws {
            let pool = try PoolFolder()
            let directory = try pool.file("acme.yaml", Sample.directory())
            let timeline = try pool.file(
                "day.ndjson",
                """
                {"at":"2026-06-09T14:00:00Z","call":"one","to":"\(Sample.google)","from":"\(Sample.caller)","phones":{"\(Sample.anna)":{"answer_after":4,"talk":60,"ended_by":"caller"}}}
                {"at":"2026-06-09T14:05:00Z","call":"two","to":"\(Sample.radio)","from":"\(Sample.caller)","hangs_up_after":18}

                """)
            let ended = try await pool.run("simulate", "--directory", directory, "--timeline", timeline)
            #expect(ended.status == 0 && ended.errors.isEmpty)
            let records = ended.lines.compactMap { JSON($0) }
            #expect(records.map { $0["call_id"]?.string } == ["one", "two"])
            #expect(records.map { $0["outcome"]?.string } == ["answered", "missed"])
            #expect(records.map { $0["source"]?.string } == ["google", "Radio"])
            #expect(records.first?["talk_seconds"]?.integer == 60)

            let torn = try await pool.run("simulate", "--directory", directory, "--timeline", try pool.file("torn.ndjson", "{\"at\":"))
            #expect(torn.status == 65 && torn.output.isEmpty && torn.errors.contains("torn.ndjson"))
        }
    }
}

extension PoolFolder {
    /// Applies the sample account, and waits until both routing workers and attribution work by it.
    func apply(_ flow: String = "{dial: anna, ring_seconds: 20}") async throws { try await apply(document: Sample.directory(flow: flow)) }

    /// - Parameter document: of the sample account.
    func apply(document: String) async throws {
        let applied = try await ask("apply", "-f", try file("acme.yaml", document))
        guard applied.status == 0 else { throw ProgramError(description: applied.errors) }
        try await withClient { client in
            // A call keeps its first answer, so each try is another call.
            var tries = 0
            var run = 0
            try await untilTrue("the directory in force") {
                tries += 1
                let id = JSON.string("ready-\(tries)")
                let decision = try await client.answered(
                    "trunkline.v1.Routing/RouteCall", ["call_id": id, "to": .string(Sample.google), "is_test": true])
                run = decision["directory_version"]?.integer ?? 0 > 0 ? run + 1 : 0
                guard run >= 8 else { return false }
                return (try? await client.answered("trunkline.v1.CallLog/GetCall", ["call_id": id]))?["source"]?.string == "google"
            }
        }
    }
}
