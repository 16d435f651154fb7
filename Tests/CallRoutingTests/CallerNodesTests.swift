import CallModel
import CallRouting
import Testing

@Suite("Nodes that the caller decides in: stickiness, history, keys (directory.md §2)")
struct CallerNodesTests {
    private let start = Moment.wednesdayMorning
    private let caller = "+13125550142"

    private func past(_ answers: (String, Double)..., converted: [(String, Double)] = []) -> CallerPast {
        func answer(_ id: String, _ days: Double) -> CallerPast.Answer {
            CallerPast.Answer(destinationID: id, at: start.advanced(bySeconds: -days * 86_400))
        }
        return CallerPast(isFirstTime: false, answered: answers.map(answer), converted: converted.map(answer))
    }

    @Test("who answered the caller last goes first and alone, to the edge of its days")
    func sticky() throws {
        var board = try Switchboard(main: "{simultaneous: [a, b, c], sticky_days: 30}")
        board.past[caller] = past(("b", 30), ("a", 31))
        let decisions = try board.decisions(Acme.call())
        #expect(decisions.map(\.dialled) == [["b"], ["a", "c"], []])
        #expect(decisions[0].reasons == ["start.simultaneous b chosen: sticky"] && decisions[0].plan.map(\.targets.count) == [2])
        board.past[caller] = past(("b", 30.00001))
        #expect(board.route(Acme.call("c2")).dialled == ["a", "b", "c"])
        board.past[caller] = past(("e", 1), ("b", 2))
        #expect(board.route(Acme.call("c3")).dialled == ["a", "b", "c"])
        #expect(board.route(Acme.call("c4", from: "anonymous")).dialled == ["a", "b", "c"] && board.asked.count == 5)
    }

    @Test("a sticky destination that cannot be dialled is named, and the node's own order holds")
    func stickySkipped() throws {
        var board = try Switchboard(main: "{sequential: [a, b, c], sticky_days: forever}", destinations: ["b": "hours: office"])
        board.past[caller] = past(("b", 3000))
        let evening = try board.decisions(Acme.call(), at: Moment.wednesdayEvening)
        #expect(evening.map(\.dialled) == [["a"], ["c"], []])
        #expect(evening[0].reasons == ["start.sequential b skipped: closed", "start.sequential a chosen: order"])
        #expect(board.route(Acme.call("c2")).dialled == ["b"])
    }

    @Test("a call placed by stickiness takes no turn of a rotation; the others follow in the rotation's order")
    func stickyRotation() throws {
        var board = try Switchboard(main: "{weighted: {a: 3, b: 2, c: 1}, sticky_days: 1}")
        board.past[caller] = past(("c", 0.5))
        #expect(try board.decisions(Acme.call()).map(\.dialled) == [["c"], ["a"], ["b"], []])
        #expect(board.route(Acme.call("c2", from: "+14155550143")).dialled == ["a"])
    }

    @Test("who has answered or converted this caller is avoided for so long")
    func avoided() throws {
        for (occasion, expected) in [("connected", [["b"], []]), ("converted", [["a"], []])] {
            var board = try Switchboard(main: "{sequential: [a, b], sticky_days: 9, avoid_days: {after: \(occasion), days: 30}}")
            board.past[caller] = past(("a", 3), converted: [("b", 20)])
            #expect(try board.decisions(Acme.call()).map(\.dialled) == expected)
            board.past[caller] = past(("c", 31), converted: [("a", 31)])
            #expect(board.route(Acme.call("c2")).dialled == ["a"])
        }
    }

    @Test("a capped destination is named so also where it is avoided")
    func reasonsInOrder() throws {
        var board = try Switchboard(
            main: "{dial: a, avoid_days: {after: connected, days: 30}}", destinations: ["a": "limits: [{max: 1, per: day}]"])
        board.past[caller] = past(("a", 3))
        #expect(board.route(Acme.call("c1")).reasons.first == "start.dial a skipped: avoided")
        #expect(board.route(Acme.call("c2", from: "anonymous")).dialled == ["a"])
        #expect(board.route(Acme.call("c3")).reasons.first == "start.dial a skipped: capped")
    }

