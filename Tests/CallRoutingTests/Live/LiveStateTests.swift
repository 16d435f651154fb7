import CallModel
import CallRouting
import Testing

@Suite("The state of the calls under way (directory.md §2, §3)")
struct LiveStateTests {
    private let start = Moment.wednesdayMorning

    private func question(
        _ id: String, _ rings: [RingQuestion], step: Int = 0, after seconds: Double = 0, ended: [EndedAttempt] = [], isTest: Bool = false
    ) -> LiveQuestion {
        LiveQuestion(
            account: "acme", callID: id, step: step, at: start.advanced(bySeconds: seconds), maxCallSeconds: 14_400, isTest: isTest, ended: ended,
            rings: rings)
    }

    private func event(_ id: String, _ kind: CallEvent.Kind, _ destination: String = "", after seconds: Double, result: String? = nil, by: String = "") -> CallEvent {
        CallEvent(
            callID: id, kind: kind, at: start.advanced(bySeconds: seconds), destinationID: destination,
            attempt: result.map { AttemptReport(destinationID: destination, result: $0, ringSeconds: 1) }, endedBy: by)
    }

    private func limited(_ id: String, _ limits: Limit...) -> Candidate { Candidate(id: id, limits: limits) }

    private func use(_ live: LiveState, _ limit: Limit, of id: String = "a", after seconds: Double = 0) -> Int {
        live.use(of: limit, account: "acme", destination: id, at: start.advanced(bySeconds: seconds))
    }

    @Test("with one slot left, one of many calls gets it, and the question repeated takes no other")
    func lastSlot() throws {
        var live = LiveState(key: LiveDisk.key)
        let limit = try Limit.times(1, per: .day)
        let ring = RingQuestion.entered(.sequential, [[limited("a", limit)], [.free("b")]])
        let answers = (0..<20).map { live.answer(question("c\($0)", [ring]), now: start).targets }
        #expect(answers == [["a"]] + Array(repeating: ["b"], count: 19))
        let again = live.answer(question("c0", [ring]), now: start)
        #expect(again.targets == ["a"] && use(live, limit) == 1)
        let other = live.answer(question("c1", [ring]), now: start)
        #expect(other.skipped == ["a": .capped])
    }

    @Test("a slot of connections is held while it rings, kept by an answer, and free again at once without one")
    func connections() throws {
        var live = LiveState(key: LiveDisk.key)
        let limit = try Limit.times(1, per: .day, count: .connections)
        let ring = RingQuestion.entered(.dial, [[limited("a", limit)]])
        #expect(live.answer(question("c1", [ring]), now: start).targets == ["a"])
        #expect(live.answer(question("c2", [ring]), now: start).skipped == ["a": .capped])
        live.hear(event("c1", .attempt, "a", after: 1, result: "no_answer"), now: start)
        #expect(live.answer(question("c3", [ring], after: 1), now: start).targets == ["a"])
        live.hear(event("c3", .answered, "a", after: 2), now: start)
        live.hear(event("c3", .ended, after: 9, by: "caller"), now: start)
        #expect(use(live, limit) == 1 && live.answer(question("c4", [ring], after: 10), now: start).skipped == ["a": .capped])
    }

    @Test("a slot belongs to the period of its offer, also when it is answered or given back in the next")
    func period() throws {
        var live = LiveState(key: LiveDisk.key)
        let limit = try Limit.times(1, per: .hour, count: .connections)
        let ring = RingQuestion.entered(.dial, [[limited("a", limit)]])
        let late = 55.0 * 60 - 10
        #expect(live.answer(question("c1", [ring], after: late), now: start).targets == ["a"])
        #expect(live.answer(question("c2", [ring], after: late + 20), now: start).targets == ["a"])
        live.hear(event("c1", .answered, "a", after: late + 25), now: start)
        #expect(use(live, limit, after: late) == 1 && use(live, limit, after: late + 20) == 1)
        live.hear(event("c2", .attempt, "a", after: late + 30, result: "busy"), now: start)
        #expect(use(live, limit, after: late) == 1 && use(live, limit, after: late + 20) == 0)
    }

