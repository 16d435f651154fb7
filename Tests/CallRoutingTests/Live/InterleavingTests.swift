import CallModel
import CallRouting
import Testing

/// Many calls at once, each with a front, some router and events of its own, which come late, twice and in any order; the live state is killed
/// and restored between any two messages. The `OfferModel` says what must come of it.
private struct Interleaving {
    private var dice: Dice
    private var live = LiveDisk()
    private var model: OfferModel
    private var calls: [Call] = []
    private var mail: [Message] = []
    private var now: Timestamp
    private let ids = ["a", "b", "c", "d"]

    private struct Call {
        let id: String
        let rings: [RingQuestion]
        let began: Timestamp
        var questions: [(question: LiveQuestion, answer: LiveAnswer, at: Timestamp)] = []
        /// Who rings by the latest answer.
        var targets: [String] = []
        /// The place of the ring in `rings`, and what is left of its order.
        var ring = 0
        var rest: [[String]] = []
        /// By what the live state has heard.
        var isOver = false
        /// When the end was heard before any answer.
        var waitsForAnswer: (heard: Timestamp, ended: Timestamp)?
        /// The front is done with it.
        var isGone = false
    }

    private enum Message {
        case event(CallEvent, call: Int, step: Int)
        case progress(LiveQuestion, call: Int)
    }

    private static let starts: [String] = [
        // Ordinary; the 23- and 25-hour days of New York; a half-hour change at Lord Howe; midnight left out in Cairo; the end of a year.
        "2026-06-03T14:05:00Z", "2026-03-08T04:30:00Z", "2026-11-01T03:30:00Z", "2026-04-04T13:20:00Z", "2026-04-23T21:10:00Z", "2026-12-31T22:00:00Z",
    ]
    private static let zones = [
        "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Chatham", "Europe/London", "Etc/UTC",
    ]

    init(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        now = try #require(Timestamp(rfc3339: dice.pick(Self.starts)))
        var limits: [String: [Limit]] = [:]
        for id in ids.dropLast() {
            limits[id] = try (0...dice.roll(3)).map { _ in
                try .times(
                    1 + dice.roll(4), per: dice.pick(Limit.Period.allCases), count: dice.pick(Limit.Count.allCases), zone: dice.pick(Self.zones),
                    from: dice.roll(4) == 0 ? dice.pick(["2026-06-03", "2026-03-08", "2026-04-05", "2026-04-24", "2027-01-01"]) : nil)
            }
        }
        model = OfferModel(limits)
        self.dice = dice
    }

    mutating func run(steps: Int) {
        for _ in 0..<steps {
            switch dice.roll(12) {
            case 0, 1: begin()
            case 2, 3, 4: goOn()
            case 5, 6, 7: deliver()
            case 8: repeatQuestion()
            case 9: live.restart()
            case 10: live.keep()
            default: now = now.advanced(bySeconds: dice.pick([0.2, 3, 20, 20, 300, 900, 3600]))
            }
            if mail.count > 40 { deliver() }
        }
        finish()
    }

    /// Everything is delivered and every call ends: nothing is held any more.
    private mutating func finish() {
        for call in calls.indices where !calls[call].isGone { hangUp(call) }
        while !mail.isEmpty { deliver() }
        now = now.advanced(bySeconds: 61)
        live.state.expire(now: now)
        live.restart()
        #expect(live.state.callsUnderWay == 0 && live.callRows.isEmpty)
        for (id, limits) in model.limits {
            for limit in limits {
                let use = live.state.use(of: limit, account: "acme", destination: id, at: now)
                #expect(use == (limit.per == .concurrent ? 0 : model.used(id, of: limit, at: now) ?? 0), "\(id) \(limit.per) \(limit.count)")
            }
        }
    }

    // MARK: - What fronts and routers do

    private mutating func begin() {
        let rings = (0...dice.roll(2)).map { ring($0) }
        let call = Call(id: "call-\(calls.count)", rings: rings, began: now)
        calls.append(call)
        ask(question(calls.count - 1, step: 0, rings, ended: []), call: calls.count - 1)
    }

