import CallModel
import Foundation
import Glibc
import MessageWire
import MessageWorker
import Synchronization
import Testing

extension Processes {
    @Suite("export conversions")
    struct ConversionsTests {
        /// A call log that lists conversions a page at a time, and remembers what it is told to mark.
        private final class Log: Sendable {
            private let marked = Mutex<[String]>([])
            private let conversions: [JSON]

            init(_ conversions: [JSON]) { self.conversions = conversions }

            var marks: [String] { marked.withLock { $0 } }

            func answer(_ method: String, _ body: JSON) -> TaskOutcome {
                guard method == "ListConversions" else {
                    let ids = (body["call_ids"]?.array ?? []).compactMap(\.string)
                    marked.withLock { $0 += ids }
                    return .done(Array(#"{"marked":\#(ids.count)}"#.utf8))
                }
                let marks = marks
                let isProbe = body["gbraid"] != nil || body["wbraid"] != nil
                let known = conversions.filter { conversion in
                    if isProbe { return body[conversion["click"]?.string ?? ""] == true }
                    return body["since_last"] != true || !marks.contains(conversion["call_id"]?.string ?? "")
                }
                let place = Int(body["cursor"]?.string ?? "0") ?? 0
                let next: JSON = place + 1 < known.count ? .string("\(place + 1)") : .null
                let reply: JSON = ["zone": "America/New_York", "conversions": .array(Array(known.dropFirst(place).prefix(1))), "next": next]
                return .done(reply.utf8)
            }
        }

        private static func conversion(_ id: String, _ click: String, value: String? = nil, currency: String? = nil) -> JSON {
            [
                "call_id": .string(id), "click": .string(click), "click_id": .string("\(click)-\(id)"), "at": "2026-06-03T14:05:00.000Z", "clicked_at": "2026-06-03T14:04:00.000Z",
                "local_time": "2026-06-03T10:05:00", "offset": "-0400", "value": value.map { .string($0) } ?? .null, "currency": currency.map { .string($0) } ?? .null,
            ]
        }

        private func withLog(_ conversions: [JSON], _ body: (PoolFolder, Log) async throws -> Void) async throws {
            let pool = try PoolFolder()
            let log = Log(conversions)
            let broker = try pool.startBroker()
            let worker = try MessageWorker(
                endpoint: pool.back, name: "log",
                services: [.concurrent("trunkline.v1.CallLog") { task in log.answer(task.method, JSON(String(decoding: task.body, as: UTF8.self)) ?? .null) }],
                logger: .silent)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await pool.withClient { client in _ = try await client.answered("trunkline.v1.CallLog/MarkConversions", [:]) }
                try await body(pool, log)
                broker.send(SIGTERM)
                _ = await broker.ended()
                group.cancelAll()
            }
        }

