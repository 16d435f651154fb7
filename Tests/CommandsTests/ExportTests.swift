import Foundation
import Glibc
import MessageWire
import Testing

extension Processes {
    @Suite("export")
    struct ExportTests {
        /// A pool that holds calls, one of them with words that CSV has to quote and a spreadsheet would run.
        private func withCalls(_ count: Int, _ body: (PoolFolder) async throws -> Void) async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply()
                var events: [String] = []
                for place in 0..<count {
                    let time = String(format: "2026-03-24T%02d:%02d:%02d", 10 + place / 3600, place / 60 % 60, place % 60)
                    events.append(#"{"call_id":"c\#(place)","type":"arrived","at":"\#(time)Z","to":"+12125550161","from":"+13125550141"}"#)
                }
                events.append(#"{"call_id":"c1","type":"note","at":"2026-03-24T10:10:00Z","note":"=1+1, \"quoted\"\r\nline \u00e9"}"#)
                events.append(#"{"call_id":"c1","type":"tagged","at":"2026-03-24T10:10:00Z","tags":["vip","new roof"]}"#)
                events.append(#"{"call_id":"c2","type":"spam","at":"2026-03-24T10:10:00Z","spam":true}"#)
                #expect(try await pool.ask("publish", try pool.file("events.ndjson", events.joined(separator: "\n"))).status == 0)
                try await pool.workedOff()
                try await body(pool)
            }
        }

        /// Rows of a CSV file as Python's own reader sees them.
        private func python(_ pool: PoolFolder, _ file: String) async throws -> [[String]] {
            let program = "import csv, json, sys; print(json.dumps(list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8')))))"
            let ended = try await pool.start(["python3", "-c", program, file], executable: "/usr/bin/env").ended()
            #expect(ended.status == 0, "\(ended.errors)")
            return (ended.json?.array ?? []).map { ($0.array ?? []).compactMap(\.string) }
        }

        @Test("CSV holds each field in a column of its own, and Python reads back what was written")
        func csv() async throws {
            try await withCalls(2500) { pool in
                let file = pool.path + "/calls.csv"
                let ended = try await pool.ask("export", "--to", "2026-03-24", "--output", file)
                #expect(ended.status == 0 && ended.output.isEmpty)
                #expect(ended.errors == "trunkline: 2499 calls written to \(file)\ntrunkline: left out: 1 spam, 0 test (--hidden takes them too)\n")
                let rows = try await python(pool, file)
                let header = try #require(rows.first)
                #expect(rows.count == 2500 && rows.allSatisfy { $0.count == header.count })
                func column(_ name: String) throws -> [String] {
                    let place = try #require(header.firstIndex(of: name))
                    return rows.dropFirst().map { $0[place] }
                }
                let ids = try column("call_id")
                #expect(Set(ids).count == 2499 && ids.first == "c2499" && !ids.contains("c2"))
                let noted = try #require(ids.firstIndex(of: "c1"))
                #expect(try column("note")[noted] == "=1+1, \"quoted\"\r\nline é" && column("tags")[noted] == "vip;new roof")
                #expect(try column("source")[noted] == "google" && column("first_touch.source")[noted] == "" && column("assigned_to.kind")[noted] == "")
                #expect(try column("answered")[noted] == "false" && column("caller_number")[noted] == "+13125550141")
                #expect(try Data(contentsOf: URL(fileURLWithPath: file)).suffix(2) == Data([13, 10]))

                let marked = try await pool.ask("export", "--spreadsheet", "--where", "note", "--output", file)
                #expect(marked.status == 0)
                let cells = try await python(pool, file)
                #expect(cells.count == 2 && cells[0].first == "\u{FEFF}call_id" && cells[1].contains("'=1+1, \"quoted\"\r\nline é") && cells[1].contains("+13125550141"))
            }
        }

        @Test("NDJSON streams records as `calls` has them to standard output; an empty answer is no line, in CSV a header")
        func ndjson() async throws {
            try await withCalls(5) { pool in
                let ended = try await pool.ask("export", "--to", "2026-03-24", "--hidden")
                #expect(ended.status == 0 && ended.errors.isEmpty)
                let records = ended.output.split(separator: "\n").map { JSON(String($0)) }
                #expect(records.count == 5 && records.allSatisfy { $0?["call_id"]?.string != nil })
                #expect(records.last == (try await pool.ask("call", "show", "c0", "--json")).json)
                let none = try await pool.ask("export", "--format", "ndjson", "--where", "outcome = answered")
                #expect(none.status == 0 && none.output.isEmpty)
                #expect(try await pool.ask("export", "--format", "csv", "--where", "outcome = answered").output.hasPrefix("call_id,account,"))
            }
        }

        @Test("a file is there whole or not at all")
        func whole() async throws {
            try await withCalls(5) { pool in
                let file = try pool.file("kept.csv", "as it was")
                // Refused by the service, after the draft was begun.
                let refused = try await pool.ask("export", "--where", "sorce = x", "--output", file)
                #expect(refused.status == 65 && refused.errors.contains("did you mean source?"))
                #expect(try await pool.ask("export", "--output", pool.path + "/nowhere/calls.csv").status == 74)
                #expect(try await pool.ask("export", "--output", pool.path).status == 74)
                let paused = try await pool.ask("pause", "trunkline.v1.CallLog")
                #expect(paused.status == 0)
                let waiting = try pool.start(["export", "--output", file], variables: ["TRUNKLINE_BROKER": pool.front])
                try await untilTrue("a draft") { try FileManager.default.contentsOfDirectory(atPath: pool.path).contains { $0.hasPrefix("kept.csv.part-") } }
                waiting.send(SIGINT)
                #expect(await waiting.ended().status == 130)
                #expect(try await pool.ask("resume", "trunkline.v1.CallLog").status == 0)
                #expect(try String(contentsOfFile: file, encoding: .utf8) == "as it was")
                #expect(try FileManager.default.contentsOfDirectory(atPath: pool.path).filter { $0.contains("part-") } == [])
            }
        }
    }
}
