import CallAttribution
import CallModel
import CallServices
import CallStorage
import CallWire
import Logging
import Testing

/// A store that fails as it is told, in front of one that keeps.
private final class MoodyStore: RecordStore {
    private let kept = MemoryRecordStore()
    private let error: StorageError?
    /// Batches with this call fail for themselves.
    private let poison: String?

    init(error: StorageError? = nil, poison: String? = nil) {
        self.error = error
        self.poison = poison
    }

    func apply(_ inputs: [CallInput], facts: any FactsSource, now: Timestamp) throws(StorageError) -> ApplySummary {
        if let error { throw error }
        if inputs.contains(where: { $0.callID == poison }) { throw StorageError(.failed, "cannot take it") }
        return try kept.apply(inputs, facts: facts, now: now)
    }

    func closeOverdue(now: Timestamp, limit: Int) throws(StorageError) -> Int { 0 }
    func matchCalls(facts: any FactsSource, now: Timestamp, from cursor: String?, limit: Int) throws(StorageError) -> MatchedCalls {
        if let error { throw error }
        return try kept.matchCalls(facts: facts, now: now, from: cursor, limit: limit)
    }
    func call(_ id: String) throws(StorageError) -> StoredCall? { try kept.call(id) }
    func list(_ query: CallQuery) throws(StorageError) -> CallPage { try kept.list(query) }
    func figures(account: String, range: Range<Timestamp>, _ body: (CallFigures) -> Void) throws(StorageError) {}
    var reportNames: any ReportNames { kept.reportNames }
    func erase(_ caller: PhoneNumber, account: String, at moment: Timestamp, limit: Int) throws(StorageError) -> ErasureSummary { ErasureSummary() }
    func deleteCalls(account: String?, before edge: Timestamp, limit: Int) throws(StorageError) -> Int { 0 }
    func deleteVisitors(account: String, before edge: Timestamp, from cursor: Int64, limit: Int) throws(StorageError) -> (deleted: Int, next: Int64?) { (0, nil) }
    func clearErased() throws(StorageError) -> Bool { true }
    func wipe() throws(StorageError) -> Bool { true }
    func noteRecorded(_ span: Range<Timestamp>) throws(StorageError) {
        if let error { throw error }
        try kept.noteRecorded(span)
    }
    func recordedTime() throws(StorageError) -> RecordedTime { try kept.recordedTime() }
    func accounts() throws(StorageError) -> [String] { [] }
    func exported(_ callIDs: [String], to target: ConversionTarget) throws(StorageError) -> Set<String> { [] }
    func markExported(_ callIDs: [String], to target: ConversionTarget, now: Timestamp) throws(StorageError) -> Int { 0 }
    func past(_ question: CallerQuestion) throws(StorageError) -> CallerPast { try kept.past(question) }
    func apply(_ visits: [WebInput]) throws(StorageError) {
        if let error { throw error }
        if visits.contains(where: { $0.visitor == poison }) { throw StorageError(.failed, "cannot take it") }
        try kept.apply(visits)
    }
    func correctCalls(limit: Int) throws(StorageError) -> Int { 0 }
    func session(_ question: SessionQuestion) throws(StorageError) -> CallSession { try kept.session(question) }
    func poolHistory(_ query: PoolQuery) throws(StorageError) -> PoolHistory { try kept.poolHistory(query) }
}

@Suite("Attribution acknowledges what is stored and nothing else")
struct AttributionServiceTests {
    private let now = Timestamp(milliseconds: 1_780_495_560_000)

