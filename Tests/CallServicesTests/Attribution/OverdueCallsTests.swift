import CallModel
import CallServices
import CallStorage
import CallWire
import Logging
import MessageWire
import Testing

@Suite("A call with no end is closed")
struct OverdueCallsTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let start = Timestamp(milliseconds: 1_780_495_500_000)

    @Test("once its account's longest call is over, and not before", arguments: [(14_399.0, "null"), (14_400.0, "\"unknown\"")])
    func overdue(seconds: Double, outcome: String) async throws {
        let ledger = RecordLedger(store: MemoryRecordStore())
        ledger.take([try Directory(yaml: RoutingServiceTests.document, version: 1)], at: start)
        let service = AttributionService(ledger: ledger, logger: logger) { [start] in start }
        let event = try CallEvent(callID: "c1", kind: .arrived, at: start, to: "+12125550100", routedBy: "fallback").body(.protobuf)
        #expect(service.settle([event.withUnsafeBytes { service.read(method: "Publish", attempt: 1, $0) { _ in nil } }]) == [.stored])

        let rounds = AsyncStream.makeStream(of: Void.self)
        let overdue = OverdueCalls(ledger: ledger, clock: CountingClock(rounds: rounds.continuation), logger: logger) { [start] in
            start.advanced(bySeconds: seconds)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await overdue.run() }
            for await _ in rounds.stream { break }
            group.cancelAll()
        }
        let reply = try CallLogService(ledger: ledger) { testNow }.answer(method: "GetCall", Array(#"{"call_id":"c1"}"#.utf8).span.bytes)
        #expect(String(decoding: reply, as: UTF8.self).contains("\"outcome\":\(outcome)"))
    }
}