    @Test("concurrency is free the moment the attempt, the race or the call ends; capped is named before busy_concurrent")
    func concurrency() throws {
        var live = LiveState(key: LiveDisk.key)
        let concurrent = try Limit.times(1, per: .concurrent)
        let day = try Limit.times(3, per: .day)
        let both = RingQuestion.entered(.simultaneous, [[limited("a", concurrent, day), limited("b", concurrent)]])
        #expect(live.answer(question("c1", [both]), now: start).targets == ["a", "b"])
        #expect(live.answer(question("c2", [both]), now: start).skipped == ["a": .busyConcurrent, "b": .busyConcurrent])
        live.hear(event("c1", .answered, "b", after: 3), now: start)
        #expect(live.answer(question("c3", [both], after: 3), now: start).targets == ["a"])
        live.hear(event("c3", .attempt, "a", after: 4, result: "busy"), now: start)
        #expect(live.answer(question("c4", [both], after: 4), now: start).targets == ["a"])
        let capped = live.answer(question("c5", [both], after: 5), now: start)
        #expect(capped.skipped == ["a": .capped, "b": .busyConcurrent])
        live.hear(event("c1", .ended, after: 6, by: "caller"), now: start)
        #expect(use(live, concurrent, of: "b") == 0)
    }

    @Test("a call without an end frees what it holds after max_call_seconds")
    func expires() throws {
        var live = LiveDisk()
        let limit = try Limit.times(1, per: .concurrent)
        let ring = RingQuestion.entered(.dial, [[limited("a", limit)]])
        #expect(live.state.answer(question("c1", [ring]), now: start).targets == ["a"])
        live.state.hear(event("c1", .answered, "a", after: 2), now: start)
        live.restart()
        let end = start.advanced(bySeconds: 14_400)
        live.state.expire(now: Timestamp(milliseconds: end.milliseconds - 1))
        #expect(use(live.state, limit) == 1)
        #expect(live.state.answer(question("c2", [ring], after: 14_400), now: end).targets == ["a"])
    }