    private mutating func ring(_ place: Int) -> RingQuestion {
        let candidates = dice.some(2 + dice.roll(3), of: ids).map { Candidate(id: $0, limits: model.limits[$0] ?? []) }
        let place = "start\(String(repeating: ".then", count: place))"
        switch dice.roll(5) {
        case 0: return .entered(.simultaneous, [candidates], place: place)
        case 1: return .entered(.priority, [[candidates[0]], Array(candidates.dropFirst())], place: place)
        case 2: return .entered(.roundRobin, candidates.map { [$0] }, place: place, sticky: dice.roll(4) == 0 ? candidates[1].id : nil)
        case 3: return .entered(.weighted, candidates.map { [$0] }, place: place, weights: candidates.map { _ in dice.roll(4) })
        default: return .entered(.sequential, candidates.map { [$0] }, place: place, sticky: dice.roll(4) == 0 ? candidates[1].id : nil)
        }
    }

    private func question(_ call: Int, step: Int, _ rings: [RingQuestion], ended: [EndedAttempt]) -> LiveQuestion {
        LiveQuestion(
            account: "acme", callID: calls[call].id, step: step, at: now, maxCallSeconds: 1_000_000, isTest: false, ended: ended, rings: rings)
    }

    /// Somebody answers, nobody does, or the caller has enough.
    private mutating func goOn() {
        guard let call = calls.indices.filter({ !calls[$0].isGone }).randomElement(by: &dice) else { return }
        // Its progress is on the way.
        if calls[call].targets.isEmpty, dice.roll(3) != 0 { return }
        now = now.advanced(bySeconds: 0.001)
        if calls[call].targets.isEmpty || dice.roll(6) == 0 { return hangUp(call) }
        let step = calls[call].questions.count - 1
        let asked = calls[call].questions[step].question.at
        let seconds = now.seconds(since: asked)
        if dice.roll(3) == 0 {
            let winner = dice.pick(calls[call].targets)
            if dice.roll(3) > 0 {
                post(.event(CallEvent(callID: calls[call].id, kind: .answered, at: now, destinationID: winner), call: call, step: step))
            } else {
                let ended = [EndedAttempt(destinationID: winner, result: .answered)]
                post(.progress(question(call, step: step + 1, [], ended: ended), call: call))
            }
            for loser in calls[call].targets where loser != winner { tellAttempt(call, step, loser, "lost_race", seconds) }
            calls[call].isGone = true
            post(end(call, by: "destination"))
            return
        }
        let results = calls[call].targets.map { ($0, dice.pick([AttemptResult.noAnswer, .busy, .failed])) }
        for (id, result) in results where dice.roll(2) == 0 { tellAttempt(call, step, id, result.rawValue, seconds) }
        let rest = calls[call].rings[calls[call].ring].left(calls[call].rest)
        let question = question(
            call, step: step + 1, [rest] + calls[call].rings[(calls[call].ring + 1)...], ended: results.map { EndedAttempt(destinationID: $0, result: $1) })
        calls[call].targets = []
        post(.progress(question, call: call))
    }

    private mutating func hangUp(_ call: Int) {
        calls[call].isGone = true
        post(end(call, by: dice.pick(["caller", "caller", "platform"])))
    }

    private func end(_ call: Int, by: String) -> Message {
        .event(CallEvent(callID: calls[call].id, kind: .ended, at: now, endedBy: by), call: call, step: 0)
    }

    private mutating func tellAttempt(_ call: Int, _ step: Int, _ id: String, _ result: String, _ seconds: Double) {
        post(
            .event(
                CallEvent(
                    callID: calls[call].id, kind: .attempt, at: now, destinationID: id, attempt: AttemptReport(destinationID: id, result: result, ringSeconds: seconds)),
                call: call, step: step))
    }

    private mutating func post(_ message: Message) {
        mail.append(message)
        if dice.roll(5) == 0 { mail.append(message) }
    }

    // MARK: - What the live state hears

    private mutating func deliver() {
        guard !mail.isEmpty else { return }
        switch mail.remove(at: dice.roll(min(mail.count, 12))) {
        case .progress(let question, let call):
            // Later its continuation is too old, and routing does not ask.
            if now.seconds(since: question.at) < 600 { ask(question, call: call) }
        case .event(let event, let call, let step):
            live.state.hear(event, now: now)
            hear(event, call, step)
        }
    }

