import CallModel
import CallRouting
import Testing

@Suite("Decisions and continuations (directory.md §4)")
struct DecisionTests {
    @Test("a decision to connect carries all that a front needs")
    func connect() throws {
        let directory = try Acme.directory(main: "{dial: a, screening: true}", flow: "greeting: Hello, whisper: \"Call from {source}.\", record: true", version: 7)
        let decision = Acme.router(directory).decide(Acme.call(from: "3125550142"), at: Moment.wednesdayMorning)
        #expect(
            decision.dial
                == Dial(
                    targets: [Dial.Target(destinationID: "a", number: "+12125550111", kind: "landline")], ringSeconds: 30, screening: true,
                    callerID: "+13125550142"))
        #expect(decision.greeting == "Hello" && decision.whisper == "Call from Billboard." && decision.record)
        #expect(decision.account == "acme" && decision.trackingNumber == Acme.number && decision.flow == "main")
        #expect(decision.directoryVersion == 7 && decision.routedBy == "flow" && !decision.continuation.isEmpty)
        #expect(decision.trace == [TraceStep(node: "start.dial", destinationID: "a", verdict: "chosen", reason: "order")])
    }

    @Test("mask_caller_id shows the destination the tracking number, also in the plan")
    func mask() throws {
        let directory = try Acme.directory(main: "{sequential: [a, b]}", flow: "mask_caller_id: true")
        let decision = Acme.router(directory).decide(Acme.call(), at: Moment.wednesdayMorning)
        #expect(decision.dial?.callerID == Acme.number && decision.plan.map(\.callerID) == [Acme.number])
    }

    @Test("a withheld caller shows nothing, one that is no number shows as received")
    func unreadableCaller() throws {
        let router = try Acme.router(main: "{dial: a}")
        #expect(router.decide(Acme.call(from: "Anonymous"), at: Moment.wednesdayMorning).dial?.callerID == "")
        #expect(router.decide(Acme.call(from: "client:joe"), at: Moment.wednesdayMorning).dial?.callerID == "client:joe")
    }

    @Test("once an attempt has answered or the caller has hung up, nobody is dialled again", arguments: ["answered", "caller_hangup", "completed", "487"])
    func callOver(result: String) throws {
        let router = try Acme.router(main: "{sequential: [a, b]}")
        let ringing = router.decide(Acme.call(), at: Moment.wednesdayMorning)
        let decision = try router.decide(ringing.progress(result, after: 5), at: Moment.wednesdayMorning)
        #expect(decision.cause == "call_over" && decision.continuation.isEmpty && decision.account == "acme")
    }

    @Test("an attempt that answered beside others that did not ends the call")
    func oneAnswered() throws {
        let router = try Acme.router(main: "{simultaneous: [a, b], then: {dial: c}}")
        let ringing = router.decide(Acme.call(), at: Moment.wednesdayMorning)
        let attempts = [AttemptReport(destinationID: "a", result: "lost_race"), AttemptReport(destinationID: "b", result: "answered")]
        let decision = try router.decide(CallProgress(callID: "c1", continuation: ringing.continuation, attempts: attempts), at: Moment.wednesdayMorning)
        #expect(decision.cause == "call_over")
    }

    @Test("a word that is no result is refused with its place")
    func unknownResult() throws {
        let router = try Acme.router(main: "{sequential: [a, b]}")
        let ringing = router.decide(Acme.call(), at: Moment.wednesdayMorning)
        let error = #expect(throws: RoutingError.self) { try router.decide(ringing.progress("perhaps", after: 5), at: Moment.wednesdayMorning) }
        #expect(error?.code == .unknownResult && error?.message.contains("attempts[0].result \"perhaps\"") == true)
    }

    @Test("the same question has the same answer on a worker that knows nothing of the call")
    func stateless() throws {
        let directory = try Acme.directory(main: "{sequential: [a, b, c]}")
        let ringing = Acme.router(directory).decide(Acme.call(), at: Moment.wednesdayMorning)
        let progress = ringing.progress("busy", after: 1)
        let answers = try (0..<2).map { _ in try Acme.router(directory).decide(progress, at: Moment.wednesdayMorning) }
        #expect(answers[0] == answers[1] && answers[0].dialled == ["b"])
    }

    @Test("a continuation that was altered, cut short or belongs to another call is refused")
    func damaged() throws {
        let router = try Acme.router(main: "{sequential: [a, b]}")
        let ringing = router.decide(Acme.call(), at: Moment.wednesdayMorning)
        let text = ringing.continuation
        var bad: [(String, String)] = [("c1", ""), ("c1", "x"), ("c1", "1|acme"), ("c2", text), ("c1", text + "0"), ("c1", "|" + text)]
        for place in text.indices {
            bad.append(("c1", String(text[..<place])))
            bad.append(("c1", text.replacingCharacter(at: place)))
        }
        for (id, continuation) in bad {
            let error = #expect(throws: RoutingError.self, "\(continuation)") {
                try router.decide(CallProgress(callID: id, continuation: continuation), at: Moment.wednesdayMorning)
            }
            #expect(error?.code == .malformedContinuation)
        }
        #expect(try router.decide(CallProgress(callID: "c1", continuation: text), at: Moment.wednesdayMorning).dialled == ["b"])
    }

    @Test("a continuation cannot be made without the secret")
    func forged() throws {
        let directory = try Acme.directory(main: "{sequential: [a, b]}")
        var table = RoutingTable()
        table.install(directory, at: Moment.wednesdayMorning)
        let foreign = Router(table, secret: SecretKey(first: 1, second: 3)).decide(Acme.call(), at: Moment.wednesdayMorning)
        let error = #expect(throws: RoutingError.self) {
            try Acme.router(directory).decide(foreign.progress("busy", after: 1), at: Moment.wednesdayMorning)
        }
        #expect(error?.code == .malformedContinuation)
    }

    @Test("a continuation is good for ten minutes of the worker's clock, whatever time the call carries")
    func expired() throws {
        let router = try Acme.router(main: "{sequential: [a, b]}")
        var call = Acme.call()
        call.at = Moment.wednesdayMorning.advanced(bySeconds: -86_400)
        let ringing = router.decide(call, at: Moment.wednesdayMorning)
        let progress = ringing.progress("no_answer", after: 25, at: Moment.wednesdayMorning)
        #expect(try router.decide(progress, at: Moment.wednesdayMorning.advanced(bySeconds: 600)).dialled == ["b"])
        #expect(try router.decide(progress, at: Moment.wednesdayMorning.advanced(bySeconds: 600.001)).cause == "call_over")
    }

    @Test("ids and callers with any characters survive the continuation")
    func strangeTexts() throws {
        let router = try Acme.router(main: "{dial: a, then: {prefix: {\"+1\": {dial: b}}, otherwise: {dial: c}}}")
        for caller in ["a|b,c%7C%", "%", "|,|", "név ☎︎", "client:joe|bob"] {
            let ringing = router.decide(Acme.call("call|1,%", from: caller), at: Moment.wednesdayMorning)
            let next = try router.decide(ringing.progress("busy", after: 1), at: Moment.wednesdayMorning)
            #expect(next.dialled == ["c"] && next.dial?.callerID == caller)
        }
    }
}

extension String {
    fileprivate func replacingCharacter(at place: Index) -> String {
        let other: Character = self[place] == "7" ? "8" : "7"
        return self[..<place] + String(other) + self[index(after: place)...]
    }
}
