import Glibc
import MessageWire
import Testing

extension Processes {
    @Suite("publish, calls, call show, report and status")
    struct CallCommandTests {
        private static let events = [
            #"{"call_id":"a","type":"arrived","at":"2026-03-24T10:00:00Z","to":"+12125550161","from":"+13125550141"}"#,
            #"{"call_id":"a","type":"answered","at":"2026-03-24T10:00:05Z","destination_id":"anna"}"#,
            #"{"call_id":"a","type":"ended","at":"2026-03-24T10:01:05Z","ended_by":"caller"}"#,
            #"{"call_id":"b","type":"arrived","at":"2026-03-24T11:00:00Z","to":"+12125550162","from":"+13125550142"}"#,
            #"{"call_id":"b","type":"ended","at":"2026-03-24T11:00:40Z","ended_by":"caller"}"#,
            #"{"call_id":"c","type":"arrived","at":"2026-03-24T12:00:00Z","to":"+12125550162","from":"+13125550143","is_test":true}"#,
            #"{"call_id":"d","type":"arrived","at":"2026-03-24T13:00:00Z","to":"+12125550199","from":"+13125550144"}"#,
            #"{"call_id":"e","type":"arrived","at":"2026-03-24T14:00:00Z","to":"+12125550161","from":"+13125550145"}"#,
        ]

        /// A pool that holds the calls of `events`.
        private func withCalls(_ body: (PoolFolder) async throws -> Void) async throws {
            let pool = try PoolFolder()
            let ended = try await pool.whileUp { _ in
                try await pool.apply()
                let published = try await pool.ask("publish", try pool.file("events.ndjson", Self.events.joined(separator: "\n")))
                #expect(published.status == 0 && published.errors.isEmpty)
                #expect(published.output == "8 accepted, 0 duplicate, 0 refused\n")
                try await pool.workedOff()
                try await body(pool)
            }
            #expect(ended.status == 0 && ended.output.isEmpty)
        }

        @Test("calls lists the newest first; filters, test calls and unmatched calls as asked for")
        func filters() async throws {
            try await withCalls { pool in
                let expected: [([String], [String])] = [
                    ([], ["e", "b", "a"]), (["--account", "acme"], ["e", "b", "a"]),
                    (["--number", Sample.radio], ["b"]), (["--source", "google"], ["e", "a"]), (["--outcome", "answered"], ["a"]),
                    (["--destination", "anna"], ["a"]), (["--since", "2026-03-24T11:00:00Z"], ["e", "b"]),
                    (["--until", "2026-03-24T14:00:00Z"], ["b", "a"]), (["--unmatched"], ["d"]),
                    // The test calls that made sure of the directory are of today.
                    (["--hidden", "--until", "2026-03-24T14:00:00Z"], ["c", "b", "a"]),
                ]
                for (filters, ids) in expected {
                    let ended = try await pool.start(["calls", "--json"] + filters, variables: ["TRUNKLINE_BROKER": pool.front]).ended()
                    #expect(ended.status == 0 && ended.errors.isEmpty)
                    #expect(ended.json?["calls"]?.array?.compactMap { $0["call_id"]?.string } == ids, "calls \(filters)")
                }
                let misspelt = try await pool.ask("calls", "--account", "acne")
                #expect(misspelt.status == 65 && misspelt.errors.contains("no account \"acne\"; those with calls: acme"), "\(misspelt)")
            }
        }

        @Test("A cursor goes through all calls, each once")
        func cursor() async throws {
            try await withCalls { pool in
                var seen: [String] = []
                var cursor: [String] = []
                repeat {
                    let arguments = ["calls", "--json", "--limit", "1"] + cursor
                    let page = try #require(try await pool.start(arguments, variables: ["TRUNKLINE_BROKER": pool.front]).ended().json)
                    seen += (page["calls"]?.array ?? []).compactMap { $0["call_id"]?.string }
                    cursor = page["next"]?.string.map { ["--cursor", $0] } ?? []
                } while !cursor.isEmpty && seen.count < 10
                #expect(seen == ["e", "b", "a"])
                let table = try await pool.ask("calls", "--limit", "1")
                #expect(table.errors.isEmpty && table.output.contains("more: --cursor ") && table.output.contains("hidden: 0 spam, "))
            }
        }

        @Test("call show tells the record, and with --events what was told of it")
        func show() async throws {
            try await withCalls { pool in
                let shown = try #require(try await pool.ask("call", "show", "a", "--events", "--json").json)
                #expect(shown["outcome"]?.string == "answered" && shown["talk_seconds"]?.integer == 60)
                #expect(shown["events"]?.array?.compactMap { $0["type"]?.string }.sorted() == ["answered", "arrived", "ended"])
                #expect(shown["events"]?.array?.allSatisfy { $0["counts"]?.bool == true } == true)
                #expect(try await pool.ask("call", "show", "a", "--json").json?["events"] == nil)
                let table = try await pool.ask("call", "show", "a", "--events")
                #expect(table.status == 0 && table.errors.isEmpty)
                #expect(table.lines.contains { $0.hasPrefix("outcome ") && $0.hasSuffix(" answered") } && table.lines.contains("events"))
            }
        }

