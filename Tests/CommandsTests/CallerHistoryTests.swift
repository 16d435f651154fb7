import MessageWire
import Testing

extension Processes {
    @Suite("A caller's history, from the records back to routing")
    struct CallerHistoryTests {
        private static let events = [
            #"{"call_id":"a","type":"arrived","at":"2026-03-24T10:00:00Z","to":"+12125550161","from":"(312) 555-0142"}"#,
            #"{"call_id":"a","type":"answered","at":"2026-03-24T10:00:05Z","destination_id":"ben"}"#,
            #"{"call_id":"a","type":"ended","at":"2026-03-24T10:01:05Z","ended_by":"caller"}"#,
            #"{"call_id":"b","type":"arrived","at":"2026-03-24T11:00:00Z","to":"+12125550162","from":"+13125550142"}"#,
        ]

        @Test("who answered a caller before is dialled first, and the records tell which call was the first")
        func sticky() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply("{sequential: [anna, ben], sticky_days: forever}")
                let published = try await pool.ask("publish", try pool.file("events.ndjson", Self.events.joined(separator: "\n")))
                #expect(published.status == 0)
                try await pool.workedOff()
                for (caller, destination, reason) in [(Sample.caller, "ben", "sticky"), ("+13125550143", "anna", "order")] {
                    let decision = try #require(try await pool.ask("route", "--to", Sample.google, "--from", caller, "--json").json)
                    #expect(decision["dial"]?["targets"]?.array?.first?["destination_id"]?.string == destination)
                    let chosen = decision["trace"]?.array?.first { $0["verdict"]?.string == "chosen" }
                    #expect(chosen?["reason"]?.string == reason)
                }
                let calls = try #require(try await pool.ask("calls", "--until", "2026-03-25T00:00:00Z", "--json").json?["calls"]?.array)
                #expect(calls.map { $0["first_time"]?.bool } == [false, true])
                #expect(calls.map { $0["prior_calls"]?.integer } == [1, 0])
                #expect(calls.map { $0["repeat_scope"]?.string } == ["account", "account"])
                #expect(try await pool.ask("calls", "--until", "2026-03-25T00:00:00Z").lines.first?.contains("earlier") == true)
            }
        }
    }
}
