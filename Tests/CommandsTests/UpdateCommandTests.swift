import Glibc
import MessageWire
import Testing

extension Processes {
    @Suite("call update")
    struct UpdateCommandTests {
        private static let events = [
            #"{"call_id":"a","type":"arrived","at":"2026-03-24T10:00:00Z","to":"+12125550161","from":"+13125550141"}"#,
            #"{"call_id":"a","type":"note","at":"2026-03-24T10:00:02Z","note":"told by the front","event_id":"n"}"#,
            #"{"call_id":"a","type":"ended","at":"2026-03-24T10:01:05Z","ended_by":"caller"}"#,
            #"{"call_id":"a","type":"ended","at":"2026-03-24T10:02:05Z","ended_by":"destination"}"#,
        ]

        @Test("a person's word outlives a kill right after its answer, and the log tells what it overruled")
        func killed() async throws {
            let pool = try PoolFolder()
            let up = try pool.start(["up", "--data", pool.data, "--front", pool.front, "--back", pool.back])
            try await pool.withClient { try await $0.waitForPool() }
            try await pool.apply()
            #expect(try await pool.ask("publish", try pool.file("events.ndjson", Self.events.joined(separator: "\n"))).status == 0)
            try await pool.workedOff()
            let said = try await pool.ask("call", "update", "a", "--qualified", "yes", "--tag", "vip", "--note", "signed", "--value", "12.50", "--currency", "eur", "--by", "Kim")
            up.send(SIGKILL)
            _ = await up.ended()
            #expect(said.status == 0 && said.errors.isEmpty && said.lines.contains { $0.hasPrefix("note ") && $0.hasSuffix(" signed") })

            try await pool.whileUp { _ in
                let call = try #require(try await pool.ask("call", "show", "a", "--events", "--json").json)
                #expect(call["qualified"] == true && call["tags"] == ["vip"] && call["note"] == "signed" && call["value"] == "12.50" && call["currency"] == "EUR")
                let log = call["events"]?.array ?? []
                #expect(log.map { $0["type"] } == ["arrived", "note", "ended", "ended", "update"])
                // The earliest end wins; the later one stands beside it.
                #expect(log.map { $0["counts"] } == [true, false, true, false, true])
                #expect(log.last?["changed"]?.array?.contains("note") == true && log.last?["by"] == "Kim")
                let table = try await pool.ask("call", "show", "a", "--events")
                #expect(table.lines.contains { $0.contains(" update ") && $0.contains(" yes ") && $0.contains("note=signed") && $0.contains("by=Kim") })
                #expect(try await pool.ask("calls", "--tag", "vip", "--where", "qualified", "--json").json?["calls"]?.array?.count == 1)
                let again = try await pool.ask("call", "update", "a", "--no-tags", "--qualified", "auto", "--json")
                #expect(again.json?["tags"] == [] && again.json?["qualified"] == .null)
            }
        }

        @Test(
            "what makes no sense is refused with its exit status",
            arguments: [
                (["nope", "--spam", "yes"], Int32(1), "no call has the id \"nope\""), (["a"], 64, "nothing is said of the call"), (["a", "--value", "12,5"], 65, "is no amount"),
                (["a", "--tag", "x", "--no-tags"], 64, "give one of them"), (["a", "--qualified", "maybe"], 64, "'yes', 'no' or 'auto'"),
            ])
        func refused(arguments: [String], status: Int32, advice: String) async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let ended = try await pool.start(["call", "update"] + arguments, variables: ["TRUNKLINE_BROKER": pool.front]).ended()
                #expect(ended.status == status && ended.errors.contains(advice) && ended.output.isEmpty, "\(ended.errors)")
            }
        }
    }
}
