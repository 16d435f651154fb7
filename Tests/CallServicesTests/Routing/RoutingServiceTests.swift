import CallModel
import CallRouting
import CallServices
import CallWire
import MessageWire
import Testing

@Suite("The routing service answers with a decision or says why not")
struct RoutingServiceTests {
    static let document = """
        account: acme
        name: Acme Roofing
        country: US
        time_zone: America/New_York
        destinations:
          - {id: front-desk, number: "+12125550111", kind: landline}
          - {id: cell, number: "+12125550112", kind: mobile}
        flows:
          - id: main
            start: {sequential: [front-desk, cell]}
        numbers:
          - {number: "+12125550100", name: Billboard, state: active, flow: main}
        """

    private let now = Timestamp(milliseconds: 1_780_495_500_000)

    private func service(documents: [String] = [document]) throws -> (RoutingService, RoutingDesk) {
        let desk = RoutingDesk()
        desk.take(secret: .open)
        desk.take(try documents.enumerated().map { try Directory(yaml: $1, version: UInt64($0 + 1)) }, at: now)
        return (RoutingService(desk: desk, questions: Told { _, _ in .unknown }) { [now] in now }, desk)
    }

    private func answer(
        _ service: RoutingService, _ body: [UInt8], _ contentType: String? = nil, method: String = "RouteCall", attempt: Int = 1
    ) async -> RoutingService.Answer {
        switch service.begin(method: method, body.span.bytes, contentType: contentType, attempt: attempt) {
        case .answered(let answer): answer
        case .asks(let decision): await service.finish(decision) { .seconds(3) }
        }
    }

    private func decision(_ answer: RoutingService.Answer, _ form: BodyForm = .protobuf) throws -> RouteDecision {
        guard case .decision(let body) = answer else { throw ServiceError(.unknown, "no decision: \(answer)") }
        return try RouteDecision(body: body.span.bytes, form)
    }

    @Test("a call in protobuf gets its decision in protobuf, a call in JSON in JSON")
    func forms() async throws {
        let (service, _) = try service()
        for (form, contentType) in [(BodyForm.protobuf, nil), (.json, "application/json")] as [(BodyForm, String?)] {
            let decision = try decision(await answer(service, try Teed.call.body(form), contentType), form)
            #expect(decision.callID == "c1")
            #expect(decision.directoryVersion == 1)
            guard case .connect(let dial) = decision.action else {
                Issue.record("not connected: \(decision.action)")
                return
            }
            #expect(dial.targets.map(\.destinationID) == ["front-desk"])
        }
    }

    @Test("what the first destination's end leads to is told by ContinueCall")
    func continued() async throws {
        let (service, _) = try service()
        let first = try decision(await answer(service, try Teed.call.body(.protobuf)))
        let progress = CallProgress(
            callID: "c1", continuation: first.continuation, attempts: [AttemptReport(destinationID: "front-desk", result: "busy")])
        let second = try decision(await answer(service, try progress.body(.protobuf), method: "ContinueCall"))
        guard case .connect(let dial) = second.action else {
            Issue.record("not connected: \(second.action)")
            return
        }
        #expect(dial.targets.map(\.destinationID) == ["cell"])
    }

    @Test("a call in progress stays on the version it began with")
    func oldVersion() async throws {
        let (service, desk) = try service()
        let first = try decision(await answer(service, try Teed.call.body(.protobuf)))
        let changed = Self.document.split(separator: "[front-desk, cell]").joined(separator: "[cell, front-desk]")
        desk.take([try Directory(yaml: changed, version: 2)], at: now)
        #expect(desk.version(of: "acme") == 2)
        let progress = CallProgress(
            callID: "c1", continuation: first.continuation, attempts: [AttemptReport(destinationID: "front-desk", result: "busy")])
        #expect(try decision(await answer(service, try progress.body(.protobuf), method: "ContinueCall")).directoryVersion == 1)
        #expect(try decision(await answer(service, try Teed.call.body(.protobuf))).directoryVersion == 2)
    }

    @Test("a worker that knows no directories yet leaves the call to another; one that knows there are none decides")
    func notYet() async throws {
        let desk = RoutingDesk()
        let service = RoutingService(desk: desk, questions: Told { _, _ in .unknown }) { [now] in now }
        #expect(!desk.isOpen)
        #expect(await answer(service, try Teed.call.body(.protobuf)) == .notYet)
        desk.take([], at: now)
        #expect(!desk.isOpen, "without the secret nobody could go on with its calls")
        desk.take(secret: .open)
        #expect(desk.isOpen)
        #expect(try decision(await answer(service, try Teed.call.body(.protobuf))).action == .reject(cause: "unknown_number", sipStatus: "404"))
    }

    @Test("a continuation is good at every worker that has the pool's secret, and at no other")
    func secret() async throws {
        let (service, desk) = try service()
        desk.take(secret: SecretKey(first: 1, second: 2))
        let first = try decision(await answer(service, try Teed.call.body(.protobuf)))
        let progress = CallProgress(
            callID: "c1", continuation: first.continuation, attempts: [AttemptReport(destinationID: "front-desk", result: "busy")])
        for (secret, isRight) in [(SecretKey(first: 1, second: 2), true), (SecretKey(first: 1, second: 3), false), (.open, false)] {
            let (other, desk) = try self.service()
            desk.take(secret: secret)
            let answer = await answer(other, try progress.body(.protobuf), method: "ContinueCall")
            if isRight {
                _ = try decision(answer)
            } else if case .refused(let error) = answer {
                #expect(error.status == .invalidArgument)
            } else {
                Issue.record("a forged continuation was not refused")
            }
        }
    }

    @Test("a continuation of an account not heard of waits for it a while, then is refused")
    func unknownAccount() async throws {
        let (service, _) = try service()
        let first = try decision(await answer(service, try Teed.call.body(.protobuf)))
        let (stranger, _) = try self.service(documents: [])
        let body = try CallProgress(callID: "c1", continuation: first.continuation).body(.protobuf)
        #expect(await answer(stranger, body, method: "ContinueCall") == .notYet)
        guard case .refused(let error) = await answer(stranger, body, method: "ContinueCall", attempt: 12) else {
            Issue.record("not refused")
            return
        }
        #expect(error.status == .unavailable)
    }

    @Test(
        "bad requests are INVALID_ARGUMENT, and a method that is none UNIMPLEMENTED",
        arguments: [
            ("RouteCall", "{}", "application/json", StatusCode.invalidArgument),
            ("RouteCall", "{}", nil, .invalidArgument),
            ("RouteCall", #"{"call_id":"c1"}"#, "text/plain", .invalidArgument),
            ("ContinueCall", #"{"call_id":"c1","continuation":"forged"}"#, "application/json", .invalidArgument),
            ("Guess", #"{"call_id":"c1"}"#, "application/json", .unimplemented),
        ] as [(String, String, String?, StatusCode)])
    func refused(method: String, body: String, contentType: String?, status: StatusCode) async throws {
        let (service, _) = try service()
        guard case .refused(let error) = await answer(service, Array(body.utf8), contentType, method: method) else {
            Issue.record("not refused")
            return
        }
        #expect(error.status == status)
        #expect(!error.message.isEmpty)
    }
}