    private mutating func hear(_ event: CallEvent, _ call: Int, _ step: Int) {
        let id = calls[call].id
        switch event.kind {
        case .answered: hearAnswer(event.destinationID, call, step, at: event.at)
        case .ended:
            guard calls[call].waitsForAnswer == nil else { return }
            if !calls[call].isOver { calls[call].waitsForAnswer = (now, event.at) }
            model.end(id)
            calls[call].isOver = true
        default: model.lapse(id) { $0.id == event.destinationID && $0.step == step }
        }
    }

    private mutating func hearAnswer(_ winner: String, _ call: Int, _ step: Int, at time: Timestamp) {
        if let wait = calls[call].waitsForAnswer {
            // Heard after the end: the slot stays taken, and nobody is talking.
            if now.seconds(since: wait.heard) < 60, time <= wait.ended { model.answer(calls[call].id, step: step, winner, isUnderWay: false) }
        } else if !calls[call].isOver {
            model.answer(calls[call].id, step: step, winner, isUnderWay: true)
        }
        calls[call].isOver = true
    }

    private mutating func ask(_ question: LiveQuestion, call: Int) {
        let answer = live.state.answer(question, now: now)
        if let winner = question.ended.first(where: { $0.result == .answered })?.destinationID {
            #expect(answer == .over)
            return hearAnswer(winner, call, question.step - 1, at: question.at)
        }
        if let known = calls[call].questions.last, known.question.step >= question.step {
            let isLatest = known.question.step == question.step && !calls[call].isOver
            #expect(answer == (isLatest ? known.answer : .over), "\(question.callID) step \(question.step)")
            return
        }
        if calls[call].isOver {
            #expect(answer == .over, "\(question.callID) is over and was answered \(answer)")
            return
        }
        model.lapse(question.callID)
        expectReasons(answer, question)
        calls[call].questions.append((question, answer, now))
        guard let choice = answer.choice, let pass = choice.passes.last, !pass.targets.isEmpty else {
            calls[call].targets = []
            return
        }
        for id in pass.targets { model.offer(id, question.callID, step: question.step, at: question.at) }
        calls[call].targets = pass.targets
        calls[call].rest = pass.rest
        let offset = calls[call].rings.count - question.rings.count
        calls[call].ring = offset + choice.passes.count - 1
    }

    /// Each destination that was looked at: refused exactly when one of its limits is reached.
    private func expectReasons(_ answer: LiveAnswer, _ question: LiveQuestion) {
        guard let choice = answer.choice else {
            Issue.record("\(question.callID) is not over")
            return
        }
        for consideration in choice.passes.flatMap(\.considered) {
            let reason = model.reason(against: consideration.destinationID, at: question.at)
            switch consideration.verdict {
            case .chosen: #expect(reason == nil, "\(consideration.destinationID) is chosen")
            case .skipped(let told): #expect(reason == told, "\(consideration.destinationID) is skipped")
            }
        }
    }

    /// The same words from another router, minutes later.
    private mutating func repeatQuestion() {
        guard let call = calls.indices.filter({ !calls[$0].questions.isEmpty }).randomElement(by: &dice) else { return }
        let known = dice.pick(calls[call].questions)
        // The mark of a call that is over is kept for eleven minutes, as long as anybody may ask.
        if now.seconds(since: calls[call].began) < 600 { ask(known.question, call: call) }
    }
}

extension RingQuestion {
    /// What a continuation leaves of the node.
    fileprivate func left(_ rest: [[String]]) -> RingQuestion {
        let candidates = Dictionary(tiers.joined().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        return RingQuestion(
            flow: flow, place: place, kind: kind, tiers: rest.map { $0.compactMap { candidates[$0] } }, isEntered: false)
    }
}

extension Array {
    fileprivate func randomElement(by dice: inout Dice) -> Element? { isEmpty ? nil : dice.pick(self) }
}

@Suite("Limits and winners under any interleaving (directory.md §3, §4)")
struct InterleavingTests {
    @Test("never more than a limit allows, never fewer; one winner; the same question, the same answer; nothing is held in the end", arguments: 0..<300)
    func holds(seed: UInt64) throws {
        var interleaving = try Interleaving(seed: seed)
        interleaving.run(steps: 400)
    }
}
