import CallModel
import CallWire
import Testing

@Suite("JSON bodies are read in every spelling and written in one")
struct JSONTests {
    @Test("fields may be named in snake_case or lowerCamelCase")
    func names() throws {
        let expected = InboundCall(
            callID: "c1", to: "+12125550100", callerName: "Ann", at: Timestamp(milliseconds: 1_780_495_500_250), providerCallID: "CA1",
            isTest: true, attributes: ["a_b": "c"])
        let snake = #"{"call_id":"c1","to":"+12125550100","caller_name":"Ann","at":"2026-06-03T14:05:00.250Z","#
            + #""provider_call_id":"CA1","is_test":true,"attributes":{"a_b":"c"}}"#
        let camel = #" { "callId":"c1","to":"+12125550100","callerName":"Ann","at":"2026-06-03T16:05:00.25+02:00","#
            + #""providerCallId":"CA1","isTest":true,"attributes":{"a_b":"c"} } "#
        #expect(try InboundCall.read(json: snake) == expected)
        #expect(try InboundCall.read(json: camel) == expected)
    }

    @Test("fields are written in snake_case and integers as numbers")
    func writing() throws {
        var decision = RouteDecision(callID: "c1", action: .reject(cause: "closed", sipStatus: "480"))
        decision.directoryVersion = 12
        let json = String(decoding: try decision.body(.json), as: UTF8.self)
        #expect(json == #"{"call_id":"c1","action":"REJECT","cause":"closed","sip_status":"480","directory_version":12}"#)
    }

    @Test("an integer is read as a number and as a string")
    func integers() throws {
        for version in ["7", "\"7\"", "7.0"] {
            let json = #"{"call_id":"c1","action":"REJECT","directory_version":\#(version)}"#
            #expect(try RouteDecision.read(json: json).directoryVersion == 7)
        }
    }

    @Test(
        "an action is read with and without its prefix, in either case, and by number",
        arguments: [
            "\"CONNECT\"", "\"connect\"", "\"Connect\"", "\"ACTION_CONNECT\"", "\"action_connect\"", "1",
        ])
    func actions(spelling: String) throws {
        let json = #"{"call_id":"c1", "action" : \#(spelling), "dial":{"targets":[{"number":"+1"}],"ringSeconds":20}}"#
        let dial = Dial(targets: [.init(destinationID: "", number: "+1", kind: "")], ringSeconds: 20)
        #expect(try RouteDecision.read(json: json).action == .connect(dial))
    }

    @Test("a text that looks like an action keeps its letters")
    func lookalike() throws {
        let json = #"{"call_id":"\"action\":\"x\"","action":"reject","cause":"say \"action\" : \"connect\"","greeting":"action"}"#
        let decision = try RouteDecision.read(json: json)
        #expect(decision.callID == #""action":"x""#)
        #expect(decision.action == .reject(cause: #"say "action" : "connect""#, sipStatus: ""))
        #expect(decision.greeting == "action")
    }

    @Test("an action that is none, and the unspecified one, are refused", arguments: ["\"hold\"", "\"unspecified\"", "\"\"", "7"])
    func noAction(spelling: String) {
        #expect(throws: CallWireError.self) { try RouteDecision.read(json: #"{"call_id":"c1","action":\#(spelling)}"#) }
    }

    @Test("a misspelt field is named, unless unknown ones are to be passed over")
    func unknownField() throws {
        let json = #"{"call_id":"c1","tto":"+1"}"#
        let error = #expect(throws: CallWireError.self) { try InboundCall.read(json: json) }
        #expect(error?.code == .malformed)
        #expect(error?.message.contains("\"tto\"") == true)
        #expect(try InboundCall.read(Array(json.utf8), .json, unknownFields: .ignored).callID == "c1")
    }

    @Test("text that is no JSON object is malformed", arguments: ["", "[]", "null", "{", #"{"call_id":1}"#, #"{"call_id":"c"} x"#])
    func malformed(json: String) {
        let error = #expect(throws: CallWireError.self) { try InboundCall.read(json: json) }
        #expect(error?.code == .malformed || error?.code == .missing)
    }

    @Test("what is wrong is named with its field and value", arguments: [
        (#""at":"yesterday""#, #"at "yesterday" is no time; write it as "2026-06-03T14:05:00Z""#),
        (#""at":1780495200"#, #"at 1780495200 is no time; write it as "2026-06-03T14:05:00Z""#),
        (#""spam":"yes""#, #"spam "yes" is neither true nor false"#),
        (#""attempt":{"result":"busy","ring_seconds":"ten"}"#, #"attempt.ring_seconds "ten" is no number, or none that its field may have"#),
        (#""sequence":1.5"#, "sequence 1.5 is no number, or none that its field may have"),
        (#""sequence":"+13125550142""#, "sequence is no number, or none that its field may have"),
        (#""note":5"#, "note 5 is no text; put it in quotes"),
        (#""attempt":{"reslt":"busy"}"#, #"unknown field "attempt.reslt"; use the names of calls.proto"#),
        (#""tags":"vip""#, #"tags "vip" is of another kind than in calls.proto"#),
    ])
    func named(member: String, message: String) {
        let error = #expect(throws: CallWireError.self) { try CallEvent.read(json: #"{"call_id":"c1","type":"ended",\#(member)}"#) }
        #expect(error?.code == .malformed && error?.message == message)
    }

    @Test("fields have the names of calls.proto, in both spellings, and there are no others")
    func fieldNames() throws {
        var event = CallEvent(callID: "c1", kind: .attempt, at: Timestamp(milliseconds: 0), attributes: ["x": "y"])
        event.attempt = AttemptReport(destinationID: "a", number: "+1", result: "busy", ringSeconds: 1, cause: "17")
        (event.eventID, event.sequence, event.provider, event.providerCallID, event.isTest, event.to, event.from) = ("e", 1, "p", "i", true, "t", "f")
        (event.destinationID, event.destinationNumber, event.digits, event.endedBy, event.cause, event.durationSeconds) = ("d", "n", "1", "caller", "16", 1)
        (event.url, event.tags, event.note, event.amount, event.currency, event.spam, event.routedBy) = ("u", ["t"], "n", "1", "EUR", true, "flow")
        let json = String(decoding: try event.body(.json), as: UTF8.self)
        for name in CallEvent.fieldNames where !name.hasSuffix(".") {
            #expect(CallEvent.isField(name) && json.contains("\"\(name.split(separator: ".").last ?? "")\":"), "\(name)")
        }
        // Of the message's twenty-five fields `attempt` stands for its own five.
        #expect(CallEvent.fieldNames.count == 25 - 1 + 5)
        for name in ["callId", "attempt.ringSeconds", "attributes.utm_source", "isTest"] { #expect(CallEvent.isField(name), "\(name)") }
        for name in ["", "frm", "Call_ID", "attempt", "attributes", "attributes.", "attempt.x", "call id"] { #expect(!CallEvent.isField(name), "\(name)") }
    }

    @Test("null is a field left out")
    func null() throws {
        #expect(try InboundCall.read(json: #"{"call_id":"c1","at":null,"from":null}"#) == InboundCall(callID: "c1", to: ""))
    }
}
