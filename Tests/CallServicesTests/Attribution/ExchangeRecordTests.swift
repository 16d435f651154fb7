import CallModel
import CallServices
import CallWire
import MessageWire
import Testing

@Suite("A record of the tee is read or refused")
struct ExchangeRecordTests {
    private func read(_ body: [UInt8], stamps: [String: String] = Teed.stamps) throws(UnreadableExchange) -> ExchangeRecord {
        let stamps = try ExchangeStamps { stamps[$0] }
        return try body.withUnsafeBytes { bytes in
            Result { () throws(UnreadableExchange) in try ExchangeRecord(stamps, bytes) }
        }.get()
    }

    private var exchange: Exchange {
        Exchange(
            exchangeID: "0190000000007000800000000000002a", question: .route(Teed.call), status: 0, decision: Teed.decision,
            receivedAt: Timestamp(milliseconds: 1_780_495_500_000), dispatchedAt: Timestamp(milliseconds: 1_780_495_500_001),
            endedAt: Timestamp(milliseconds: 1_780_495_500_003))
    }

    @Test("a routed call is read in the form it was asked in", arguments: [(nil, BodyForm.protobuf), ("application/json", .json)])
    func routed(contentType: String?, form: BodyForm) throws {
        let body = Teed.body(
            try Teed.request(Teed.call.body(form), contentType: contentType), Teed.response(try Teed.decision.body(form)))
        #expect(try read(body) == .exchange(exchange))
    }

    @Test("a continued call is read")
    func continued() throws {
        let progress = CallProgress(callID: "c1", continuation: "x", attempts: [AttemptReport(number: "+12125550111", result: "busy")])
        let body = Teed.body(
            try Teed.request(progress.body(.protobuf), to: "trunkline.v1.Routing/ContinueCall"),
            Teed.response(try Teed.decision.body(.protobuf)))
        var expected = exchange
        expected.question = .proceed(progress)
        #expect(try read(body) == .exchange(expected))
    }

    @Test("an exchange that no worker had has no dispatch time and no decision")
    func unanswered() throws {
        var stamps = Teed.stamps
        stamps["dispatched-at"] = nil
        let body = Teed.body(try Teed.request(Teed.call.body(.protobuf)), Teed.response(status: 14))
        var expected = exchange
        expected.status = 14
        expected.decision = nil
        expected.dispatchedAt = nil
        #expect(try read(body, stamps: stamps) == .exchange(expected))
    }

    @Test("a field that only a newer version knows does not cost the record")
    func newerVersion() throws {
        let body = Teed.body(
            try Teed.request(Array(#"{"call_id":"c1","to":"+12125550100","mood":"calm"}"#.utf8), contentType: "application/json"),
            Teed.response(status: 14))
        guard case .exchange(let exchange) = try read(body) else {
            Issue.record("it was not read")
            return
        }
        #expect(exchange.callID == "c1")
    }

    @Test("nonsense that was refused is no call; nonsense that was answered is unreadable")
    func nonsense() throws {
        let request = try Teed.request([0xFF, 0xFF])
        #expect(try read(Teed.body(request, Teed.response(status: 3))) == .noCall(status: 3))
        #expect(throws: UnreadableExchange.self) { try read(Teed.body(request, Teed.response())) }
    }

    @Test("an answer of status 0 without a decision is unreadable")
    func noDecision() throws {
        let body = Teed.body(try Teed.request(Teed.call.body(.protobuf)), Teed.response([1, 2, 3]))
        #expect(throws: UnreadableExchange.self) { try read(body) }
    }

    @Test("only methods of Routing are recorded", arguments: ["trunkline.v1.Directory/Apply", "trunkline.v1.Routing/Guess", "RouteCall", "trunkline.v1.Routing/"])
    func otherService(path: String) throws {
        let body = Teed.body(try Teed.request(Teed.call.body(.protobuf), to: path), Teed.response(try Teed.decision.body(.protobuf)))
        #expect(throws: UnreadableExchange.self) { try read(body) }
    }

    @Test("a body that does not add up is unreadable, wherever it is cut or changed")
    func malformed() throws {
        let request = try Teed.request(Teed.call.body(.protobuf))
        let response = Teed.response(try Teed.decision.body(.protobuf))
        let whole = Teed.body(request, response)
        for count in 0..<whole.count {
            #expect(throws: UnreadableExchange.self) { try read(Array(whole.prefix(count))) }
        }
        #expect(throws: UnreadableExchange.self) { try read(whole + [0]) }
        #expect(throws: UnreadableExchange.self) { try read(Teed.body(response, request)) }
        #expect(throws: UnreadableExchange.self) { try read(Teed.body(request, response, response)) }
        var shifted = whole
        shifted[3] &+= 1
        #expect(throws: UnreadableExchange.self) { try read(shifted) }
    }

    @Test("stamps that the broker did not write are refused", arguments: ["exchange-id", "received-at", "ended-at"])
    func stamps(key: String) {
        var stamps = Teed.stamps
        stamps[key] = nil
        #expect(throws: UnreadableExchange.self) { try ExchangeStamps { stamps[$0] } }
        for nonsense in ["", "soon", "-1", "9223372036854775807"] {
            stamps[key] = nonsense
            #expect(throws: UnreadableExchange.self) { try ExchangeStamps { stamps[$0] } }
        }
    }
}
