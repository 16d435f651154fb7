import Foundation
import MessageClient
import MessageWire
import Testing

extension Processes {
    /// records.md §7.
    @Suite("A caller is forgotten by a whole pool", .timeLimit(.minutes(3)))
    struct EraseCommandTests {
        private static let other = "+13125550199"

        private func call(_ client: MessageClient, _ id: String, from: String, name: String = "") async throws {
            _ = try await client.answered(
                "trunkline.v1.Routing/RouteCall",
                ["call_id": .string(id), "to": .string(Sample.google), "from": .string(from), "caller_name": .string(name), "provider_call_id": .string("CA\(name)")])
        }

        private static let events = """
            {"call_id":"c1","type":"answered","at":"2026-06-03T14:00:05Z","destination_id":"anna"}
            {"call_id":"c1","type":"note","at":"2026-06-03T14:01:00Z","note":"zebulon wants a roof"}
            {"call_id":"c1","type":"recording","at":"2026-06-03T14:01:00Z","url":"https://rec.example/zebulon.mp3","duration_seconds":60}
            {"call_id":"c1","type":"ended","at":"2026-06-03T14:02:00Z","ended_by":"caller","attributes":{"who":"zebulon"}}

            """

        /// What the files of the folder still tell of him.
        private func traces(_ folder: String) -> [String] {
            let digits: UInt64 = 13_125_550_142
            var traces: [(String, [UInt8])] = ["13125550142", "3125550142", "zebulon", "Zebulon"].map { ($0, Array($0.utf8)) }
            let packed = withUnsafeBytes(of: digits.bigEndian) { Array($0) }
            traces += [("big-endian", Array(packed.suffix(5))), ("little-endian", packed.suffix(5).reversed())]
            var found: [String] = []
            for file in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? [] {
                guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { continue }
                found += traces.filter { data.firstRange(of: Data($0.1)) != nil }.map { "\($0.0) in \(file)" }
            }
            return found
        }

        /// What a report counts of each source; how many callers there were is of the past.
    private func sums(_ pool: PoolFolder) async throws -> [[String]] {
        let rows = try await pool.ask("report", "source", "--json").json?["rows"]?.array ?? []
        return rows.map { row in ["source", "calls", "first_time", "answered", "missed", "qualified", "conversions", "value"].map { row[$0]?.text ?? "" } }
    }

    @Test("erase takes him from records, events, dead letters and every file within a minute, and finds nothing when run again")
        func erase() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply()
                try await pool.withClient { client in
                    try await call(client, "c1", from: Sample.caller, name: "Zebulon Q")
                    try await call(client, "c2", from: "(312) 555-0142")
                    try await call(client, "c3", from: Self.other)
                    #expect(try await pool.ask("publish", try pool.file("events.ndjson", Self.events)).status == 0)
                    // One that nobody can read and that names him, one that names nobody.
                    for body in [#"{"call_id":"c1","type":"note","from":"+1 312-555-0142","at":7}"#, #"{"type":"note","at":7}"#] {
                        _ = try await pool.ask("request", "trunkline.v1.CallEvents/Publish", "--body", body)
                    }
                    try await pool.workedOff()
                }
                let before = try await sums(pool)
                #expect(!before.isEmpty)
                #expect(!traces(pool.data).isEmpty)

                let erased = try await pool.ask("erase", "312-555-0142", "--json")
                let json = try #require(erased.json, "\(erased)")
                #expect(erased.status == 0 && erased.errors.isEmpty && json["number"] == "…42" && json["account"] == "acme")
                for (name, count) in [("calls", 2), ("exchanges", 2), ("events", 4), ("recordings", 1), ("notes", 1), ("dead_letters", 2)] {
                    #expect(json[name]?.integer == Int64(count), "\(name) of \(erased.output)")
                }
                let record = try #require(try await pool.ask("call", "show", "c1", "--events", "--json").json)
                #expect(record["caller_number"] == .null && record["caller_name"] == .null && record["note"] == .null && record["recording_url"] == .null)
                #expect(record["erased_at"]?.string != nil && record["outcome"] == "answered" && record["first_time"] == true && record["source"] == "google")
                #expect(try await pool.ask("call", "show", "c3", "--json").json?["caller_number"]?.string == Self.other)
                #expect(try await sums(pool) == before)
                let dead = try #require(try await pool.ask("dead", "list", "trunkline.v1.Attribution", "--json").json)
                #expect(dead["dead"]?.array?.count == 1)

                #expect(try await pool.ask("erase", Sample.caller).output == "acme: nothing is kept of …42\n")
                let again = try #require(try await pool.ask("erase", Sample.caller, "--json").json)
                #expect(["calls", "events", "dead_letters"].allSatisfy { again[$0] == 0 })
                #expect(try await pool.ask("publish", try pool.file("again.ndjson", Self.events.replacing("\"at\"", with: "\"provider\":\"p\",\"at\""))).status == 0)

                // The minute of records.md §7; what is left then is shown.
                try? await untilTrue(within: .seconds(60)) { traces(pool.data).isEmpty }
                #expect(traces(pool.data) == [])
                try await pool.withClient { try await call($0, "c4", from: Sample.caller) }
                try await pool.workedOff()
                let later = try #require(try await pool.ask("call", "show", "c4", "--json").json)
                #expect(later["first_time"] == true && later["caller_number"]?.string == Sample.caller)
                #expect(try await pool.ask("call", "show", "c1", "--json").json?["note"] == .null)
            }
        }

        @Test("what is no number and an account that is none are refused by name, and without a pool nothing is said to be erased")
        func refused() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply()
                let word = try await pool.ask("erase", "zebulon")
                #expect(word.status == 65 && word.output.isEmpty && word.errors.contains("+13125550142"))
                let stranger = try await pool.ask("erase", Sample.caller, "--account", "nobody")
                #expect(stranger.status == 65 && stranger.errors.contains("no account \"nobody\""))
            }
            let nobody = try await pool.ask("erase", Sample.caller)
            #expect(nobody.status == 69 && nobody.output.isEmpty)
        }
    }
}
