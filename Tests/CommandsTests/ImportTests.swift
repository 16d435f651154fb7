import Foundation
import MessageWire
import Testing

extension Processes {
    @Suite("publish --columns: the calls of another tracker's export")
    struct ImportTests {
        private static let map = """
            provider: other
            country: US
            time_zone: America/New_York
            only: {column: Direction, words: [inbound]}
            call_id: Call
            started_at: {columns: [Date, Time], format: "%m/%d/%Y %I:%M:%S %p"}
            to: Tracking Number
            from: Caller
            destination: Destination
            duration_seconds: Duration
            ring_seconds: Ring
            outcome:
              - {column: Status, words: {Answered Call: answered, Missed Call: missed, Abandoned Call: abandoned, Voicemail: voicemail, Busy: busy, Blocked: blocked}}
            tags: {column: Tags, separator: ";"}
            note: Note
            value: Value
            currency: USD
            recording: Recording
            attributes: {source: Source, landing_page: Page}

            """
        private static let header = "Call,Direction,Date,Time,Tracking Number,Caller,Destination,Duration,Ring,Status,Tags,Note,Value,Recording,Source,Page\r\n"
        private static let rows = [
            #"1,Inbound,06/03/2026,10:05:00 AM,(212) 555-0161,(312) 555-0142,212-555-0111,1:35,12,Answered Call,lead;roof,"Said: ""Tuesday"","# + "\nor later\",\"$1,200.50\",https://media.example/1,Ads,https://acme.example/a",
            "2,Inbound,06/03/2026,12:00:10 PM,2125550161,+1 312 555 0142,212-555-0111,25,,Missed Call,,,,,Ads,",
            "3,Inbound,11/01/2026,01:30:00 AM,2125550162,Restricted,212-555-0111,0:00:04,,Abandoned Call,,,,,,",
            "4,Inbound,06/04/2026,9:00:00 PM,2125550162,3125550143,212-555-0111,1m 5s,20,Voicemail,,,,https://media.example/4,,",
            "5,Outbound,06/04/2026,9:00:00 PM,2125550162,3125550143,212-555-0111,30,,Answered Call,,,,,,",
            "6,Inbound,06/05/2026,9:00:00 AM,2125550199,3125550144,212-555-0111,40,5,Answered Call,,,,,Flyer,",
            "7,Inbound,06/05/2026,9:10:00 AM,2125550161,3125550145,,5,,Blocked,,,,,,",
        ]
        private static let bad = [
            "8,Inbound,2026-06-05,9:10:00 AM,2125550161,3125550145,,5,,Busy,,,,,,", "9,Inbound,06/05/2026,9:10:00 AM,desk,3125550145,,5,,Busy,,,,,,",
            "10,Inbound,06/05/2026,9:10:00 AM,2125550161,3125550145,,5,,Mystery,,,,,,", ",Inbound,06/05/2026,9:10:00 AM,2125550161,3125550145,,5,,Busy,,,,,,",
            "11,Inbound,06/05/2026,9:10:00 AM,2125550161,3125550145,,soon,,Busy,,,,,,", "12,Inbound",
        ]

        private static func csv(_ rows: [String]) -> String { "\u{FEFF}" + header + rows.joined(separator: "\r\n") + "\r\n" }

        private func withPool(_ body: (PoolFolder, String) async throws -> Void) async throws {
            let pool = try PoolFolder()
            let ended = try await pool.whileUp { _ in
                try await pool.apply()
                try await body(pool, try pool.file("map.yaml", Self.map))
            }
            #expect(ended.status == 0 && ended.output.isEmpty)
        }

