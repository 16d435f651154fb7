import CallModel
import CallServices
import CallStorage
import CallWire
import Logging
import MessageWire
import Testing

@Suite("An account keeps its calls for as many days as its directory says")
struct RetentionTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let now = Timestamp(milliseconds: 1_780_495_500_000)

    /// A ledger with a call for each of these days before now.
    private func ledger(retention: String, days: [Int]) throws -> RecordLedger {
        let ledger = RecordLedger(store: MemoryRecordStore())
        ledger.take([try Directory(yaml: RoutingServiceTests.document + retention, version: 1)], at: now)
        let service = AttributionService(ledger: ledger, logger: logger) { [now] in now }
        for day in days {
            let at = now.advanced(bySeconds: Double(-86_400 * day))
            let event = try CallEvent(callID: "c\(day)", kind: .arrived, at: at, to: "+12125550100", from: "+13125550142").body(.protobuf)
            #expect(service.settle([event.withUnsafeBytes { service.read(method: "Publish", attempt: 1, $0) { _ in nil } }]) == [.stored])
        }
        return ledger
    }

    /// Until the first round is over.
    private func round(_ ledger: RecordLedger) async {
        let rounds = AsyncStream.makeStream(of: Void.self)
        let retention = Retention(ledger: ledger, clock: CountingClock(rounds: rounds.continuation), logger: logger) { [now] in now }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await retention.run() }
            for await _ in rounds.stream { break }
            group.cancelAll()
        }
    }

    private func ask(_ ledger: RecordLedger, _ method: String, _ body: String) throws(ServiceError) -> String {
        String(decoding: try CallLogService(ledger: ledger) { [now] in now }.answer(method: method, Array(body.utf8).span.bytes), as: UTF8.self)
    }

    @Test("older ones are deleted, and a range that starts before the edge is refused by naming it")
    func edge() async throws {
        let ledger = try ledger(retention: "\nretention: {days: 30}\n", days: [1, 29, 31, 400])
        await round(ledger)
        let left = try ask(ledger, "ListCalls", "{}")
        #expect(left.contains(#""c1""#) && left.contains(#""c29""#) && !left.contains(#""c31""#) && !left.contains(#""c400""#))
        let edge = now.advanced(bySeconds: -30 * 86_400).rfc3339
        #expect(try ask(ledger, "ListCalls", #"{"since":"\#(edge)"}"#).contains("c29"))
        let before = now.advanced(bySeconds: -30 * 86_400 - 1).rfc3339
        let ranges = [
            ("ListCalls", #"{"since":"\#(before)"}"#), ("Summarize", #"{"by":"source","from":"2026-05-01","to":"2026-05-31"}"#),
            ("Summarize", #"{"by":"source","from":"2026-05-16","to":"2026-05-31","compare":true}"#),
            ("ListConversions", #"{"for":"google","since":"\#(before)"}"#),
        ]
        #expect(try ask(ledger, "Summarize", #"{"by":"source","from":"2026-05-16","to":"2026-05-31"}"#).contains("rows"))
        for (method, range) in ranges {
            let refused = #expect(throws: ServiceError.self) { try ask(ledger, method, range) }
            #expect(refused?.status == .invalidArgument && refused?.message.contains(edge) == true)
        }
    }

    @Test("calls that no account has are kept as long as any account keeps its own", arguments: [("\nretention: {days: 30}\n", false), ("", true)])
    func unmatched(retention: String, isKept: Bool) async throws {
        let ledger = try ledger(retention: retention, days: [1])
        let service = AttributionService(ledger: ledger, logger: logger) { [now] in now }
        for (id, day) in [("new", 2), ("old", 31)] {
            let at = now.advanced(bySeconds: Double(-86_400 * day))
            let event = try CallEvent(callID: id, kind: .arrived, at: at, to: "+12125559999", from: "+13125550142").body(.protobuf)
            #expect(service.settle([event.withUnsafeBytes { service.read(method: "Publish", attempt: 1, $0) { _ in nil } }]) == [.stored])
        }
        await round(ledger)
        let left = try ask(ledger, "Unmatched", "{}")
        #expect(left.contains(#""new""#) && left.contains(#""old""#) == isKept)
        let early = #"{"since":"\#(now.advanced(bySeconds: -40 * 86_400).rfc3339)"}"#
        if isKept {
            #expect(try ask(ledger, "Unmatched", early).contains(#""old""#))
        } else {
            #expect(throws: ServiceError.self) { try ask(ledger, "Unmatched", early) }
        }
    }

    @Test("for ever where it says nothing")
    func never() async throws {
        let ledger = try ledger(retention: "", days: [1, 4000])
        await round(ledger)
        #expect(try ask(ledger, "ListCalls", #"{"since":"2001-01-01T00:00:00Z"}"#).contains("c4000"))
    }
}
