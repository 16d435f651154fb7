import CallModel
import CallServices
import MessageWire
import Testing

@Suite("Calls are listed by any field of their record")
struct FilterTests {
    private func calls() throws -> LoggedCalls {
        let calls = try LoggedCalls()
        try calls.call("long", at: 0, talk: 120)
        try calls.call("short", at: 3600, from: "+13125550143", talk: 20)
        try calls.call("open", at: 7200, from: "anonymous")
        try calls.tell(CallEvent(callID: "long", kind: .tagged, at: LoggedCalls.start, eventID: "t", tags: ["vip", "new roof"]))
        try calls.tell(CallEvent(callID: "short", kind: .recording, at: LoggedCalls.start, eventID: "r", url: "https://rec.example/1"))
        return calls
    }

    /// What is asked, and which calls it is true of.
    private static let asked: [(String, String)] = [
        (#"{"talk_seconds": ">= 60"}"#, "long"), (#"{"talk_seconds": [">= 10", "< 100"]}"#, "short"), (#"{"talk_seconds": 120}"#, "long"),
        (#"{"outcome": "answered", "caller_number": "(312) 555-0143"}"#, "short"), (#"{"caller_number": "none"}"#, "open"),
        (#"{"caller_number": "anonymous"}"#, "open"), (#"{"caller_number": "!= +1 312 555 0142"}"#, "short"), (#"{"outcome": false}"#, "open"),
        (#"{"first_time": true}"#, "short long"), (#"{"first_time": "no"}"#, ""), (#"{"tags": "vip"}"#, "long"), (#"{"tags": ["vip", "new roof"]}"#, "long"),
        (#"{"tags": "!= vip"}"#, "open short"), (#"{"tags": ["vip", "x"]}"#, ""), (#"{"recording_url": true}"#, "short"), (#"{"recording_url": "none"}"#, "open long"),
        (#"{"gclid": true}"#, ""), (#"{"outcome": null}"#, "open short long"),
        (#"{"tracking_number": "212-555-0100", "tracking_name": "Billboard", "spam": false}"#, "open short long"), (#"{"tracking_name": "!= Billboard"}"#, ""),
        (#"{"directory_version": 1}"#, "open short long"), (#"{"directory_version": ">= 2"}"#, ""), (#"{"source": "none"}"#, ""), (#"{"source": false}"#, "open short long"),
    ]

    @Test("by numbers, flags, words, lists, presence, and several at once", arguments: asked)
    func fields(filter: String, ids: String) throws {
        #expect(try calls().ids(try #require(JSON(filter))).joined(separator: " ") == ids)
    }

    @Test("by days of a zone, both included, and by moments, the end excluded")
    func ranges() throws {
        let calls = try LoggedCalls()
        // 23:59 and 00:01 in New York.
        try calls.call("before", at: 13 * 3600 + 54 * 60)
        try calls.call("after", at: 13 * 3600 + 56 * 60)
        #expect(try calls.ids(["from": "2026-06-03", "to": "2026-06-03", "zone": "America/New_York"]) == ["before"])
        #expect(try calls.ids(["from": "2026-06-04", "zone": "America/New_York"]) == ["after"])
        // The account's own zone.
        #expect(try calls.ids(["from": "2026-06-04"]) == ["after"])
        #expect(try calls.ids(["to": "2026-06-04", "zone": "UTC"]) == ["after", "before"])
        #expect(try calls.ids(["from": "2026-06-04", "zone": "UTC"]) == ["after", "before"])
        #expect(try calls.ids(["since": "2026-06-04T03:59:00Z", "until": "2026-06-04T04:01:00Z"]) == ["before"])
    }

    private static let nonsense: [(String, String)] = [
        (#"{"sorce": "google"}"#, "did you mean source?"), (#"{"limt": 3}"#, "did you mean limit?"), (#"{"talk_seconds": "long"}"#, "is no number"),
        (#"{"caller_number": "12"}"#, "caller_number …12 cannot be read as a number"), (#"{"outcome": "answred"}"#, "use one of answered"),
        (#"{"assigned_to": {"king": "campaign"}}"#, "use kind and value"), (#"{"zone": "America/NewYork"}"#, "did you mean America/New_York?"),
        (#"{"from": "2026-06-31"}"#, "from \"2026-06-31\" is no date"), (#"{"from": "2026-06-04", "to": "2026-06-03"}"#, "from is not before to"),
        (#"{"from": "2026-06-04", "since": "2026-06-03T00:00:00Z"}"#, "not both"), (#"{"digits": 3}"#, "in words"),
        (#"{"account": "amce"}"#, "no account \"amce\""), (#"{"started_at": ">= 2026-06-03"}"#, "give from and to"),
        (#"{"since": "yesterday"}"#, "since \"yesterday\" is no time"),
    ]

    @Test("what makes no sense is refused with the nearest that does", arguments: nonsense)
    func refused(filter: String, advice: String) throws {
        let error = try calls().refusal("ListCalls", try #require(JSON(filter)))
        #expect(error?.status == .invalidArgument && error?.message.contains(advice) == true, "\(error?.message ?? "")")
    }

    @Test("hidden calls are counted by the whole query, once")
    func hidden() throws {
        let calls = try calls()
        _ = try calls.ask("UpdateCall", ["call_id": "long", "spam": true])
        #expect(try calls.ids([:]) == ["open", "short"])
        #expect(try calls.ask("ListCalls", ["tags": "vip"])["hidden"] == ["spam": 1, "test": 0])
        #expect(try calls.ask("ListCalls", ["outcome": "missed"])["hidden"] == ["spam": 0, "test": 0])
        #expect(try calls.ask("ListCalls", ["count_hidden": false])["hidden"] == .null)
    }

    @Test("a call to a number that is nobody's shows what was dialled and told")
    func unmatched() throws {
        let calls = try calls()
        try calls.call("stray", from: "+13125550149", to: "+19995550100")
        let stray = try #require(try calls.ask("Unmatched", ["caller_number": "+13125550149"])["calls"]?.array?.first)
        #expect(stray["dialled"] == "+19995550100" && stray["account"] == .null)
        #expect(stray["events"]?.array?.first?["to"] == "+19995550100")
        #expect(try calls.ask("Unmatched", ["caller_number": "+13125550148"])["calls"] == [])
    }
}
