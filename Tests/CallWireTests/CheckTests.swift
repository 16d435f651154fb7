import CallModel
import CallWire
import Testing

@Suite("What a body says is held against the contract")
struct CheckTests {
    @Test("a call_id has 1 to 128 characters, however many bytes they take")
    func callID() throws {
        func code(_ id: String) -> CallWireError.Code? {
            do throws(CallWireError) {
                _ = try InboundCall.read(InboundCall(callID: id, to: "").body(.protobuf), .protobuf)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code("") == .missing)
        #expect(code("c") == nil)
        #expect(code(String(repeating: "x", count: 128)) == nil)
        #expect(code(String(repeating: "漢", count: 128)) == nil)
        #expect(code(String(repeating: "x", count: 129)) == .tooLong)
        #expect(code(String(repeating: "漢", count: 129)) == .tooLong)
    }

    @Test("attributes are kept up to 4 KiB, names and values together")
    func attributes() throws {
        var call = InboundCall(callID: "c1", to: "", attributes: ["name": String(repeating: "v", count: 4092)])
        #expect(try InboundCall.read(call.body(.protobuf), .protobuf) == call)
        call.attributes["n"] = ""
        let body = try call.body(.protobuf)
        let error = #expect(throws: CallWireError.self) { try InboundCall.read(body, .protobuf) }
        #expect(error?.code == .tooLong)
    }

    @Test(
        "an event says what happened to which call and when",
        arguments: [
            (#"{"type":"ended","at":"2026-06-03T14:05:00Z"}"#, CallWireError.Code.missing),
            (#"{"call_id":"c1","at":"2026-06-03T14:05:00Z"}"#, .missing),
            (#"{"call_id":"c1","type":"ended"}"#, .missing),
            (#"{"call_id":"c1","type":"hung_up","at":"2026-06-03T14:05:00Z"}"#, .unknownWord),
            (#"{"call_id":"c1","type":"Ended","at":"2026-06-03T14:05:00Z"}"#, .unknownWord),
            (#"{"call_id":"c1","type":"attempt","at":"2026-06-03T14:05:00Z"}"#, .missing),
            (#"{"call_id":"c1","type":"attempt","at":"2026-06-03T14:05:00Z","attempt":{}}"#, .missing),
            (#"{"call_id":"c1","type":"ended","at":"2026-06-03T14:05:00Z","ended_by":"nobody"}"#, .unknownWord),
            (#"{"call_id":"c1","type":"arrived","at":"2026-06-03T14:05:00Z","routed_by":"guess"}"#, .unknownWord),
            (#"{"call_id":"c1","type":"ended","at":"2026-06-03T14:05:00Z","duration_seconds":-1}"#, .outOfRange),
            (#"{"call_id":"c1","type":"ended","at":"2026-06-03T14:05:00Z","duration_seconds":"NaN"}"#, .outOfRange),
            (#"{"call_id":"c1","type":"ended","at":"2026-06-03T14:05:00Z","duration_seconds":1e300}"#, .outOfRange),
            (#"{"call_id":"c1","type":"value","at":"2026-06-03T14:05:00Z","amount":"12,50"}"#, .outOfRange),
            (#"{"call_id":"c1","type":"value","at":"2026-06-03T14:05:00Z","amount":"1.2.3"}"#, .outOfRange),
            (#"{"call_id":"c1","type":"value","at":"2026-06-03T14:05:00Z","amount":"."}"#, .outOfRange),
            (#"{"call_id":"c1","type":"value","at":"2026-06-03T14:05:00Z","amount":"1","currency":"euros"}"#, .unknownWord),
            (#"{"call_id":"c1","type":"value","at":"2026-06-03T14:05:00Z","amount":"1","currency":"1.5"}"#, .unknownWord),
            (#"{"call_id":"c1","type":"ended","at":"yesterday"}"#, .malformed),
        ])
    func event(json: String, code: CallWireError.Code) {
        let error = #expect(throws: CallWireError.self) { try CallEvent.read(json: json) }
        #expect(error?.code == code)
    }

    @Test("an amount is any decimal", arguments: ["0", "1250.00", "-3.5", "1000000"])
    func amount(_ amount: String) throws {
        let json = #"{"call_id":"c1","type":"value","at":"2026-06-03T14:05:00Z","amount":"\#(amount)"}"#
        #expect(try CallEvent.read(json: json).amount == amount)
    }

    @Test("an attempt has a result and rings for a time that can be")
    func attempts() {
        for (attempt, code) in [(#"{"number":"+1"}"#, CallWireError.Code.missing), (#"{"result":"busy","ring_seconds":-0.5}"#, .outOfRange)] {
            let error = #expect(throws: CallWireError.self) {
                try CallProgress.read(json: #"{"call_id":"c1","attempts":[{"result":"busy"},\#(attempt)]}"#)
            }
            #expect(error?.code == code)
            #expect(error?.message.contains("attempts[1]") == true)
        }
    }

    @Test("a decision brings what its action needs", arguments: ["CONNECT", "GATHER", "VOICEMAIL"])
    func decision(action: String) {
        let error = #expect(throws: CallWireError.self) { try RouteDecision.read(json: #"{"call_id":"c1","action":"\#(action)"}"#) }
        #expect(error?.code == .missing)
    }

    @Test("a content-type is one of two, and protobuf where none is given")
    func contentType() throws {
        #expect(try BodyForm(contentType: nil) == .protobuf)
        #expect(try BodyForm(contentType: "") == .protobuf)
        #expect(try BodyForm(contentType: "application/protobuf") == .protobuf)
        #expect(try BodyForm(contentType: "Application/JSON; charset=utf-8") == .json)
        let error = #expect(throws: CallWireError.self) { try BodyForm(contentType: "text/xml") }
        #expect(error?.code == .contentType)
    }
}