        @Test("each row is a call with the outcome its word stands for, and publishing again changes nothing")
        func rows() async throws {
            try await withPool { pool, map in
                let file = try pool.file("calls.csv", Self.csv(Self.rows))
                let first = try await pool.ask("publish", "--columns", map, file)
                #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
                #expect(first.lines.first == "6 calls accepted, 0 duplicate, 0 refused, 1 left out by the map")
                #expect(first.output.contains("1 call to 1 number that the directory does not have") && first.output.contains("+12125550199"))
                try await pool.workedOff()
                let before = try await Self.records(pool)
                let again = try await pool.ask("publish", "--columns", map, file)
                #expect(again.lines.first == "0 calls accepted, 6 duplicate, 0 refused, 1 left out by the map")
                try await pool.workedOff()
                #expect(try await Self.records(pool) == before)

                let call = try #require(before["other-1"])
                #expect(call["outcome"]?.string == "answered" && call["started_at"]?.string == "2026-06-03T14:05:00.000Z")
                #expect(call["talk_seconds"]?.integer == 83 && call["ring_seconds"]?.integer == 12 && call["duration_seconds"]?.integer == 95)
                #expect(call["caller_number"]?.string == "+13125550142" && call["destination_number"]?.string == "+12125550111")
                // The directory knows the number.
                #expect(call["destination_id"]?.string == "anna")
                #expect(call["caller_city"]?.string == "Chicago" && call["caller_region"]?.string == "IL" && call["caller_time_zone"]?.string == "America/Chicago")
                #expect(call["tags"]?.array?.compactMap(\.string) == ["lead", "roof"] && call["note"]?.string == "Said: \"Tuesday\",\nor later")
                #expect(call["value"]?.string == "1200.50" && call["currency"]?.string == "USD" && call["recording_url"]?.string == "https://media.example/1")
                // The number's own source beats what the other tracker says.
                #expect(call["source"]?.string == "google" && call["provider"]?.string == "other" && call["provider_call_id"]?.string == "1")
                #expect(before["other-2"]?["outcome"]?.string == "missed" && before["other-2"]?["prior_calls"]?.integer == 1)
                // The first of the two half past ones of that night.
                #expect(before["other-3"]?["started_at"]?.string == "2026-11-01T05:30:00.000Z" && before["other-3"]?["outcome"]?.string == "abandoned")
                #expect(before["other-3"]?["caller_number"] == .null)
                #expect(before["other-4"]?["outcome"]?.string == "voicemail" && before["other-4"]?["voicemail_seconds"]?.integer == 45)
                #expect(before["other-7"]?["outcome"]?.string == "blocked")
                #expect(before["other-5"] == nil && before["other-6"] == nil)
                let unmatched = try #require(try await pool.ask("calls", "--unmatched", "--json").json)
                #expect(unmatched["calls"]?.array?.compactMap { $0["call_id"]?.string } == ["other-6"])
                #expect(unmatched["calls"]?.array?.first?["source"]?.string == "Flyer")
                let events = try #require(try await pool.ask("call", "show", "other-1", "--events", "--json").json)["events"]?.array ?? []
                #expect(events.contains { $0["attributes"]?["landing_page"]?.string == "https://acme.example/a" })
            }
        }

        @Test("a row that cannot be read is refused with its line and the reason, and loses nothing else")
        func refusals() async throws {
            try await withPool { pool, map in
                let file = try pool.file("calls.csv", Self.csv([Self.rows[1]] + Self.bad + [Self.rows[3]]))
                let trial = try await pool.ask("publish", "--columns", map, "--check", "--json", file)
                #expect(trial.status == 65)
                #expect(trial.json?["accepted"]?.integer == 2 && trial.json?["refused"]?.integer == 6 && trial.json?["unmatched"]?.integer == 0)
                let ended = try await pool.ask("publish", "--columns", map, file)
                #expect(ended.status == 65 && ended.lines.first == "2 calls accepted, 0 duplicate, 6 refused, 0 left out by the map")
                for (line, words) in [(3, "no time of the map's format"), (4, "no telephone number"), (5, "\"Mystery\""), (6, "Call is empty"), (7, "\"soon\" is no length"), (8, "2 cells")] {
                    #expect(ended.errors.split(separator: "\n").contains { $0.contains(":\(line): ") && $0.contains(words) }, "line \(line)")
                }
                try await pool.workedOff()
                #expect(Set(try await Self.records(pool).keys).isSuperset(of: ["other-2", "other-4"]))
            }
        }

        @Test("what the recorder would not take is refused with its line as well, and is no dead letter")
        func unstorable() async throws {
            func row(_ id: String, value: String = "", tags: String = "", more: String = "") -> String {
                "\(id),Inbound,06/03/2026,12:00:10 PM,2125550161,+13125550142,212-555-0111,25,,Missed Call,\(tags),,\(value),,Ads,\(more)"
            }
            try await withPool { pool, map in
                let rows = [
                    row("1", value: "free"), row(String(repeating: "7", count: 140)), row("3", more: "a,b"), row("4", tags: " roof ; lead "), row("4", tags: " roof ; lead "),
                    row("4", tags: "other"), row("5", more: ",,"),
                ]
                let file = try pool.file("calls.csv", Self.csv(rows))
                for check in [true, false] {
                    let ended = check ? try await pool.ask("publish", "--columns", map, file, "--check") : try await pool.ask("publish", "--columns", map, file)
                    #expect(ended.status == 65)
                    for (line, words) in [(2, "\"free\" is no decimal"), (3, "at most 128"), (4, "17 cells under 16"), (7, "in line 5 already")] {
                        #expect(ended.errors.split(separator: "\n").contains { $0.contains(":\(line): ") && $0.contains(words) }, "line \(line): \(ended.errors)")
                    }
                    #expect(ended.lines.first == (check ? "3 calls can be read, 4 refused, 0 left out by the map" : "2 calls accepted, 1 duplicate, 4 refused, 0 left out by the map"))
                }
                try await pool.workedOff()
                let records = try await Self.records(pool)
                #expect(records["other-4"]?["tags"]?.array?.compactMap(\.string) == ["roof", "lead"] && records["other-5"] != nil)
                #expect(try await pool.ask("dead", "list", "trunkline.v1.Attribution").output.contains("no dead requests"))
                let latin = pool.path + "/latin.csv"
                try Data(Self.csv([Self.rows[1], "8,Inbound,06/03/2026,12:00:10 PM,2125550161,,,25,,Missed Call,,M\u{FC}ller,,,,"]).unicodeScalars.dropFirst().map { UInt8(truncatingIfNeeded: $0.value) })
                    .write(to: URL(fileURLWithPath: latin))
                let ended = try await pool.ask("publish", "--columns", map, latin, "--check")
                #expect(ended.status == 65 && ended.errors.contains("latin.csv:3: is not UTF-8"), "\(ended.errors)")
                let empty = try await pool.ask("publish", "--columns", map, try pool.file("empty.csv", "\n"), "--check")
                #expect(empty.status == 65 && empty.errors.contains("empty.csv: is empty"), "\(empty.errors)")
                try Data([0xFF, 0xFE, 0x43, 0x00]).write(to: URL(fileURLWithPath: latin))
                #expect(try await pool.ask("publish", "--columns", map, latin).errors == "trunkline: \(latin): is UTF-16; save it as UTF-8\n")
            }
        }