    @Test("once a call is answered or its caller is gone nobody is dialled, whichever told of it and in whatever order")
    func over() throws {
        let ring = RingQuestion.entered(.sequential, [[limited("a", try .times(9, per: .day))], [.free("b")]])
        let next = [RingQuestion(flow: "main", place: "start", kind: .sequential, tiers: [[.free("b")]], isEntered: false)]
        let progress = question("c1", next, step: 1, after: 25, ended: [EndedAttempt(destinationID: "a", result: .noAnswer)])
        let ends: [(String, (inout LiveState) -> Void)] = [
            ("answered", { $0.hear(event("c1", .answered, "a", after: 24), now: start) }),
            ("attempt", { $0.hear(event("c1", .attempt, "a", after: 24, result: "answered"), now: start) }),
            ("hang-up", { $0.hear(event("c1", .attempt, "a", after: 24, result: "caller_hangup"), now: start) }),
            ("ended", { $0.hear(event("c1", .ended, after: 24, by: "caller"), now: start) }),
            ("progress", { _ = $0.answer(question("c1", [], step: 1, ended: [EndedAttempt(destinationID: "a", result: .answered)]), now: start) }),
            ("progress", { _ = $0.answer(question("c1", [], step: 1, ended: [EndedAttempt(destinationID: "a", result: .callerHangup)]), now: start) }),
        ]
        for (name, end) in ends {
            for isStateless in [false, true] {
                var live = LiveDisk()
                if !isStateless { #expect(live.state.answer(question("c1", [ring]), now: start).targets == ["a"]) }
                end(&live.state)
                live.restart()
                #expect(live.state.answer(progress, now: start) == .over, "\(name)")
                #expect(live.state.answer(progress, now: start.advanced(bySeconds: 659)) == .over, "\(name)")
            }
        }
    }

    @Test("a step that another has followed is over; the latest one repeated has the same answer")
    func steps() throws {
        var live = LiveState(key: LiveDisk.key)
        let limit = try Limit.times(5, per: .day)
        let first = question("c1", [.entered(.sequential, [[limited("a", limit)], [limited("b", limit)]])])
        let rest = RingQuestion(flow: "main", place: "start", kind: .sequential, tiers: [[limited("b", limit)]], isEntered: false)
        let second = question("c1", [rest], step: 1, after: 25, ended: [EndedAttempt(destinationID: "a", result: .noAnswer)])
        let offered = live.answer(first, now: start)
        #expect(offered.targets == ["a"] && live.answer(first, now: start) == offered)
        #expect(live.answer(second, now: start).targets == ["b"] && live.answer(second, now: start).targets == ["b"])
        #expect(live.answer(first, now: start) == .over)
        #expect(use(live, limit) == 1 && use(live, limit, of: "b") == 1)
    }

    @Test("the pointer moves to the one after who answered, once, and not where stickiness chose the first")
    func roundRobin() throws {
        var live = LiveDisk()
        let tiers: [[Candidate]] = [[.free("a")], [.free("b")], [.free("c")]]
        let ring = RingQuestion.entered(.roundRobin, tiers)
        #expect(live.state.answer(question("c1", [ring]), now: start).targets == ["a"])
        #expect(live.state.answer(question("c2", [ring]), now: start).targets == ["a"])
        live.state.hear(event("c1", .answered, "b", after: 30), now: start)
        live.state.hear(event("c1", .answered, "b", after: 30), now: start)
        live.restart()
        #expect(live.state.answer(question("c3", [ring]), now: start).targets == ["c"])
        let sticky = live.state.answer(question("c4", [.entered(.roundRobin, tiers, sticky: "b")]), now: start)
        #expect(sticky.targets == ["b"] && sticky.choice?.passes.last?.rest == [["c"], ["a"]])
        live.state.hear(event("c4", .answered, "b", after: 5), now: start)
        #expect(live.state.answer(question("c5", [ring]), now: start).targets == ["c"])
        let smaller = RingQuestion.entered(.roundRobin, [[.free("a")], [.free("b")]])
        #expect(live.state.answer(question("c6", [smaller]), now: start).targets == ["a"])
        let answered = question("c3", [], step: 1, ended: [EndedAttempt(destinationID: "c", result: .answered)])
        #expect(live.state.answer(answered, now: start) == .over)
        #expect(live.state.answer(question("c7", [ring]), now: start).targets == ["a"])
    }

    @Test("weights of 50, 25 and 25: a b c a, repeating; the others follow by counter, and who is ineligible keeps its own")
    func weights() throws {
        var live = LiveDisk()
        func ask(_ id: String, without: String? = nil, sticky: String? = nil) -> RingPass? {
            let tiers = ["a", "b", "c"].map { [Candidate(id: $0, ineligibility: $0 == without ? .disabled : nil)] }
            return live.state.answer(question(id, [.entered(.weighted, tiers, weights: [50, 25, 25], sticky: sticky)]), now: start).choice?.passes.last
        }
        var chosen: [String] = []
        for number in 0..<8 {
            chosen += ask("c\(number)")?.targets ?? []
            live.restart()
        }
        #expect(chosen == ["a", "b", "c", "a", "a", "b", "c", "a"])
        #expect(ask("x1")?.rest == [["b"], ["c"]])
        #expect(ask("x2", sticky: "c")?.targets == ["c"])
        let without = ask("x3", without: "a")
        #expect(without?.targets == ["b"] && without?.considered.first == Consideration(destinationID: "a", verdict: .skipped(.disabled)))
    }

    @Test("a reset sets the counters to nothing; a slot given back afterwards changes nothing, and who rings still counts as concurrent")
    func reset() throws {
        var live = LiveDisk()
        let day = try Limit.times(1, per: .day, count: .connections)
        let concurrent = try Limit.times(5, per: .concurrent)
        let ring = RingQuestion.entered(.dial, [[limited("a", day, concurrent)]])
        #expect(live.state.answer(question("c1", [ring]), now: start).targets == ["a"])
        live.state.resetLimits(account: "acme", destination: "a")
        live.restart()
        #expect(use(live.state, day) == 0 && use(live.state, concurrent) == 1)
        #expect(live.state.answer(question("c2", [ring]), now: start).targets == ["a"])
        live.state.hear(event("c1", .attempt, "a", after: 9, result: "no_answer"), now: start)
        #expect(use(live.state, day) == 1 && use(live.state, concurrent) == 1)
    }

    @Test("a test call sees the state and changes none of it")
    func testCalls() throws {
        var live = LiveState(key: LiveDisk.key)
        let limit = try Limit.times(1, per: .day)
        let ring = RingQuestion.entered(.weighted, [[limited("a", limit)], [.free("b")]], weights: [2, 1])
        for _ in 0..<3 { #expect(live.answer(question("t", [ring], isTest: true), now: start).targets == ["a"]) }
        live.hear(CallEvent(callID: "t", kind: .ended, at: start, isTest: true), now: start)
        #expect(live.takeChanges().isEmpty)
        #expect(live.answer(question("c1", [ring]), now: start).targets == ["a"])
        #expect(live.answer(question("t", [ring], isTest: true), now: start).targets == ["b"])
    }

    @Test("an attempt is counted once, by the question, by the progress and by its event; one that nobody asked for by either")
    func toldAttempts() throws {
        var live = LiveState(key: LiveDisk.key)
        let limit = try Limit.times(9, per: .day)
        let ring = RingQuestion.entered(.dial, [[limited("a", limit)]])
        let then = RingQuestion.entered(.dial, [[limited("b", limit)]], place: "start.then")
        #expect(live.answer(question("c1", [ring, then]), now: start).targets == ["a"])
        for _ in 0..<2 { live.hear(event("c1", .attempt, "a", after: 1, result: "busy"), now: start) }
        #expect(use(live, limit) == 1)
        // The front went on by the plan.
        for _ in 0..<2 { live.hear(event("c1", .attempt, "b", after: 3, result: "busy"), now: start) }
        #expect(use(live, limit, of: "b") == 1)
        live.hear(event("c1", .attempt, "b", after: 9, result: "busy"), now: start)
        #expect(use(live, limit, of: "b") == 2)
        // Routing could not ask for the first decision of another.
        let progress = question("c2", [then], step: 1, ended: [EndedAttempt(destinationID: "a", result: .busy)])
        for _ in 0..<2 { #expect(live.answer(progress, now: start).targets == ["b"]) }
        #expect(use(live, limit) == 2 && use(live, limit, of: "b") == 3)
        #expect(live.answer(question("c3", [ring]), now: start).targets == ["a"])
        // A front whose clock is behind.
        for _ in 0..<2 { live.hear(event("c3", .attempt, "a", after: -5, result: "busy"), now: start) }
        #expect(use(live, limit) == 3)
    }

    @Test("an answer that is heard after the end of its call still keeps its slot and moves the pointer")
    func lateAnswer() throws {
        var live = LiveDisk()
        let limit = try Limit.times(9, per: .day, count: .connections)
        let ring = RingQuestion.entered(.roundRobin, [[limited("a", limit)], [.free("b")]])
        #expect(live.state.answer(question("c1", [ring]), now: start).targets == ["a"])
        live.state.hear(event("c1", .ended, after: 40, by: "caller"), now: start)
        #expect(use(live.state, limit) == 0)
        live.restart()
        live.state.hear(event("c1", .answered, "a", after: 4), now: start.advanced(bySeconds: 59))
        let concurrent = try Limit.times(1, per: .concurrent)
        #expect(use(live.state, limit) == 1 && use(live.state, concurrent) == 0)
        #expect(live.state.answer(question("c2", [ring]), now: start).targets == ["b"])
    }

    @Test("a step that is asked anew for other nodes gives back what its first answer took")
    func askedAnew() throws {
        var live = LiveState(key: LiveDisk.key)
        let limits = [try Limit.times(9, per: .day), try .times(9, per: .day, count: .connections), try .times(9, per: .concurrent)]
        func ring(_ id: String) -> RingQuestion { .entered(.dial, [[Candidate(id: id, limits: limits)]]) }
        #expect(live.answer(question("c1", [ring("a")]), now: start).targets == ["a"])
        #expect(live.answer(question("c1", [ring("b")]), now: start).targets == ["b"])
        #expect(limits.map { use(live, $0) } == [0, 0, 0] && limits.map { use(live, $0, of: "b") } == [1, 1, 1])
    }

    @Test("calls that ended long before they would expire leave the deadlines of the others in order")
    func deadlines() throws {
        var live = LiveState(key: LiveDisk.key)
        let limit = try Limit.times(9_999, per: .concurrent)
        let ring = RingQuestion.entered(.dial, [[limited("a", limit)]])
        for number in 0..<3_000 {
            let now = start.advanced(bySeconds: Double(number))
            _ = live.answer(question("c\(number)", [ring], after: Double(number)), now: now)
            if number % 100 != 0 { live.hear(event("c\(number)", .ended, after: Double(number), by: "platform"), now: now) }
        }
        #expect(use(live, limit) == 30)
        live.expire(now: start.advanced(bySeconds: 14_400 + 999))
        #expect(use(live, limit) == 20)
        live.expire(now: start.advanced(bySeconds: 14_400 + 2_900))
        #expect(use(live, limit) == 0)
    }

    @Test("the same id in another account's question frees what the first one held")
    func foreignCall() throws {
        var live = LiveState(key: LiveDisk.key)
        let limit = try Limit.times(1, per: .concurrent)
        let ring = RingQuestion.entered(.dial, [[limited("a", limit)]])
        #expect(live.answer(question("c1", [ring]), now: start).targets == ["a"])
        var other = question("c1", [ring])
        other.account = "beta"
        #expect(live.answer(other, now: start).targets == ["a"])
        #expect(use(live, limit) == 0 && live.use(of: limit, account: "beta", destination: "a", at: start) == 1)
    }
}