        @Test("a click that came by a live visit is in its advertiser's file, once, with the value that a person gave the call", .timeLimit(.minutes(1)))
        func live() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply(
                    document: Sample.directory(flow: "{dial: anna, ring_seconds: 20}")
                        + "pools:\n  - {id: web, flow: main, numbers: [\"+12125550170\", \"+12125550171\", \"+12125550172\"]}\nqualify: [{name: answered, all: [{outcome: answered}]}]\n")
                // Within the lease that a visit gets now, and in whole seconds as the files have them.
                let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970) * 1000)
                let clicked = now.advanced(bySeconds: -300)
                try await pool.withClient { client in
                    for (place, click) in ["gclid", "msclkid", "fbclid"].enumerated() {
                        let lease = try await client.answered(
                            "trunkline.v1.NumberPools/Visit", [
                                "account": "acme", "pool": "web", "visitor_id": .string("v\(place)"), "at": .string(clicked.rfc3339),
                                "page": .string("https://acme.example/?\(click)=\(click.uppercased())-1"),
                            ])
                        let id = "c\(place)"
                        _ = try await client.answered(
                            "trunkline.v1.Routing/RouteCall", ["call_id": .string(id), "to": lease["number"] ?? .null, "from": .string("+1312555014\(place)"), "at": .string(now.advanced(bySeconds: -240).rfc3339)])
                        for (type, seconds) in [("answered", -230.0), ("ended", -170)] {
                            _ = try await pool.ask(
                                "request", "trunkline.v1.CallEvents/Publish", "--body",
                                "{\"call_id\": \"\(id)\", \"type\": \"\(type)\", \"at\": \"\(now.advanced(bySeconds: seconds).rfc3339)\", \"destination_id\": \"anna\"}")
                        }
                    }
                }
                try await pool.workedOff()
                #expect(try await pool.ask("call", "update", "c0", "--value", "12.50", "--currency", "EUR").status == 0)
                func file(_ advertiser: String) async throws -> [String] {
                    let ended = try await pool.ask("export", "conversions", "--for", advertiser, "--since-last", "--zone", "Etc/UTC")
                    #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
                    return ended.output.components(separatedBy: "\r\n")
                }
                let called = now.advanced(bySeconds: -240).rfc3339.prefix(19)
                let time = called.replacing("T", with: " ") + "+0000"
                #expect(try await file("google").dropFirst(2) == ["GCLID-1,Qualified call,\(time),12.50,EUR", ""])
                #expect(try await file("microsoft").dropFirst(2) == ["MSCLKID-1,Qualified call,\(time),,", ""])
                #expect(try await file("meta").dropFirst() == ["Lead,\(called)+00:00,c2,phone_call,fb.1.\(clicked.milliseconds).FBCLID-1,,", ""])
                for (advertiser, headers) in [("google", 2), ("microsoft", 2), ("meta", 1)] { #expect(try await file(advertiser).dropFirst(headers) == [""]) }
            }
        }

        @Test("Google's file names the zone, and has columns for its other marks only where a call has one")
        func google() async throws {
            try await withLog([Self.conversion("c1", "gclid", value: "12.50", currency: "USD"), Self.conversion("c2", "gclid")]) { pool, log in
                let ended = try await pool.ask("export", "conversions", "--for", "google", "--name", "Lead, signed")
                #expect(ended.status == 0 && ended.errors.isEmpty && log.marks.isEmpty)
                #expect(
                    ended.output.components(separatedBy: "\r\n") == [
                        "Parameters:TimeZone=America/New_York", "Google Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency",
                        "gclid-c1,\"Lead, signed\",2026-06-03 10:05:00-0400,12.50,USD", "gclid-c2,\"Lead, signed\",2026-06-03 10:05:00-0400,,", "",
                    ])
            }
            try await withLog([Self.conversion("c1", "gclid"), Self.conversion("c2", "wbraid")]) { pool, _ in
                let lines = try await pool.ask("export", "conversions", "--for", "google").output.components(separatedBy: "\r\n")
                #expect(lines[1].hasSuffix(",Conversion Currency,GBRAID,WBRAID"))
                #expect(lines[2...3] == ["gclid-c1,Qualified call,2026-06-03 10:05:00-0400,,,,", ",Qualified call,2026-06-03 10:05:00-0400,,,,wbraid-c2"])
            }
        }

        @Test("Microsoft's is of the same kind; Meta's has the Conversions API's names and the click in an fbc")
        func others() async throws {
            try await withLog([Self.conversion("c1", "fbclid", value: "3", currency: "EUR")]) { pool, _ in
                let microsoft = try await pool.ask("export", "conversions", "--for", "microsoft").output
                #expect(microsoft.hasPrefix("Parameters:TimeZone=America/New_York\r\nMicrosoft Click ID,Conversion Name,"))
                let meta = try await pool.ask("export", "conversions", "--for", "meta").output
                #expect(
                    meta == "event_name,event_time,event_id,action_source,fbc,value,currency\r\nLead,2026-06-03T10:05:00-04:00,c1,phone_call,fb.1.1780495440000.fbclid-c1,3,EUR\r\n")
            }
        }

        @Test("with --since-last each is written once, is marked once the file is there, and no file of before is written over")
        func sinceLast() async throws {
            try await withLog([Self.conversion("c1", "gclid"), Self.conversion("c2", "gclid")]) { pool, log in
                let file = pool.path + "/google.csv"
                let first = try await pool.ask("export", "conversions", "--for", "google", "--since-last", "--output", file)
                #expect(first.status == 0 && first.errors == "trunkline: 2 conversions written to \(file), and marked as handed over\n")
                #expect(log.marks == ["c1", "c2"])
                #expect(try String(contentsOfFile: file, encoding: .utf8).contains("gclid-c2,"))
                let second = try await pool.ask("export", "conversions", "--for", "google", "--since-last", "--output", file)
                #expect(second.status == 74 && second.errors.contains("may not be uploaded yet"))
                let third = try await pool.ask("export", "conversions", "--for", "google", "--since-last")
                #expect(third.status == 0 && third.output.components(separatedBy: "\r\n").count == 3 && log.marks.count == 2)
                // What cannot be written is not marked.
                let lost = try await pool.ask("export", "conversions", "--for", "google", "--output", "/nowhere/google.csv")
                #expect(lost.status == 74)
            }
        }
    }
}
