import CallModel
import CallRouting
import CallServices
import CallWire
import MessageWire
import Synchronization
import Testing

@Suite("Routing asks what the directory does not say, and decides without where nobody answers")
struct AskingTests {
    private static let document = """
        account: acme
        name: Acme Roofing
        country: US
        time_zone: America/New_York
        live_state_unknown: skip
        destinations:
          - {id: front-desk, number: "+12125550111", kind: landline, limits: [{max: 1, per: day}]}
          - {id: cell, number: "+12125550112", kind: mobile}
        flows:
          - id: main
            start: {caller: {first_time: {sequential: [front-desk, cell]}, repeat: {dial: cell}}, otherwise: {voicemail: {}}}
        numbers:
          - {number: "+12125550100", name: Billboard, state: active, flow: main}
        """

    private func decision(_ questions: any RoutingQuestions, timeLeft: () -> Duration = { .seconds(3) }) async throws -> RouteDecision {
        let desk = RoutingDesk()
        desk.take(secret: .open)
        let now = Timestamp(milliseconds: 1_780_495_500_000)
        desk.take([try Directory(yaml: Self.document, version: 1)], at: now)
        let service = RoutingService(desk: desk, questions: questions) { now }
        let body = try Teed.call.body(.protobuf)
        guard case .asks(let open) = service.begin(method: "RouteCall", body.span.bytes, contentType: nil, attempt: 1) else {
            throw ServiceError(.unknown, "nothing is asked")
        }
        guard case .decision(let body) = await service.finish(open, timeLeft: timeLeft) else { throw ServiceError(.unknown, "no decision") }
        return try RouteDecision(body: body.span.bytes, .protobuf)
    }

    private func targets(_ decision: RouteDecision) -> [String] {
        if case .connect(let dial) = decision.action { dial.targets.map(\.destinationID) } else { [] }
    }

    @Test("The caller's past is asked for first, then the live state, each for a third of the time that is left then")
    func thirds() async throws {
        let asked = Mutex<[(String, Duration)]>([])
        let left = Mutex<[Duration]>([.seconds(3), .milliseconds(900)])
        let decision = try await decision(
            Told { question, limit in
                switch question {
                case .history:
                    asked.withLock { $0.append(("history", limit)) }
                    return .history(CallerPast(isFirstTime: true))
                case .session: return .unknown
                case .live(let question):
                    asked.withLock { $0.append(("live", limit)) }
                    #expect(question.rings.map(\.place) == ["start.caller.first_time.sequential"])
                    let pass = RingPass(
                        considered: [Consideration(destinationID: "front-desk", verdict: .chosen(.order))], targets: ["front-desk"], rest: [["cell"]])
                    return .live(.choice(RingChoice(passes: [pass], plan: [])))
                }
            }
        ) { left.withLock { $0.removeFirst() } }
        #expect(targets(decision) == ["front-desk"])
        let order = asked.withLock { $0 }
        #expect(order.map(\.0) == ["history", "live"])
        #expect(order.map(\.1) == [.seconds(1), .milliseconds(300)])
    }

    @Test("Where the live state cannot be asked, live_state_unknown decides and the trace says so")
    func liveUnknown() async throws {
        let decision = try await decision(
            Told { question, _ in
                if case .history = question { .history(CallerPast(isFirstTime: true)) } else { .unknown }
            })
        #expect(targets(decision) == ["cell"])
        #expect(decision.trace.contains { $0.destinationID == "front-desk" && $0.reason == "live_state_unknown" })
    }

    @Test("Where the caller's past cannot be asked, a caller node takes otherwise")
    func pastUnknown() async throws {
        let decision = try await decision(Told { _, _ in .unknown })
        guard case .voicemail = decision.action else {
            Issue.record("no voicemail: \(decision.action)")
            return
        }
    }
}
