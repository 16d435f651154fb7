import CallAttribution
import CallModel
import Testing

@Suite("A call that was routed here")
struct RoutedCallTests {
    @Test("exchange and end: the caller hung up while it rang")
    func callerHungUp() {
        let early = record([.exchange(route(connect("a"))), .event(ended(by: "caller", at: 14.999))])
        #expect(early.outcome == .abandoned)
        #expect(early.endReason == "caller_hangup")
        #expect(early.callerName == "A. Caller")
        #expect(early.provider == "kamailio")
        #expect(early.providerCallID == "K1")
        #expect(early.callerNumber == "+13125550142")
        #expect(early.trackingNumber == "+12125550100")
        #expect(early.directoryVersion == 3)
        #expect(early.routedBy == "flow")
        #expect(early.routingType == "regular")
        #expect(early.trace.count == 1)
        #expect(record([.exchange(route(connect("a"))), .event(ended(by: "caller", at: 15))]).outcome == .missed)
    }

    @Test("an answer told by its event alone is an attempt that rang since the decision")
    func answerAlone() {
        let record = record([.exchange(route(connect("a"))), .event(answered("E1", "a", at: 6.25)), .event(ended(by: "caller", at: 16.75))])
        #expect(record.outcome == .answered)
        #expect(record.attempts.map(\.result) == [.answered])
        #expect(record.attempts.map(\.number) == ["+12125550111"])
        #expect(record.ringSeconds == 6.25)
        #expect(record.talkSeconds == 10.5)
        #expect(record.durationSeconds == 16.75)
        #expect(record.destinationNumber == "+12125550111")
    }

    @Test("an attempt told by ContinueCall and by an event is one")
    func toldTwice() {
        let told = AttemptReport(destinationID: "a", result: "no_answer", ringSeconds: 25)
        let inputs: [Input] = [
            .exchange(route(connect("a", continuation: "k1"))),
            .exchange(proceed("x1", at: 25, continuation: "k1", attempts: [told], connect("b"))),
            .event(attempt("E1", "a", "no_answer", at: 25.2, ring: 24.9)),
            .event(attempt("E2", "b", "answered", at: 30, ring: 5)),
            .event(ended(by: "caller", at: 40)),
        ]
        let record = record(inputs)
        #expect(record.attempts.map(\.destinationID) == ["a", "b"])
        #expect(record.attempts.map(\.result) == [.noAnswer, .answered])
        #expect(record.trace.map(\.destinationID) == ["a", "b"])
        #expect(record.answeredAt == after(30))
    }

    @Test("a front that comes back after the end tells of what rang until then", arguments: [false, true])
    func backAfterTheEnd(isReversed: Bool) {
        let inputs: [Input] = [
            .exchange(route(connect("a", continuation: "k1"))),
            .exchange(proceed("x1", at: 10, continuation: "k1", attempts: [AttemptReport(destinationID: "a", result: "no_answer", ringSeconds: 10)], connect("b", continuation: "k2"))),
            .event(ended(by: "caller", at: 12)),
            .exchange(proceed(
                "x2", at: 20, continuation: "k2", attempts: [AttemptReport(destinationID: "b", result: "no_answer", ringSeconds: 10)],
                decision(.reject(cause: "call_over", sipStatus: "480")))),
        ]
        let record = record(isReversed ? inputs.reversed() : inputs)
        #expect(record.attempts.map(\.destinationID) == ["a", "b"])
        #expect(record.attempts.map(\.ringSeconds) == [10, 2])
        #expect(record.ringSeconds == 12 && record.durationSeconds == 12)
        #expect(record.outcome == .abandoned && record.endReason == "caller_hangup")
    }

    @Test("the same destination dialled twice in a row is two attempts")
    func twiceInARow() {
        let record = record([
            .exchange(route(connect("a"))), .event(attempt("E1", "a", "no_answer", at: 25, ring: 25)), .event(attempt("E2", "a", "no_answer", at: 50, ring: 25)),
            .event(ended(by: "platform", at: 50)),
        ])
        #expect(record.attempts.count == 2)
        #expect(record.ringSeconds == 50)
    }