        @Test("calls to a number that comes into the directory afterwards are the account's as soon as it has come", .timeLimit(.minutes(1)))
        func afterwards() async throws {
            try await withPool { pool, map in
                _ = try await pool.ask("publish", "--columns", map, try pool.file("calls.csv", Self.csv(Self.rows)))
                try await pool.workedOff()
                #expect(try await pool.ask("calls", "--unmatched", "--json").json?["calls"]?.array?.count == 1)
                try await pool.apply(document: Sample.directory() + "  - {number: \"+12125550199\", flow: main, source: {source: Print}}\n")
                // Another thread does it, some milliseconds after it has heard of the directory.
                while try await pool.ask("calls", "--unmatched", "--json").json?["calls"]?.array?.isEmpty == false {}
                let call = try #require(try await Self.records(pool)["other-6"])
                #expect(call["account"]?.string == "acme" && call["source"]?.string == "Print" && call["destination_id"]?.string == "anna" && call["directory_version"]?.integer == 2)
            }
        }

        @Test("a map that is wrong is refused whole, with what would be right", arguments: [
            (["provider: other\n"], "provider: is missing"), (["outcome:\n"], "outcome: is missing"), (["America/New_York", "EST"], "\"EST\" is no zone"),
            (["Busy: busy", "Busy: engaged"], "\"engaged\" is no outcome"), (["note: Note", "notes: Note"], "notes: is unknown here"), (["%I:%M", "%Q:%M"], "is no format"),
            (["currency: USD", "currency: dollars"], "\"dollars\" is none"),
        ])
        func maps(change: [String], complaint: String) async throws {
            let folder = try PoolFolder()
            var text = Self.map.replacingOccurrences(of: change[0], with: change.count > 1 ? change[1] : "")
            if change[0] == "outcome:\n" { text = text.split(separator: "\n").filter { !$0.contains("outcome") && !$0.contains("Status") }.joined(separator: "\n") }
            let map = try folder.file("map.yaml", text)
            let ended = try await folder.run("publish", "--columns", map, try folder.file("calls.csv", Self.csv(Self.rows)))
            #expect(ended.status == 65 && ended.errors.contains(complaint), "\(ended.errors)")
        }

        @Test("the samples of two trackers are read whole")
        func samples() async throws {
            let pool = try PoolFolder()
            let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("deploy/sample").path
            try await pool.whileUp { _ in
                #expect(try await pool.ask("apply", "-f", sample + "/acme.yaml").status == 0)
                for (tracker, calls, leftOut, unmatched) in [("callrail", 7, 1, 1), ("ringostat", 5, 1, 0)] {
                    let ended = try await pool.ask("publish", "--columns", "\(sample)/import/\(tracker).yaml", "--json", "\(sample)/import/\(tracker).csv")
                    #expect(ended.status == 0, "\(ended.errors)")
                    #expect(ended.json?["accepted"]?.integer == Int64(calls) && ended.json?["left_out"]?.integer == Int64(leftOut))
                    #expect(ended.json?["unmatched"]?.integer == Int64(unmatched))
                }
                try await pool.workedOff()
                let records = try await Self.records(pool)
                #expect(records["callrail-CAL019a0003"]?["outcome"]?.string == "voicemail" && records["callrail-CAL019a0001"]?["caller_name"]?.string == "Dana Fisher")
                // A pool's number without a session: what the other tracker said.
                #expect(records["callrail-CAL019a0005"]?["source"]?.string == "google" && records["callrail-CAL019a0005"]?["medium"]?.string == "organic")
                #expect(records["ringostat-ua3-1772460412.118"]?["ring_seconds"]?.integer == 11)
            }
        }

        private static func records(_ pool: PoolFolder) async throws -> [String: JSON] {
            let page = try #require(try await pool.ask("calls", "--json", "--hidden", "--limit", "100").json)
            return Dictionary((page["calls"]?.array ?? []).compactMap { call in call["call_id"]?.string.map { ($0, call) } }, uniquingKeysWith: { first, _ in first })
        }
    }
}
