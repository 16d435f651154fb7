import CallModel
import CallRouting
import Testing

@Suite("Nodes (directory.md §2)")
struct NodeTests {
    @Test("dial rings one for 30 s and then goes on with then")
    func dial() throws {
        let decisions = try Acme.router(main: "{dial: a, then: {dial: b, ring_seconds: 12}}").decisions(Acme.call())
        #expect(decisions.map(\.dialled) == [["a"], ["b"], []])
        #expect(decisions[0].dial?.ringSeconds == 30 && decisions[1].dial?.ringSeconds == 12)
        #expect(decisions[0].routingType == "regular" && decisions[2].cause == "no_answer")
    }

    @Test("sequential rings one after the other for 25 s each")
    func sequential() throws {
        let decisions = try Acme.router(main: "{sequential: [b, a, c]}").decisions(Acme.call())
        #expect(decisions.map(\.dialled) == [["b"], ["a"], ["c"], []])
        #expect(decisions[0].dial?.ringSeconds == 25 && decisions[0].routingType == "priority")
    }

    @Test("simultaneous rings all at once in the node's order")
    func simultaneous() throws {
        let decisions = try Acme.router(main: "{simultaneous: [c, a, b], then: {voicemail: {greeting: Hello, max_seconds: 60}}}").decisions(Acme.call())
        #expect(decisions[0].dialled == ["c", "a", "b"] && decisions[0].routingType == "multi" && decisions[0].dial?.ringSeconds == 30)
        #expect(decisions[1].action == .voicemail(Voicemail(greeting: "Hello", maxSeconds: 60)) && decisions[1].continuation.isEmpty)
    }

    @Test("priority rings tier after tier for 18 s")
    func priority() throws {
        let decisions = try Acme.router(main: "{priority: [[b, c], [a]]}").decisions(Acme.call())
        #expect(decisions.map(\.dialled) == [["b", "c"], ["a"], []])
        #expect(decisions[0].dial?.ringSeconds == 18 && decisions[0].routingType == "priority")
    }

    @Test("a schedule branches by the clock at the node; a branch that is not there ends the call as closed")
    func schedule() throws {
        let router = try Acme.router(main: "{schedule: office, open: {dial: a}}")
        #expect(router.decide(Acme.call(), at: Moment.wednesdayMorning).dialled == ["a"])
        let evening = router.decide(Acme.call(), at: Moment.wednesdayEvening)
        #expect(evening.cause == "closed" && evening.sipStatus == "480")
    }

    @Test("days and hours: the first branch that matches")
    func branches() throws {
        let router = try Acme.router(main: "{branches: [{between: \"09:00-12:00\", to: {dial: a}}, {days: [wed], to: {dial: b}}], otherwise: {dial: c}}")
        #expect(router.decide(Acme.call(), at: Moment.wednesdayMorning).dialled == ["a"])
        #expect(router.decide(Acme.call(), at: Moment.wednesdayEvening).dialled == ["b"])
        #expect(router.decide(Acme.call(), at: Moment.wednesdayEvening.advanced(bySeconds: 86_400)).dialled == ["c"])
    }

    @Test("prefix: the longest wins; a withheld caller takes otherwise, and without one the call ends as no_destination")
    func prefix() throws {
        let router = try Acme.router(main: "{prefix: {\"+1\": {dial: a}, \"+1312\": {dial: b}}}")
        #expect(router.decide(Acme.call(from: "(312) 555-0142"), at: Moment.wednesdayMorning).dialled == ["b"])
        #expect(router.decide(Acme.call(from: "+14155550143"), at: Moment.wednesdayMorning).dialled == ["a"])
        #expect(router.decide(Acme.call(from: "anonymous"), at: Moment.wednesdayMorning).cause == "no_destination")
    }

    @Test("reject says its word and its SIP status", arguments: [("busy", "486"), ("not_in_service", "404"), ("declined", "603")])
    func reject(word: String, status: String) throws {
        let decision = try Acme.router(main: "{reject: \(word)}").decide(Acme.call(), at: Moment.wednesdayMorning)
        #expect(decision.cause == word && decision.sipStatus == status && decision.routingType.isEmpty)
    }

    @Test("go continues in another flow; the decision names the number's own, whisper and recording are the dialling flow's")
    func go() throws {
        let directory = try Acme.directory(
            main: "{dial: a, then: {go: other}}", flow: "greeting: Hello",
            flows: "  - {id: other, record: true, whisper: \"From {source}.\", start: {dial: b}}")
        let decisions = try Acme.router(directory).decisions(Acme.call())
        #expect(decisions.map(\.dialled) == [["a"], ["b"], []])
        #expect(decisions.map(\.flow) == ["main", "main", "main"])
        #expect(decisions.map(\.greeting) == ["Hello", "", ""])
        #expect(decisions.map(\.record) == [false, true, false])
        #expect(decisions[1].whisper == "From Billboard." && decisions[1].trace.contains(TraceStep(node: "start.then.go", verdict: "branch", reason: "other")))
    }

    @Test("nobody eligible and nothing after: the first candidate's reason counts", arguments: [("[a, b]", "closed"), ("[b, a]", "no_destination")])
    func nobodyEligible(order: String, cause: String) throws {
        let router = try Acme.router(main: "{sequential: \(order)}", destinations: ["a": "hours: office", "b": "enabled: false"])
        #expect(router.decide(Acme.call(), at: Moment.wednesdayEvening).cause == cause)
    }

    @Test("nobody eligible in a later node ends with its reason, also after attempts")
    func nobodyEligibleLater() throws {
        let decisions = try Acme.router(main: "{dial: a, then: {dial: b}}", destinations: ["b": "enabled: false"]).decisions(Acme.call())
        #expect(decisions.map(\.dialled) == [["a"], []] && decisions[1].cause == "no_destination")
    }

    @Test("eligibility is read when the destination's turn comes")
    func readLate() throws {
        let router = try Acme.router(main: "{sequential: [a, b]}", destinations: ["b": "hours: office"])
        let first = router.decide(Acme.call(), at: Moment.beforeClosing)
        #expect(first.plan.map(\.targets).map { $0.map(\.destinationID) } == [["b"]])
        let second = try router.decide(first.progress("no_answer", after: 25), at: Moment.beforeClosing.advanced(bySeconds: 25))
        #expect(second.cause == "no_answer")
        #expect(second.trace.contains(TraceStep(node: "start.sequential", destinationID: "b", verdict: "skipped", reason: "closed")))
    }

    @Test("a flow that runs out ends by the attempt that ended last")
    func runsOut() throws {
        let router = try Acme.router(main: "{simultaneous: [a, b]}")
        let ringing = router.decide(Acme.call(), at: Moment.wednesdayMorning)
        func cause(_ results: [(String, String, Double)]) throws -> String? {
            let attempts = results.map { AttemptReport(destinationID: $0.0, result: $0.1, ringSeconds: $0.2) }
            return try router.decide(CallProgress(callID: "c1", continuation: ringing.continuation, attempts: attempts), at: Moment.wednesdayMorning).cause
        }
        #expect(try cause([("a", "busy", 1), ("b", "no_answer", 30)]) == "no_answer")
        #expect(try cause([("a", "no_answer", 30), ("b", "busy", 30.5)]) == "busy")
        #expect(try cause([("a", "rejected", 2), ("b", "failed", 1)]) == "busy")
        #expect(try cause([("a", "congestion", 2), ("b", "failed", 1)]) == "failed")
    }
}
