import CallModel
import CallServices
import CallStorage
import MessageWire
import Testing

@Suite("A person's word on a call is an input of it like any other")
struct UpdateTests {
    private func calls(_ store: sending any RecordStore = MemoryRecordStore()) throws -> LoggedCalls {
        let calls = try LoggedCalls(store)
        try calls.call("c1", talk: 30)
        return calls
    }

    @Test("it is stored before it is answered: another process that opens the store finds it")
    func durable() throws {
        let folder = TemporaryFolder()
        do {
            let calls = try calls(try SQLiteRecordStore(folder: folder.path))
            let answer = try calls.ask("UpdateCall", ["call_id": "c1", "qualified": true, "tags": ["vip"], "note": "signed", "value": 250, "currency": "usd", "by": "Kim"])
            #expect(answer["qualified"] == true && answer["tags"] == ["vip"] && answer["note"] == "signed" && answer["value"] == "250" && answer["currency"] == "USD")
        }
        let record = try #require(try SQLiteRecordStore(folder: folder.path).call("c1")?.record)
        #expect(record.qualified == true && record.tags == ["vip"] && record.note == "signed" && record.value == "250" && record.revision == 4)
    }

    @Test("the latest word wins, also over events of a clock that is ahead; the log tells which counts and what it decided")
    func latest() throws {
        let calls = try calls()
        let ahead = LoggedCalls.now.advanced(bySeconds: 5000)
        try calls.tell(CallEvent(callID: "c1", kind: .note, at: ahead, eventID: "n", note: "told"))
        _ = try calls.ask("UpdateCall", ["call_id": "c1", "note": "first"], requestID: "r1")
        _ = try calls.ask("UpdateCall", ["call_id": "c1", "note": "second", "by": "Kim"], requestID: "r0")
        let call = try calls.ask("GetCall", ["call_id": "c1", "events": true])
        #expect(call["note"] == "second")
        let notes = (call["events"]?.array ?? []).filter { $0["note"] != nil }
        #expect(notes.map { $0["note"] } == ["told", "first", "second"])
        #expect(notes.map { $0["counts"] } == [false, false, true])
        #expect(notes.map { $0["changed"] } == [[], [], ["note"]])
        #expect(notes.last?["type"] == "update" && notes.last?["by"] == "Kim" && notes.last?["event_id"] == "r0")
    }

    @Test("the same request again and the same word again change nothing; the same id with another word is refused")
    func repeated() throws {
        let calls = try calls()
        for id in ["r1", "r1", "r2"] {
            #expect(try calls.ask("UpdateCall", ["call_id": "c1", "tags": ["a"]], requestID: id)["revision"] == 4)
        }
        let error = #expect(throws: ServiceError.self) { try calls.ask("UpdateCall", ["call_id": "c1", "tags": ["b"]], requestID: "r1") }
        #expect(error?.status == .alreadyExists)
        // Said before, but no longer the last word.
        _ = try calls.ask("UpdateCall", ["call_id": "c1", "tags": []], requestID: "r3")
        #expect(try calls.ask("UpdateCall", ["call_id": "c1", "tags": ["a"]], requestID: "r4")["tags"] == ["a"])
    }

    @Test("auto gives the judgement back, and what is empty is taken away")
    func taken() throws {
        let calls = try calls()
        _ = try calls.ask("UpdateCall", ["call_id": "c1", "qualified": false, "value": "12.50", "currency": "EUR", "note": "x"], requestID: "r1")
        let record = try calls.ask("UpdateCall", ["call_id": "c1", "qualified": "auto", "value": "", "note": ""], requestID: "r2")
        #expect(record["qualified"] == .null && record["value"] == .null && record["currency"] == .null && record["note"] == .null)
    }

    @Test("a note on a call whose caller was erased is refused, not lost in silence; the log tells what counts as before")
    func erased() throws {
        let folder = TemporaryFolder()
        do {
            let calls = try calls(try SQLiteRecordStore(folder: folder.path))
            try calls.tell(CallEvent(callID: "c1", kind: .attempt, at: LoggedCalls.now, eventID: "late", attempt: AttemptReport(destinationID: "b", result: "busy")))
        }
        let store = try SQLiteRecordStore(folder: folder.path)
        _ = try store.erase(try #require(PhoneNumber(e164: "+13125550142")), account: "acme", at: LoggedCalls.now, limit: 10)
        let calls = try LoggedCalls(store)
        let refusal = calls.refusal("UpdateCall", ["call_id": "c1", "note": "signed"])
        #expect(refusal?.status == .invalidArgument && refusal?.message.contains("erased") == true)
        #expect(try calls.ask("UpdateCall", ["call_id": "c1", "tags": ["vip"], "note": ""])["tags"] == ["vip"])
        let log = try calls.ask("GetCall", ["call_id": "c1", "events": true])["events"]?.array ?? []
        #expect(log.filter { $0["counts"] == true }.compactMap { $0["type"]?.string } == ["arrived", "answered", "ended", "update"])
        #expect(log.first { $0["type"] == "attempt" }?["changed"] == [])
    }

    private static let nonsense: [(String, String)] = [
        (#"{"value": "12,50"}"#, "value \"12,50\" is no amount"), (#"{"value": -3}"#, "is no amount"), (#"{"value": 1e20}"#, "is no amount"),
        (#"{"currency": "EURO"}"#, "three letters"), (#"{"qualified": "maybe"}"#, "qualified is no judgement"), (#"{"tags": "vip"}"#, "tags is no list"),
        (#"{"tags": ["a", "a"]}"#, "stands twice"), (#"{"tags": [""]}"#, "tags[0] is no tag"), (#"{"tags": ["a\nb"]}"#, "tags[0] is no tag"), ("{}", "nothing is said"),
        (#"{"rating": 5}"#, "\"rating\" is unknown here"),
    ]

    @Test("what is no annotation is refused and stored nowhere", arguments: nonsense)
    func refused(word: String, reason: String) throws {
        let calls = try calls()
        guard case .object(let members)? = JSON(word) else { return }
        let error = calls.refusal("UpdateCall", .object([JSON.Member("call_id", "c1")] + members))
        #expect(error?.status == .invalidArgument && error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(try calls.ask("GetCall", ["call_id": "c1"])["revision"] == 3)
    }

    @Test("a call that is not there is not made")
    func unknown() throws {
        let calls = try calls()
        #expect(calls.refusal("UpdateCall", ["call_id": "c2", "spam": true])?.status == .notFound)
        #expect(calls.refusal("GetCall", ["call_id": "c2"])?.status == .notFound)
    }
}