    @Test("several ring together: they start together, in the decision's order, and ring once")
    func simultaneous() {
        let reports = [
            AttemptReport(destinationID: "b", result: "busy", ringSeconds: 3), AttemptReport(destinationID: "a", result: "caller_hangup", ringSeconds: 17),
            AttemptReport(destinationID: "c", result: "caller_hangup", ringSeconds: 17),
        ]
        let record = record([
            .exchange(route(connect("a", "b", "c", continuation: "k1", type: "multi"))),
            .exchange(proceed("x1", at: 17, continuation: "k1", attempts: reports, decision(.reject(cause: "call_over", sipStatus: "")))),
            .event(ended(by: "caller", at: 17)),
        ])
        #expect(record.attempts.map(\.destinationID) == ["a", "b", "c"])
        #expect(record.attempts.map(\.result) == [.callerHangup, .busy, .callerHangup])
        #expect(record.attempts.allSatisfy { $0.startedAt == fiveToTwo })
        #expect(record.ringSeconds == 17)
        #expect(record.outcome == .missed)
        #expect(record.endReason == "caller_hangup")
        #expect(record.routingType == "multi")
    }

    @Test("of several exchanges for one step status 0 wins, then the earliest end")
    func severalExchanges() {
        let inputs: [Input] = [
            .exchange(route(nil, id: "x2", status: 14, took: 0)), .exchange(route(connect("b"), id: "x1", took: 0.5)), .exchange(route(connect("a"), took: 0.2)),
            .event(ended(by: "caller", at: 20)),
        ]
        #expect(record(inputs).trace.map(\.destinationID) == ["a"])
        #expect(record(inputs.reversed()).trace.map(\.destinationID) == ["a"])
    }

    @Test("a front that did not wait beats the exchange")
    func fallback() {
        let record = record([
            .exchange(route(connect("a"))), .event(arrived("E0", at: 0.1, routedBy: "fallback", destination: "c")),
            .event(answered("E1", "", at: 5)), .event(ended(by: "caller", at: 10)),
        ])
        #expect(record.routedBy == "fallback")
        #expect(record.destinationID == "c")
        #expect(record.trace == [])
        #expect(record.routingType == nil)
        #expect(record.outcome == .answered)
    }

    @Test("an ordinary arrived event does not beat the exchange")
    func arrivedBesideExchange() {
        let record = record([.exchange(route(connect("a"))), .event(arrived("E0", at: 3, routedBy: "flow", destination: "c")), .event(ended(by: "caller", at: 10))])
        #expect(record.startedAt == fiveToTwo)
        #expect(record.trace.count == 1)
    }

    @Test("a REJECT ends the call by itself", arguments: [("blocked", CallOutcome.blocked), ("number_stopped", .notRouted), ("closed", .notRouted)])
    func rejected(cause: String, outcome: CallOutcome) {
        let record = record([.exchange(route(decision(.reject(cause: cause, sipStatus: "603"))))])
        #expect(record.outcome == outcome)
        #expect(record.endReason == cause)
        #expect(record.endedAt == fiveToTwo)
        #expect(record.endedBy == "platform")
        #expect(record.attempts.isEmpty)
    }

    @Test("a REJECT after attempts gives its cause, and the call is missed")
    func rejectedAfterAttempts() {
        let told = AttemptReport(destinationID: "a", result: "no_answer", ringSeconds: 25)
        let record = record([
            .exchange(route(connect("a", continuation: "k1"))),
            .exchange(proceed("x1", at: 25, continuation: "k1", attempts: [told], decision(.reject(cause: "busy", sipStatus: "486")))),
            .event(ended(by: "platform", at: 26)),
        ])
        #expect(record.outcome == .missed)
        #expect(record.endReason == "busy")
        #expect(record.durationSeconds == 26)
    }

    @Test("a caller who was gone before the REJECT hung up")
    func goneBefore() {
        let record = record([
            .exchange(route(decision(.gather(Gather(prompt: "", maxDigits: 1, timeoutSeconds: 5)), continuation: "k1"))),
            .exchange(proceed("x1", at: 5, continuation: "k1", decision(.reject(cause: "invalid_key_entry", sipStatus: "")))),
            .event(ended(by: "caller", at: 4)),
        ])
        #expect(record.outcome == .abandoned)
        #expect(record.endReason == "caller_hangup")
    }

