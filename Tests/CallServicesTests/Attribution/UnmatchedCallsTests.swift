import CallModel
import CallServices
import CallStorage
import CallWire
import Foundation
import Logging
import MessageWire
import Testing

@Suite("A call to a number that was nobody's is the account's whose directory has it")
struct UnmatchedCallsTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let start = Timestamp(milliseconds: 1_780_495_500_000)

    private func tell(_ ledger: RecordLedger, calls: Int) throws {
        let service = AttributionService(ledger: ledger, logger: logger) { [start] in start }
        for place in 0..<calls {
            let event = CallEvent(callID: "c\(place)", kind: .arrived, at: start.advanced(bySeconds: Double(place)), to: "+12125550100", from: "+13125550142", routedBy: "fallback")
            let body = try event.body(.protobuf)
            #expect(service.settle([body.withUnsafeBytes { service.read(method: "Publish", attempt: 1, $0) { _ in nil } }]) == [.stored])
        }
    }

    private func total(_ ledger: RecordLedger, _ method: String) throws -> Int {
        var (total, cursor) = (0, "null")
        repeat {
            let reply = try CallLogService(ledger: ledger) { testNow }.answer(method: method, Array("{\"limit\":100,\"cursor\":\(cursor)}".utf8).span.bytes)
            let page = try #require(JSON(String(decoding: reply, as: UTF8.self)))
            total += page["calls"]?.array?.count ?? 0
            cursor = page["next"]?.text ?? "null"
        } while cursor != "null"
        return total
    }

    /// Until the unmatched log is empty.
    private func matched(_ ledger: RecordLedger) async throws {
        let unmatched = UnmatchedCalls(ledger: ledger, clock: RushingClock(), logger: logger) { [start] in start }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await unmatched.run() }
            while try total(ledger, "Unmatched") > 0 { await Task.yield() }
            group.cancelAll()
        }
    }

    @Test("as soon as the directory has come, however many there are", .timeLimit(.minutes(1)))
    func comesLater() async throws {
        let ledger = RecordLedger(store: MemoryRecordStore())
        try tell(ledger, calls: 250)
        #expect(try total(ledger, "Unmatched") == 250)
        ledger.take([try Directory(yaml: RoutingServiceTests.document, version: 7)], at: start)
        try await matched(ledger)
        #expect(try total(ledger, "ListCalls") == 250)
        let reply = try CallLogService(ledger: ledger) { testNow }.answer(method: "GetCall", Array(#"{"call_id":"c9"}"#.utf8).span.bytes)
        let record = try #require(JSON(String(decoding: reply, as: UTF8.self)))
        #expect(record["account"]?.string == "acme" && record["tracking_number"]?.string == "+12125550100" && record["directory_version"]?.integer == 7)
        #expect(record["prior_calls"]?.integer == 9 && record["first_time"]?.bool == false)
    }

    @Test("also when attribution was killed before it had looked", .timeLimit(.minutes(1)))
    func afterStart() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("trunkline-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let ledger = RecordLedger(store: try SQLiteRecordStore(folder: folder))
            try tell(ledger, calls: 3)
        }
        let ledger = RecordLedger(store: try SQLiteRecordStore(folder: folder))
        ledger.take([try Directory(yaml: RoutingServiceTests.document, version: 1)], at: start)
        try await matched(ledger)
        #expect(try total(ledger, "ListCalls") == 3)
    }
}