    @Test("first-time and repeat callers; a withheld one is neither; without an answer otherwise, and the trace says so")
    func callerNode() throws {
        var board = try Switchboard(main: "{caller: {first_time: {dial: a}, repeat: {dial: b}}, otherwise: {dial: c}}")
        #expect(board.route(Acme.call("c1")).dialled == ["a"])
        board.past[caller] = past()
        let known = board.route(Acme.call("c2", from: "(312) 555-0142"))
        #expect(known.dialled == ["b"] && known.reasons.first == "start.caller branch: repeat")
        #expect(board.route(Acme.call("c3", from: "private")).dialled == ["c"] && board.asked.count == 2)
        guard case .history(let question) = board.asked.first else { return #expect(Bool(false), "no history was asked for") }
        #expect(question.callID == "c1" && question.startedAt == start && question.scope == .account && question.windowDays == 365)
        board.isCutOff = true
        let unknown = board.route(Acme.call("c4"))
        #expect(unknown.dialled == ["c"] && unknown.reasons.first == "start.caller branch: otherwise: caller_history_unknown")
    }

    @Test("the number's own source decides in a source node; what only a visit would tell is unknown")
    func source() throws {
        let main = "{source: [{medium: cpc, to: {dial: a}}, {source: Billboard, to: {dial: b}}], otherwise: {dial: c}}"
        var board = try Switchboard(main: main)
        let decision = board.route(Acme.call())
        #expect(decision.dialled == ["b"] && decision.reasons.first == "start.source branch: branch 2")
        board.router = Acme.router(try Acme.directory(main: main, numbers: "  - {number: \"\(Acme.number)\", flow: main}"))
        #expect(board.route(Acme.call("c2")).dialled == ["c"])
    }

    @Test("a menu asks, asks again, and then takes the way of the last entry")
    func keypad() throws {
        var board = try Switchboard(main: "{keypad: {\"1\": {dial: a}, \"12\": {dial: b}, \"#\": {dial: c}}, prompt: Press one, timeout_seconds: 7, invalid: {dial: d}, no_input: {dial: e}}")
        let asked = board.route(Acme.call())
        #expect(asked.gather == Gather(prompt: "Press one", maxDigits: 2, timeoutSeconds: 7) && asked.routingType.isEmpty)
        for (keys, destination) in [("1", "a"), ("12", "b"), ("#", "c")] {
            #expect(try board.proceed(board.route(Acme.call("k\(keys)")).pressed(keys)).dialled == [destination])
        }
        let again = try board.proceed(asked.pressed("7"))
        #expect(again.gather == asked.gather && again.reasons == ["start.keypad branch: unknown key, asks again"])
        #expect(try board.proceed(again.pressed("8")).reasons == ["start.keypad branch: unknown key: invalid", "start.invalid.dial d chosen: order"])
        let silent = board.route(Acme.call("s"))
        let still = try board.proceed(silent.silence())
        #expect(try still.gather != nil && board.proceed(still.silence()).dialled == ["e"])
    }

    @Test("a menu without the ways for it ends as invalid_key_entry", arguments: ["7", ""])
    func keypadEnds(keys: String) throws {
        var board = try Switchboard(main: "{keypad: {\"1\": {dial: a}}, retries: 0}")
        let end = try board.proceed(board.route(Acme.call()).pressed(keys))
        #expect(end.cause == "invalid_key_entry" && end.continuation.isEmpty)
        var silent = try Switchboard(main: "{keypad: {\"1\": {dial: a}}, retries: 0, invalid: {dial: b}}")
        #expect(try silent.proceed(silent.route(Acme.call()).silence()).dialled == ["b"])
    }

    @Test("a ZIP code is asked where it stands; any other entry, and silence, is otherwise")
    func zip() throws {
        var board = try Switchboard(main: "{zip: {\"60601\": {dial: a}}, otherwise: {prefix: {\"+1312\": {dial: b}}}}")
        let asked = board.route(Acme.call())
        #expect(asked.gather?.maxDigits == 5)
        #expect(try board.proceed(asked.pressed("60601")).dialled == ["a"])
        for progress in [board.route(Acme.call("c2")).pressed("10001"), board.route(Acme.call("c3")).silence()] {
            #expect(try board.proceed(progress).dialled == ["b"])
        }
        var without = try Switchboard(main: "{zip: {\"60601\": {dial: a}}}")
        #expect(try without.proceed(without.route(Acme.call()).silence()).cause == "no_destination")
    }

    @Test("a menu below a dialling node asks when nobody answered, and silence while it rang is no entry")
    func menuAfterRing() throws {
        var board = try Switchboard(main: "{dial: a, then: {keypad: {\"1\": {dial: b}}, retries: 0}}")
        let ringing = board.route(Acme.call())
        let asked = try board.proceed(ringing.progress("no_answer", after: 30))
        #expect(asked.gather != nil)
        let second = try board.proceed(asked.pressed("1"))
        #expect(try second.dialled == ["b"] && board.proceed(second.progress("busy", after: 1)).cause == "busy")
    }
}
