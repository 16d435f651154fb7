import CallModel
import CallRouting
import Testing

@Suite("Nodes that other calls decide in: rotation, limits (directory.md §2, §3)")
struct SharedNodesTests {
    private let start = Moment.wednesdayMorning

    @Test("a flow that shares nothing asks nobody at first, and only whether the call is over later")
    func asksNobody() throws {
        var board = try Switchboard(main: "{schedule: office, open: {sequential: [a, b]}, closed: {voicemail: {}}}")
        let first = board.route(Acme.call())
        #expect(board.asked.isEmpty && first.dialled == ["a"])
        #expect(try board.proceed(first.progress("busy", after: 1)).dialled == ["b"])
        guard case .live(let question) = board.asked.first else { return #expect(Bool(false), "nothing was asked") }
        #expect(board.asked.count == 1 && question.step == 1 && question.ended == [EndedAttempt(destinationID: "a", result: .busy)])
        #expect(question.rings.map { $0.tiers.map { $0.map(\.id) } } == [[["b"]]])
    }

    @Test("weighted 50/25/25: a b c a; when one does not answer the others follow by counter")
    func weighted() throws {
        var board = try Switchboard(main: "{weighted: {a: 50, b: 25, c: 25}, then: {voicemail: {}}}")
        let firsts = (1...4).map { board.route(Acme.call("c\($0)")) }
        #expect(firsts.map(\.dialled) == [["a"], ["b"], ["c"], ["a"]])
        #expect(firsts.allSatisfy { $0.routingType == "weighted" && $0.trace.last?.reason == "weight" })
        let all = try board.decisions(Acme.call("c5"))
        #expect(all.map(\.dialled) == [["a"], ["b"], ["c"], []] && all.last?.action == .voicemail(Voicemail(greeting: "", maxSeconds: 180)))
        #expect(board.route(Acme.call("c6")).dialled == ["b"])
    }

    @Test("round robin goes on after whoever answered, also over a new version of the directory and a restart")
    func roundRobin() throws {
        var board = try Switchboard(main: "{round_robin: [a, b, c], ring_seconds: 20}")
        let first = board.route(Acme.call("c1"))
        #expect(first.dialled == ["a"] && first.plan.map { $0.targets.map(\.destinationID) } == [["b"], ["c"]])
        #expect(try board.proceed(first.progress("no_answer", after: 20)).dialled == ["b"])
        board.hear("c1", .answered, "b")
        board.live.restart()
        board.router = Acme.router(try Acme.directory(main: "{round_robin: [a, b, c]}", version: 2))
        #expect(board.route(Acme.call("c2")).dialled == ["c"])
        board.router = Acme.router(try Acme.directory(main: "{round_robin: [a, b]}", version: 3))
        #expect(board.route(Acme.call("c3")).dialled == ["a"])
    }

    @Test("one slot: one call gets it, the next is passed on with the reason, the last is refused with it")
    func lastSlot() throws {
        var board = try Switchboard(main: "{sequential: [a, b]}", destinations: ["a": "limits: [{max: 1, per: day}]", "b": "limits: [{max: 1, per: concurrent}]"])
        #expect(board.route(Acme.call("c1")).dialled == ["a"])
        let second = board.route(Acme.call("c2"))
        #expect(second.reasons == ["start.sequential a skipped: capped", "start.sequential b chosen: order"])
        let third = board.route(Acme.call("c3"))
        #expect(third.cause == "capped")
        #expect(third.reasons == ["start.sequential a skipped: capped", "start.sequential b skipped: busy_concurrent", "start.sequential branch: capped"])
        #expect(board.route(Acme.call("c2")) == second && board.route(Acme.call("c3")) == third)
    }

    @Test("a call may ring one destination in two nodes while slots last, and the plan knows how many")
    func twice() throws {
        var board = try Switchboard(
            main: "{dial: a, ring_seconds: 10, then: {dial: a, ring_seconds: 10, then: {dial: a}}}", destinations: ["a": "limits: [{max: 2, per: day}]"])
        let decisions = try board.decisions(Acme.call())
        #expect(decisions.map(\.dialled) == [["a"], ["a"], []] && decisions.last?.cause == "capped")
        #expect(decisions.map(\.plan.count) == [1, 0, 0])
    }

    @Test("a limit counts by its zone and from its day", arguments: [("2026-06-10T03:59:59Z", "2026-06-10T04:00:00Z"), ("2026-11-01T03:59:59Z", "2026-11-02T04:59:59Z")])
    func periods(first: String, second: String) throws {
        let moments = [try #require(Timestamp(rfc3339: first)), try #require(Timestamp(rfc3339: second))]
        var board = try Switchboard(main: "{dial: a}", destinations: ["a": "limits: [{max: 1, per: day, from: 2026-06-10}]"])
        #expect(board.route(Acme.call("c1"), at: moments[0]).dialled == ["a"])
        #expect(board.route(Acme.call("c2"), at: moments[1]).dialled == ["a"])
        #expect(board.route(Acme.call("c3"), at: moments[1].advanced(bySeconds: -0.001)).cause == (first == "2026-06-10T03:59:59Z" ? nil : "capped"))
        #expect(board.route(Acme.call("c4"), at: moments[1]).cause == "capped")
    }

    @Test("while nobody can be asked: limits are free or skipped as the account says, and the trace says so", arguments: ["connect", "skip"])
    func cutOff(policy: String) throws {
        var board = try Switchboard(
            main: "{weighted: {a: 10, b: 30, c: 20}, then: {round_robin: [e, d]}}", destinations: ["b": "limits: [{max: 0, per: day}]"],
            more: "live_state_unknown: \(policy)")
        board.isCutOff = true
        let decisions = try board.decisions(Acme.call())
        #expect(decisions.flatMap(\.dialled) == (policy == "connect" ? ["b", "c", "a", "e", "d"] : ["c", "a", "e", "d"]))
        #expect(decisions.allSatisfy { $0.reasons.first?.hasSuffix("branch: live_state_unknown: \(policy)") == true })
        #expect(decisions[0].reasons.contains("start.weighted b skipped: live_state_unknown") == (policy == "skip"))
    }

    @Test("a call that could not be asked about goes on when it can, and what it dialled meanwhile counts")
    func backAgain() throws {
        var board = try Switchboard(main: "{sequential: [a, b]}", destinations: ["a": "limits: [{max: 1, per: day}]"])
        #expect(board.route(Acme.call("c0")).dialled == ["a"])
        board.live.state.resetLimits(account: "acme", destination: "a")
        board.isCutOff = true
        let first = board.route(Acme.call("c1"))
        board.isCutOff = false
        #expect(try first.dialled == ["a"] && board.proceed(first.progress("busy", after: 1)).dialled == ["b"])
        #expect(board.route(Acme.call("c2")).dialled == ["b"])
    }

    @Test("a test call takes no slot and no turn, in any of its decisions")
    func testCall() throws {
        var board = try Switchboard(main: "{weighted: {a: 1, b: 1}, then: {dial: c}}", destinations: ["c": "limits: [{max: 1, per: day}]"])
        var call = Acme.call("t")
        call.isTest = true
        for _ in 0..<2 { #expect(try board.decisions(call).map(\.dialled) == [["a"], ["b"], ["c"], []]) }
        #expect(try board.decisions(Acme.call("c1")).map(\.dialled) == [["a"], ["b"], ["c"], []])
        #expect(try board.decisions(call).last?.cause == "capped")
    }

    @Test("late, repeated and contradictory progress never dials again", arguments: ["answered", "ended"])
    func late(kind: String) throws {
        var board = try Switchboard(main: "{sequential: [a, b, c]}", destinations: ["a": "limits: [{max: 9, per: day}]"])
        let first = board.route(Acme.call())
        let second = try board.proceed(first.progress("no_answer", after: 25))
        #expect(try board.proceed(first.progress("busy", after: 3)) == second && second.dialled == ["b"])
        let third = try board.proceed(second.progress("busy", after: 1))
        #expect(try third.dialled == ["c"] && board.proceed(first.progress("no_answer", after: 25)).cause == "call_over")
        board.hear("c1", kind == "answered" ? .answered : .ended, "c")
        #expect(try board.proceed(third.progress("no_answer", after: 25)).cause == "call_over")
        #expect(try board.proceed(second.progress("busy", after: 1)).cause == "call_over")
        #expect(board.route(Acme.call()).cause == "call_over")
    }

    @Test("an answer told by the progress is the winner, whatever another worker says later")
    func winner() throws {
        var board = try Switchboard(main: "{sequential: [a, b]}")
        let first = board.route(Acme.call())
        #expect(try board.proceed(first.progress("answered", after: 5)).cause == "call_over")
        #expect(try board.proceed(first.progress("no_answer", after: 25)).cause == "call_over")
    }
}
