import CallModel
import CallServices
import CallStorage
import CallWire
import Logging
import MessageWire
import Testing

@Suite("Summarize answers reports (records.md §6)")
struct SummarizeTests {
    private static let document = """
        account: acme
        time_zone: America/New_York
        country: US
        destinations: [{id: desk, number: "+12125550111", kind: landline}]
        flows: [{id: main, start: {sequential: [desk]}}]
        numbers: [{number: "+12125550100", name: Billboard, state: active, flow: main, source: {source: Billboard, medium: offline}}]
        """

    /// A call to that account, as a front tells it afterwards.
    private struct Told {
        var id: String
        var at: String
        var from = "+13125550142"
        var answeredFor: Double?
        var value: (String, String)?
        var isTest = false
        var isSpam = false
    }

    private func log(_ calls: [Told], recorded: [(String, String)] = [], now: String = "2026-06-03T14:06:00Z") throws -> CallLogService {
        let ledger = RecordLedger(store: MemoryRecordStore())
        ledger.take([try Directory(yaml: Self.document, version: 1)], at: Timestamp(milliseconds: 0))
        let service = AttributionService(ledger: ledger, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { testNow }
        var events: [CallEvent] = []
        for call in calls {
            let at = try #require(Timestamp(rfc3339: call.at))
            events.append(CallEvent(callID: call.id, kind: .arrived, at: at, isTest: call.isTest, to: "+12125550100", from: call.from, routedBy: "fallback"))
            if let seconds = call.answeredFor {
                events.append(CallEvent(callID: call.id, kind: .answered, at: at.advanced(bySeconds: 5), destinationID: "desk"))
                events.append(CallEvent(callID: call.id, kind: .ended, at: at.advanced(bySeconds: 5 + seconds), endedBy: "caller"))
            } else {
                events.append(CallEvent(callID: call.id, kind: .ended, at: at.advanced(bySeconds: 40), endedBy: "caller"))
            }
            if let (amount, currency) = call.value { events.append(CallEvent(callID: call.id, kind: .value, at: at, amount: amount, currency: currency)) }
            if call.isSpam { events.append(CallEvent(callID: call.id, kind: .spam, at: at, spam: true)) }
        }
        let told = try events.map { event in try event.body(.protobuf).withUnsafeBytes { service.read(method: "Publish", attempt: 1, $0) { _ in nil } } }
        #expect(service.settle(told).allSatisfy { $0 == .stored })
        for (from, until) in recorded {
            try ledger.noteRecorded(try #require(Timestamp(rfc3339: from))..<(try #require(Timestamp(rfc3339: until))))
        }
        let moment = try #require(Timestamp(rfc3339: now))
        return CallLogService(ledger: ledger) { moment }
    }

    private func ask(_ log: CallLogService, _ body: JSON) throws -> JSON {
        let reply = try log.answer(method: "Summarize", body.utf8.span.bytes)
        return try #require(reply.withUnsafeBytes { JSON($0) })
    }

    private static let threeCalls = [
        Told(id: "a", at: "2026-06-02T03:30:00Z", answeredFor: 60, value: ("12.5", "USD")), Told(id: "b", at: "2026-06-02T12:00:00Z", from: "anonymous"),
        Told(id: "c", at: "2026-06-03T12:00:00Z", answeredFor: 30, value: ("7", "EUR")), Told(id: "d", at: "2026-06-03T12:00:00Z", isTest: true),
        Told(id: "e", at: "2026-06-03T12:00:00Z", isSpam: true),
    ]

    @Test("a dimension: rows, total, currencies apart, and what is hidden")
    func dimension() throws {
        let reply = try ask(try log(Self.threeCalls), ["by": "outcome"])
        #expect(reply["rows"]?.array?.map { $0["outcome"] } == ["answered", "missed"] && reply["rows"]?.array?.map { $0["calls"] } == [2, 1])
        #expect(reply["total"]?["calls"] == 3 && reply["total"]?["unique_callers"] == 1 && reply["total"]?["answered"] == 2 && reply["total"]?["missed"] == 1)
        #expect(reply["total"]?["value"] == ["EUR": 7, "USD": .number(12.5)])
        #expect(reply["total"]?["average_talk_seconds"] == 45 && reply["total"]?["answer_rate"] == .number(0.666667))
        #expect(reply["hidden"] == ["spam": 1, "test": 1] && reply["model"] == "recorded" && reply["account"] == "acme")
        #expect(reply["period"]?["from"] == .null && reply["next"] == .null && reply["rest"] == .null && reply["previous_period"] == .null)
    }

    @Test("days are those of the account's zone, or of the one asked for; days without calls are 0")
    func days() throws {
        let log = try log(Self.threeCalls)
        func days(_ more: [JSON.Member]) throws -> [String] {
            try ask(log, .object([JSON.Member("by", "day")] + more))["rows"]?.array?.map { "\($0["day"]?.string ?? "") \($0["calls"]?.integer ?? -1)" } ?? []
        }
        // 23:30 in New York.
        #expect(try days([.init("from", "2026-05-31"), .init("to", "2026-06-03")]) == ["2026-05-31 0", "2026-06-01 1", "2026-06-02 1", "2026-06-03 1"])
        #expect(try days([.init("from", "2026-06-01"), .init("to", "2026-06-03"), .init("zone", "UTC")]) == ["2026-06-01 0", "2026-06-02 2", "2026-06-03 1"])
        #expect(try days([.init("last", "2d")]) == ["2026-06-02 1", "2026-06-03 1"])
        // Without days: from the first call to the last.
        #expect(try days([]) == ["2026-06-01 1", "2026-06-02 1", "2026-06-03 1"])
        let week = try ask(log, ["by": "week", "month": "2026-06"])["rows"]?.array?.first
        #expect(week?["week"] == "2026-W23" && week?["start"] == "2026-06-01T00:00:00-04:00" && week?["calls"] == 3)
    }

    @Test("the period before stands beside, in rows and total")
    func compared() throws {
        let reply = try ask(try log(Self.threeCalls), ["by": "day", "from": "2026-06-03", "to": "2026-06-03", "compare": true])
        #expect(reply["previous_period"]?["from"] == "2026-06-02" && reply["previous_period"]?["to"] == "2026-06-02")
        #expect(reply["rows"]?.array?.map { $0["previous"]?["calls"] } == [1] && reply["total"]?["previous"]?["missed"] == 1)
    }

    @Test("an hour in which no broker was up is missing, one with calls never is, and the time before the first is not judged")
    func missing() throws {
        let log = try log(
            Self.threeCalls, recorded: [("2026-06-03T08:10:00Z", "2026-06-03T09:00:00Z"), ("2026-06-03T10:30:00Z", "2026-06-03T11:00:00Z"), ("2026-06-03T13:00:00Z", "2026-06-03T14:06:00Z")])
        let reply = try ask(log, ["by": "hour", "from": "2026-06-03", "to": "2026-06-03"])
        let rows = reply["rows"]?.array ?? []
        #expect(rows.count == 24)
        let shown = rows[3...10].map { "\($0["state"]?.string ?? "") \($0["calls"]?.integer.map(String.init) ?? "null")" }
        #expect(shown == ["recorded 0", "recorded 0", "missing null", "partial 0", "missing null", "partial 1", "recorded 0", "recorded 0"])
        #expect(rows[6]["missing_minutes"] == 30 && rows[8]["missing_minutes"] == 60 && rows[11]["state"] == "ahead" && rows[5]["value"] == .null)
        #expect(reply["gaps"] == [["since": "2026-06-03T09:00:00.000Z", "until": "2026-06-03T10:30:00.000Z"], ["since": "2026-06-03T11:00:00.000Z", "until": "2026-06-03T13:00:00.000Z"]])
        #expect(reply["total"]?["calls"] == 1)
    }

    @Test("only calls that have a field so are counted")
    func filters() throws {
        let log = try log(Self.threeCalls)
        #expect(try ask(log, ["by": "weekday", "outcome": "missed"])["total"]?["calls"] == 1)
        #expect(try ask(log, ["by": "source", "answered": true, "destination_id": "desk"])["total"]?["calls"] == 2)
    }

    @Test("more rows than fit into a message come page after page, and add up")
    func pages() throws {
        let log = try log(Self.threeCalls)
        var offset: JSON = .null
        var calls: Int64 = 0
        var rows = 0
        var pages = 0
        repeat {
            let question: JSON = ["by": "hour", "from": "2025-06-04", "to": "2026-06-03", "offset": offset]
            let body = try log.answer(method: "Summarize", question.utf8.span.bytes)
            #expect(body.count <= 900 * 1024)
            let reply = try #require(body.withUnsafeBytes { JSON($0) })
            rows += reply["rows"]?.array?.count ?? 0
            calls += reply["rows"]?.array?.compactMap { $0["calls"]?.integer }.reduce(0, +) ?? 0
            offset = reply["next"] ?? .null
            pages += 1
        } while offset != .null && pages < 20
        #expect(rows == 8760 && calls == 3 && pages > 1)
    }

    @Test(
        "a question that makes no sense is refused with its reason",
        arguments: [
            (#"{}"#, "by is missing"), (#"{"by":"sauce"}"#, "sauce"), (#"{"by":"source","from":"today"}"#, "2026-06-01"), (#"{"by":"source","model":"linear"}"#, "split"),
            (#"{"by":"source","zone":"EST"}"#, "EST"), (#"{"by":"source","compare":true}"#, "period"), (#"{"by":"source","top":0}"#, "top"),
            (#"{"by":"source","sauce":"x"}"#, "sauce"), (#"{"by":"source","last":"30"}"#, "30d"), (#"{"by":"hour","from":"2000-01-01","to":"2026-01-01"}"#, "longer steps"),
            (#"{"by":"source","from":"2026-06-02","to":"2026-06-01"}"#, "after"), (#"{"by":"source","month":"2026-06","last":"3d"}"#, "one of them"),
        ])
    func refused(body: String, word: String) throws {
        let log = try log([])
        let error = #expect(throws: ServiceError.self) { try log.answer(method: "Summarize", Array(body.utf8).span.bytes) }
        #expect(error?.status == .invalidArgument && error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test("without calls there are no rows, and a total of none")
    func empty() throws {
        for by in ["source", "hour", "weekday"] {
            let reply = try ask(try log([]), ["by": .string(by)])
            #expect(reply["total"]?["calls"] == 0 && reply["total"]?["answer_rate"] == .null)
        }
    }
}