        @Test("report and status add up, as tables and as JSON")
        func figures() async throws {
            try await withCalls { pool in
                let report = try #require(try await pool.ask("report", "source", "--json").json)
                let rows = (report["rows"]?.array ?? []).map { [$0["source"]?.string ?? "", "\($0["calls"]?.integer ?? 0)", "\($0["answered"]?.integer ?? 0)"] }
                #expect(rows.sorted { $0[0] < $1[0] } == [["Radio", "1", "0"], ["google", "2", "1"]])
                let table = try await pool.ask("report", "source")
                #expect(table.lines.first == "Calls by source, all calls · America/New_York" && table.lines.last?.split(separator: " ").prefix(2) == ["total", "3"])
                // The test calls that made sure of the directory are of today.
                #expect(table.errors.contains("not counted: 0 spam, "))

                let status = try #require(try await pool.ask("status", "--json").json)
                #expect(status["broker"]?["state"]?.string == "serving" && status["broker"]?["durability"]?.string == "fsync")
                let services = status["services"]?.array ?? []
                #expect(services.first { $0["name"]?.string == "trunkline.v1.Routing" }?["workers"]?.integer == 2)
                #expect(services.allSatisfy { $0["dead"]?.integer == 0 && $0["delayed"]?.integer == 0 })
                let screen = try await pool.ask("status")
                #expect(screen.status == 0 && screen.errors.isEmpty && screen.lines.count == services.count + 2)
            }
        }

        @Test("publish names each refused line of NDJSON, and takes the others; again, all are duplicates")
        func ndjson() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let lines = [Self.events[0], "nonsense", "", #"{"call_id":"x","type":"endedd","at":"2026-03-24T10:00:00Z"}"#, Self.events[1]]
                let file = try pool.file("events.ndjson", lines.joined(separator: "\n") + "\n")
                for (accepted, duplicate) in [(2, 0), (0, 2)] {
                    let ended = try await pool.ask("publish", file, "--json")
                    #expect(ended.status == 65)
                    #expect(ended.json == ["accepted": .integer(Int64(accepted)), "duplicate": .integer(Int64(duplicate)), "refused": 2])
                    let complaints = ended.errors.split(separator: "\n")
                    #expect(complaints.count == 3)
                    #expect(complaints.first?.hasPrefix("trunkline: \(file):2: ") == true)
                    #expect(complaints.dropFirst().first?.hasPrefix("trunkline: \(file):4: type \"endedd\" is unknown") == true)
                }
                let piped = try await pool.ask("publish", "-", input: try pool.file("good.ndjson", Self.events[2]))
                #expect(piped.status == 0 && piped.output == "1 accepted, 0 duplicate, 0 refused\n" && piped.errors.isEmpty)
            }
        }

        @Test("publish reads CSV with a header, quoted cells and all")
        func csv() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let file = try pool.file(
                    "events.csv",
                    """
                    call_id,type,at,to,from,note
                    n,arrived,2026-03-24T10:00:00Z,+12125550161,+13125550147,
                    n,note,2026-03-24T10:00:01Z,,,"a ""quoted"" word,
                    and a second line"
                    o,arrived,2026-03-24T10:00:00Z
                    o,arrived,soon,+12125550161,+13125550147,

                    """)
                let ended = try await pool.ask("publish", file)
                #expect(ended.status == 65 && ended.output == "2 accepted, 0 duplicate, 2 refused\n")
                #expect(ended.errors.contains("\(file):5: 3 cells under 6 columns") && ended.errors.contains("\(file):6: "))
                try await pool.workedOff()
                #expect(try await pool.ask("call", "show", "n", "--json").json?["note"]?.string == "a \"quoted\" word,\nand a second line")
            }
        }

        @Test("A file whose publishing was killed is completed by publishing it again, and each event counts once")
        func killedPublishing() async throws {
            let count = 4000
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply()
                let lines = (0..<count).map {
                    #"{"call_id":"p\#($0)","type":"arrived","at":"2026-03-24T10:00:00Z","to":"+12125550161","from":"+1312556\#(1000 + $0)"}"#
                }
                let file = try pool.file("many.ndjson", lines.joined(separator: "\n"))
                let first = try pool.start(["publish", file], variables: ["TRUNKLINE_BROKER": pool.front])
                try await pool.withClient { client in
                    try await untilTrue("the first calls") { try await client.answered("trunkline.v1.CallLog/ListCalls", ["limit": 1])["calls"]?.array?.isEmpty == false }
                }
                await first.killed()
                let second = try await pool.ask("publish", file, "--json")
                let tally = ["accepted", "duplicate", "refused"].map { Int(second.json?[$0]?.integer ?? -1) }
                #expect(second.status == 0 && tally[0] + tally[1] == count && tally[1] > 0 && tally[2] == 0)
                try await pool.workedOff()
                let recorded = try await pool.withClient { try await CallLogPages(client: $0).callIDs() }
                #expect(recorded.sorted() == (0..<count).map { "p\($0)" }.sorted())
            }
        }

        @Test("No log and no complaint holds a caller's or a destination's number")
        func numbersInLogs() async throws {
            let pool = try PoolFolder()
            let ended = try await pool.whileUp("--verbose") { _ in
                try await pool.apply()
                for to in [Sample.google, "+12125550199", "0012125550161", "2125550161x"] {
                    let routed = try await pool.ask("route", "--verbose", "--to", to, "--from", Sample.caller)
                    #expect(routed.status == 0 && !routed.errors.contains("5550"))
                }
                let file = try pool.file("events.ndjson", Self.events.joined(separator: "\n"))
                _ = try await pool.ask("publish", "--verbose", file)
                try await pool.workedOff()
            }
            #expect(ended.errors.contains("serves"))
            #expect(!ended.errors.contains("5550"))
        }
    }
}
