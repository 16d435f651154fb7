import CallModel
import CallServices
import CallStorage
import CallWire
import Logging
import MessageWire
import Testing

@Suite("The call log is answered from the store")
struct CallLogServiceTests {
    /// Calls to one account: `c0` … in order of start, the last one marked as spam and the one before it a test.
    private func log(calls: Int) throws -> CallLogService {
        let ledger = RecordLedger(store: MemoryRecordStore())
        ledger.take([try Directory(yaml: RoutingServiceTests.document, version: 1)], at: Timestamp(milliseconds: 0))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = AttributionService(ledger: ledger, logger: logger) { Timestamp(milliseconds: 1_780_495_560_000) }
        var told: [AttributionService.Told] = []
        func publish(_ event: CallEvent) throws {
            told.append(try event.body(.protobuf).withUnsafeBytes { service.read(method: "Publish", attempt: 1, $0) { _ in nil } })
        }
        for index in 0..<calls {
            let start = Timestamp(milliseconds: 1_780_495_500_000 + Int64(index) * 1000)
            try publish(
                CallEvent(
                    callID: "c\(index)", kind: .arrived, at: start, isTest: index == calls - 2, to: "+12125550100", from: "+13125550142",
                    routedBy: "fallback"))
            if index == calls - 1 { try publish(CallEvent(callID: "c\(index)", kind: .spam, at: start, spam: true)) }
        }
        #expect(service.settle(told).allSatisfy { $0 == .stored })
        return CallLogService(ledger: ledger) { testNow }
    }

    private func ask(_ log: CallLogService, _ method: String, _ body: JSON) throws -> JSON {
        let reply = try log.answer(method: method, body.utf8.span.bytes)
        return try #require(reply.withUnsafeBytes { JSON($0) })
    }

    private func ids(_ reply: JSON) -> [String] { (reply["calls"]?.array ?? []).compactMap { $0["call_id"]?.string } }

    @Test("calls come newest first, without spam and tests, whose number is told")
    func list() throws {
        let reply = try ask(try log(calls: 5), "ListCalls", [:])
        #expect(ids(reply) == ["c2", "c1", "c0"])
        #expect(reply["hidden"] == ["spam": 1, "test": 1])
        #expect(reply["next"] == .null)
    }

    @Test("pages follow each other without a gap")
    func pages() throws {
        let log = try log(calls: 9)
        var seen: [String] = []
        var cursor = JSON.null
        repeat {
            let reply = try ask(log, "ListCalls", ["account": "acme", "limit": 2, "cursor": cursor])
            seen += ids(reply)
            cursor = reply["next"] ?? .null
        } while cursor != .null
        #expect(seen == ["c6", "c5", "c4", "c3", "c2", "c1", "c0"])
    }

    @Test("a page too large for a message is cut, and its cursor goes on behind the cut")
    func largePage() throws {
        let log = try log(calls: 1202)
        let reply = try log.answer(method: "ListCalls", Array(#"{"limit":1200}"#.utf8).span.bytes)
        #expect(reply.count <= 900 * 1024)
        let json = try #require(reply.withUnsafeBytes { JSON($0) })
        let first = ids(json)
        let rest = ids(try ask(log, "ListCalls", ["limit": 1, "cursor": json["next"] ?? .null]))
        #expect(first.first == "c1199")
        #expect(first.count < 1200)
        #expect(rest == ["c\(1199 - first.count)"])
    }

    @Test("a call is shown with its events where they are asked for")
    func call() throws {
        let log = try log(calls: 3)
        #expect(try ask(log, "GetCall", ["call_id": "c2"])["events"] == nil)
        let call = try ask(log, "GetCall", ["call_id": "c2", "events": true])
        #expect(call["spam"] == true)
        #expect(call["events"]?.array?.map { $0["type"] } == ["arrived", "spam"])
        #expect(call["events"]?.array?.first?["counts"]?.bool != nil)
    }

    @Test("a log without calls has none")
    func empty() throws {
        let log = CallLogService(ledger: RecordLedger(store: MemoryRecordStore())) { testNow }
        #expect(try ask(log, "ListCalls", [:])["calls"] == [])
        #expect(try ask(log, "Unmatched", [:])["calls"] == [])
    }

    @Test(
        "a question that makes no sense is refused with its reason",
        arguments: [
            ("ListCalls", "[]", StatusCode.invalidArgument), ("ListCalls", #"{"limit":0}"#, .invalidArgument),
            ("ListCalls", #"{"sauce":"google"}"#, .invalidArgument), ("ListCalls", #"{"outcome":"fine"}"#, .invalidArgument),
            ("ListCalls", #"{"since":"today"}"#, .invalidArgument), ("ListCalls", #"{"cursor":"x"}"#, .invalidArgument),
            ("GetCall", "{}", .invalidArgument), ("GetCall", #"{"call_id":"none"}"#, .notFound),
            ("Summarize", "{}", .invalidArgument),
            ("Guess", "{}", .unimplemented),
        ])
    func refused(method: String, body: String, status: StatusCode) throws {
        let log = try log(calls: 1)
        let error = #expect(throws: ServiceError.self) { try log.answer(method: method, Array(body.utf8).span.bytes) }
        #expect(error?.status == status)
    }
}