    @Test("an unknown number is not routed and has no account")
    func unknownNumber() {
        var unknown = decision(.reject(cause: "unknown_number", sipStatus: "404"))
        unknown.account = ""
        unknown.trackingNumber = ""
        unknown.flow = ""
        let history = history([.exchange(route(unknown))])
        #expect(history.isUnknownNumber)
        let record = history.record(facts: nil)
        #expect(record.outcome == CallOutcome.notRouted)
        #expect(record.endReason == "unknown_number")
        #expect(record.account == nil)
        #expect(record.trackingNumber == nil)
    }

    @Test("steps of one instant follow their continuations: digits are joined in that order")
    func sameInstant() {
        let gather = RouteDecision.Action.gather(Gather(prompt: "", maxDigits: 1, timeoutSeconds: 5))
        let inputs: [Input] = [
            .exchange(route(decision(gather, continuation: "k1"), id: "z", took: 0)),
            .exchange(proceed("y", at: 0, continuation: "k1", digits: "7", decision(gather, continuation: "k2"))),
            .exchange(proceed("x", at: 0, continuation: "k2", digits: "1", connect("a"))),
            .event(answered("E", "a", at: 6)), .event(ended(by: "caller", at: 60)),
        ]
        #expect(record(inputs).digits == "71")
        #expect(record(inputs.reversed()).digits == "71")
    }

    @Test("voicemail: a message makes it one, reaching it does not")
    func voicemail() {
        let told = AttemptReport(destinationID: "a", result: "no_answer", ringSeconds: 10)
        let base: [Input] = [
            .exchange(route(connect("a", continuation: "k1"))),
            .exchange(proceed("x1", at: 10, continuation: "k1", attempts: [told], decision(.voicemail(Voicemail(greeting: "", maxSeconds: 30))))),
        ]
        let message = CallEvent(callID: "c1", kind: .voicemail, at: after(40), eventID: "V", durationSeconds: 30, url: "https://rec.example/v")
        let left = record(base + [.event(message), .event(ended(by: "caller", at: 40))])
        #expect(left.outcome == .voicemail)
        #expect(left.endReason == "normal")
        #expect(left.voicemailSeconds == 30)
        #expect(left.talkSeconds == 0)
        #expect(left.routingType == "regular")
        #expect(left.recordingURL == "https://rec.example/v")
        let empty = record(base + [.event(ended(by: "caller", at: 10))])
        #expect(empty.outcome == .abandoned)
        #expect(empty.voicemailSeconds == 0)
    }

    @Test("the destination hangs up within 9 s: short_answer; a millisecond more: not")
    func shortAnswer() {
        func flags(talk: Double, by: String) -> RecordFlags {
            record([.exchange(route(connect("a"))), .event(answered("E", "a", at: 3)), .event(ended(by: by, at: 3 + talk))]).flags
        }
        #expect(flags(talk: 9, by: "destination") == [.shortAnswer])
        #expect(flags(talk: 9.001, by: "destination") == [])
        #expect(flags(talk: 5, by: "caller") == [])
    }

    @Test("every attempt failed: failed; a permanently bad number is flagged")
    func failed() {
        let record = record([
            arrived(), attempt("E1", "a", "failed", at: 1, ring: 1, cause: "1"), attempt("E2", "b", "congestion", at: 2, ring: 1), ended(by: "platform", at: 2),
        ])
        #expect(record.outcome == .failed)
        #expect(record.endReason == "failed")
        #expect(record.flags == [.configError])
    }

    @Test("routing_type is that of the decision that was answered, else of the last that dialled")
    func routingType() {
        func inputs(_ last: [Input]) -> [Input] {
            [
                .exchange(route(connect("a", "b", continuation: "k1", type: "multi"))),
                .exchange(proceed("x1", at: 30, continuation: "k1", connect("c", continuation: "k2", type: "weighted"))),
            ] + last
        }
        #expect(record(inputs([.event(answered("E", "c", at: 36))])).routingType == "weighted")
        #expect(record(inputs([.event(answered("E", "b", at: 31))])).routingType == "multi")
        #expect(record(inputs([])).routingType == "weighted")
    }
}