    private func service(_ store: sending any RecordStore = MemoryRecordStore()) -> (AttributionService, RecordLedger) {
        let ledger = RecordLedger(store: store)
        return (AttributionService(ledger: ledger, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { [now] in now }, ledger)
    }

    private func read(
        _ service: AttributionService, _ method: String, _ body: [UInt8], attempt: Int = 1, metadata: [String: String] = [:]
    ) -> AttributionService.Told {
        body.withUnsafeBytes { service.read(method: method, attempt: attempt, $0) { metadata[$0] } }
    }

    private func record(_ service: AttributionService, attempt: Int = 1) throws -> AttributionService.Told {
        let body = Teed.body(try Teed.request(Teed.call.body(.protobuf)), Teed.response(try Teed.decision.body(.protobuf)))
        return read(service, "Record", body, attempt: attempt, metadata: Teed.stamps)
    }

    private func ended(_ callID: String = "c1") -> CallEvent {
        CallEvent(callID: callID, kind: .ended, at: now, eventID: "e1", endedBy: "caller")
    }

    private func publish(_ service: AttributionService, _ event: CallEvent, _ form: BodyForm = .protobuf) throws -> AttributionService.Told {
        read(service, "Publish", try event.body(form), metadata: ["content-type": form.contentType])
    }

    private func directory() throws -> Directory { try Directory(yaml: RoutingServiceTests.document, version: 7) }

    @Test("an exchange and an event of one batch make one record")
    func batch() throws {
        let (service, ledger) = service()
        ledger.take([try directory()], at: now)
        #expect(service.settle([try record(service), try publish(service, ended()), try publish(service, ended("c2"), .json)]) == [.stored, .stored, .stored])
        let log = CallLogService(ledger: ledger) { testNow }
        let reply = String(decoding: try log.answer(method: "GetCall", Array(#"{"call_id":"c1"}"#.utf8).span.bytes), as: UTF8.self)
        #expect(reply.contains(#""tracking_name":"Billboard""#))
        #expect(reply.contains(#""ended_by":"caller""#))
    }

    @Test("what comes again is stored once and acknowledged again")
    func repeated() throws {
        let (service, ledger) = service()
        ledger.take([try directory()], at: now)
        for _ in 0..<3 { #expect(service.settle([try record(service)]) == [.stored]) }
        let reply = try CallLogService(ledger: ledger) { testNow }.answer(method: "GetCall", Array(#"{"call_id":"c1"}"#.utf8).span.bytes)
        #expect(String(decoding: reply, as: UTF8.self).contains(#""revision":1"#))
    }

    @Test("a decision by a directory that has not come waits for it a while, then is stored without")
    func early() throws {
        let (service, ledger) = service()
        #expect(service.settle([try record(service)]) == [.later(.milliseconds(250))])
        #expect(service.settle([try record(service, attempt: 8)]) == [.stored])
        ledger.take([try directory()], at: now)
        #expect(service.settle([try record(service)]) == [.stored])
    }

    @Test("a request that was refused is acknowledged and makes no record")
    func noCall() throws {
        let (service, _) = service()
        let body = Teed.body(try Teed.request([0xFF]), Teed.response(status: 3))
        #expect(service.settle([read(service, "Record", body, metadata: Teed.stamps)]) == [.stored])
    }

    @Test("what cannot be read is a dead letter, and holds up nothing else in its batch")
    func unreadable() throws {
        let (service, _) = service()
        let batch = [
            read(service, "Record", [1, 2, 3], metadata: Teed.stamps), read(service, "Record", [], metadata: [:]),
            read(service, "Publish", [0xFF]), read(service, "Publish", [], metadata: ["content-type": "text/plain"]),
            read(service, "Guess", []), try publish(service, ended()),
        ]
        let verdicts = service.settle(batch)
        #expect(verdicts.last == .stored)
        for verdict in verdicts.dropLast() {
            guard case .unreadable(let reason) = verdict else {
                Issue.record("not a dead letter: \(verdict)")
                continue
            }
            #expect(!reason.isEmpty)
        }
    }

    @Test("a store that is busy, full or damaged gives everything back", arguments: [StorageError.Code.unavailable, .damaged])
    func givenBack(code: StorageError.Code) throws {
        let (service, _) = service(MoodyStore(error: StorageError(code, "not now")))
        #expect(service.settle([try publish(service, ended()), try publish(service, ended("c2"))]) == [.later(.seconds(1)), .later(.seconds(1))])
    }

    @Test("one that the store cannot take does not hold up the others")
    func poison() throws {
        let (service, _) = service(MoodyStore(poison: "bad"))
        let verdicts = service.settle([try publish(service, ended()), try publish(service, ended("bad")), try publish(service, ended("c3"))])
        #expect(verdicts[0] == .stored)
        #expect(verdicts[1] == .failed("the record store cannot take this one: cannot take it"))
        #expect(verdicts[2] == .stored)
    }
}
