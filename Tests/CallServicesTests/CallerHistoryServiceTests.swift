import CallModel
import CallServices
import CallStorage
import Logging
import MessageWire
import Testing

@Suite("A caller's past is answered from the records")
struct CallerHistoryServiceTests {
    private static let noon = Timestamp(milliseconds: 1_780_495_500_000)

    private func question(_ caller: String) throws -> CallerQuestion {
        CallerQuestion(
            account: "acme", caller: try #require(PhoneNumber(e164: caller)), callID: "now", startedAt: Self.noon.advanced(bySeconds: 3600),
            trackingNumber: "+12125550100", scope: .account, windowDays: 365)
    }

    @Test("who answered is told as soon as it is stored; a request that cannot be read fails alone")
    func past() throws {
        let ledger = RecordLedger(store: MemoryRecordStore())
        ledger.take([try Directory(yaml: RoutingServiceTests.document, version: 1)], at: Timestamp(milliseconds: 0))
        let attribution = AttributionService(ledger: ledger, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { Self.noon }
        let service = CallerHistoryService(ledger: ledger)
        let refusal = ServiceError(.invalidArgument, "no question")
        let asked = [try question("+13125550142"), try question("+13125550143")]
        #expect(service.answer(asked.map { .success(.past($0)) }) == [.success(CallerPast(isFirstTime: true).body), .success(CallerPast(isFirstTime: true).body)])
        let events = [
            CallEvent(callID: "c1", kind: .arrived, at: Self.noon, to: "+12125550100", from: "(312) 555-0142", routedBy: "fallback"),
            CallEvent(callID: "c1", kind: .answered, at: Self.noon.advanced(bySeconds: 5), destinationID: "a"),
        ]
        #expect(attribution.settle(events.map { .input(.event($0)) }) == [.stored, .stored])
        let answers = service.answer([.success(.past(asked[0])), .failure(refusal), .success(.past(asked[1]))])
        let answered = CallerPast(isFirstTime: false, answered: [.init(destinationID: "a", at: Self.noon.advanced(bySeconds: 5))])
        #expect(answers == [.success(answered.body), .failure(refusal), .success(CallerPast(isFirstTime: true).body)])
    }
}
