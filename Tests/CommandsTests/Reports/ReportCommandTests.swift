import Foundation
import Glibc
import MessageWire
import Testing

extension Processes {
    @Suite("report, in every form")
    struct ReportCommandTests {
        private static let events = [
            #"{"call_id":"a","type":"arrived","at":"2026-03-24T10:00:00Z","to":"+12125550161","from":"+13125550141"}"#,
            #"{"call_id":"a","type":"answered","at":"2026-03-24T10:00:05Z","destination_id":"anna"}"#,
            #"{"call_id":"a","type":"ended","at":"2026-03-24T10:01:05Z","ended_by":"caller"}"#,
            #"{"call_id":"a","type":"value","at":"2026-03-24T10:02:00Z","amount":"99.5","currency":"USD"}"#,
            #"{"call_id":"b","type":"arrived","at":"2026-03-25T03:30:00Z","to":"+12125550162","from":"+13125550142"}"#,
            #"{"call_id":"b","type":"ended","at":"2026-03-25T03:30:40Z","ended_by":"caller"}"#,
            #"{"call_id":"c","type":"arrived","at":"2026-03-23T12:00:00Z","to":"+12125550161","from":"+13125550143"}"#,
            #"{"call_id":"c","type":"ended","at":"2026-03-23T12:00:40Z","ended_by":"caller"}"#,
        ]

        @Test("table, CSV, JSON and plot tell the same calls; days are the account's; the time since the start is known to be covered")
        func forms() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply()
                _ = try await pool.ask("publish", try pool.file("events.ndjson", Self.events.joined(separator: "\n")))
                try await pool.workedOff()

                let day = ["report", "day", "--from", "2026-03-23", "--to", "2026-03-24", "--json"]
                let days = try #require(try await pool.start(day, variables: ["TRUNKLINE_BROKER": pool.front]).ended().json)
                #expect(days["rows"]?.array?.map { $0["day"] } == ["2026-03-23", "2026-03-24"] && days["rows"]?.array?.map { $0["calls"] } == [1, 2])
                #expect(days["period"]?["zone"] == "America/New_York" && days["total"]?["value"] == ["USD": .number(99.5)])

                let csv = try await pool.ask("report", "day", "--from", "2026-03-23", "--to", "2026-03-24", "--csv")
                #expect(csv.status == 0 && csv.output.components(separatedBy: "\r\n").count == 4)
                #expect(csv.output.hasPrefix("day,start,state,missing_minutes,calls,") && csv.output.contains("\r\n2026-03-24,2026-03-24T00:00:00-04:00,recorded,,2,2,"))

                let plot = "\(pool.path)/day.svg"
                let drawn = try await pool.ask("report", "day", "--from", "2026-03-24", "--to", "2026-03-24", "--compare", "--plot", plot)
                #expect(drawn.status == 0 && drawn.lines.contains("before: 23 March 2026") && drawn.errors.contains("drawn into \(plot)"))
                #expect(drawn.lines.last?.split(separator: " ").prefix(4) == ["total", "2", "1", "+100"])
                let svg = try String(contentsOfFile: plot, encoding: .utf8)
                #expect(svg.hasPrefix("<?xml") && svg.contains("24 March 2026 · America/New_York") && svg.contains("2 calls, 1 answered (50 %); before: 1 (+100 %)"))

                let missed = try await pool.ask("report", "outcome", "--where", "answered=false", "--json")
                #expect(missed.json?["rows"]?.array?.map { $0["outcome"] } == ["missed"] && missed.json?["total"]?["calls"] == 2)

                // The broker that is up now has been up since this pool was started, and no hour before is judged.
                let today = try #require(try await pool.ask("report", "hour", "--last", "2d", "--json").json)
                #expect(today["rows"]?.array?.allSatisfy { ["recorded", "ahead"].contains($0["state"]?.string) } == true)
            }
        }

        @Test("what makes no sense is refused with the value and the remedy")
        func refused() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let questions: [([String], Int32, String)] = [
                    (["sourse"], 64, "did you mean source?"), (["source", "--csv", "--json"], 64, "give one of them"), (["source", "--top", "0"], 64, "--top 0"),
                    (["source", "--where", "=missed"], 64, "--where"), (["source", "--where", "top=3"], 65, "no field \"top\""), (["source", "--where", "sauce=x"], 65, "sauce"), (["source", "--from", "today"], 65, "2026-06-01"),
                    (["source", "--model", "linear"], 65, "split"), (["source", "--compare"], 65, "period"), (["hour", "--from", "1999-01-01"], 65, "longer steps"),
                    (["day", "--last", "1d", "--plot", "/nowhere/at/all.svg"], 74, "/nowhere/at/all.svg"),
                ]
                for (arguments, status, word) in questions {
                    let ended = try await pool.start(["report"] + arguments, variables: ["TRUNKLINE_BROKER": pool.front]).ended()
                    #expect(ended.status == status && ended.output.isEmpty && ended.errors.contains(word), "\(arguments): \(ended.errors)")
                }
            }
        }
    }
}
