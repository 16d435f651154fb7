import CallModel
import CallServices
import CallStorage
import CallWire
import Logging
import MessageWire
import Testing

/// A call log with the calls that a test tells it, of one account.
struct LoggedCalls {
    let log: CallLogService
    private let service: AttributionService
    /// 2026-06-03T14:05:00Z, as of the worked examples.
    static let start = Timestamp(milliseconds: 1_780_495_500_000)
    static let now = Timestamp(milliseconds: 1_780_582_000_000)

    init(_ store: sending any RecordStore = MemoryRecordStore(), directory: String = RoutingServiceTests.document) throws {
        let ledger = RecordLedger(store: store)
        ledger.take([try Directory(yaml: directory, version: 1)], at: Timestamp(milliseconds: 0))
        service = AttributionService(ledger: ledger, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { Self.now }
        log = CallLogService(ledger: ledger) { Self.now }
    }

    func tell(_ events: CallEvent...) throws {
        let told = try events.map { event in
            try event.body(.protobuf).withUnsafeBytes { service.read(method: "Publish", attempt: 1, $0) { _ in nil } }
        }
        #expect(service.settle(told).allSatisfy { $0 == .stored })
    }

    /// A call that began so many seconds after `start`, answered after five of them where it talked.
    func call(_ id: String, at seconds: Double = 0, from: String = "+13125550142", to: String = "+12125550100", talk: Double? = nil) throws {
        let at = Self.start.advanced(bySeconds: seconds)
        try tell(CallEvent(callID: id, kind: .arrived, at: at, eventID: "e1", to: to, from: from, routedBy: "fallback"))
        guard let talk else { return }
        try tell(
            CallEvent(callID: id, kind: .answered, at: at.advanced(bySeconds: 5), eventID: "e2", destinationID: "a"),
            CallEvent(callID: id, kind: .ended, at: at.advanced(bySeconds: 5 + talk), eventID: "e3", endedBy: "caller"))
    }

    func ask(_ method: String, _ body: JSON, requestID: String = "r1") throws -> JSON {
        let reply = try log.answer(method: method, body.utf8.span.bytes, requestID: requestID)
        return try #require(reply.withUnsafeBytes { JSON($0) })
    }

    func ids(_ body: JSON) throws -> [String] { (try ask("ListCalls", body)["calls"]?.array ?? []).compactMap { $0["call_id"]?.string } }

    func refusal(_ method: String, _ body: JSON) -> ServiceError? {
        #expect(throws: ServiceError.self) { try log.answer(method: method, body.utf8.span.bytes, requestID: "r1") }
    }
}
