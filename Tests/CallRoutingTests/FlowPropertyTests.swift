import CallModel
import CallRouting
import Testing

extension Dice {
    /// A node and what hangs below it.
    fileprivate mutating func node(depth: Int) -> String {
        let ids = ["a", "b", "c", "d", "e"]
        guard depth > 0 else { return ["{voicemail: {}}", "{reject: busy}", "{dial: a}"][roll(3)] }
        let then = roll(4) == 0 ? "" : ", then: \(node(depth: depth - 1))"
        switch roll(8) {
        case 0: return "{dial: \(ids[roll(5)])\(then)}"
        case 1: return "{sequential: [\(some(2 + roll(4), of: ids).joined(separator: ", "))]\(then)}"
        case 2: return "{simultaneous: [\(some(2 + roll(4), of: ids).joined(separator: ", "))]\(then)}"
        case 3:
            let members = some(4, of: ids)
            return "{priority: [[\(members[0]), \(members[1])], [\(members[2]), \(members[3])]]\(then)}"
        case 4: return "{schedule: office, open: \(node(depth: depth - 1)), closed: \(node(depth: depth - 1))}"
        case 5: return "{round_robin: [\(some(2 + roll(4), of: ids).joined(separator: ", "))], sticky_days: 9\(then)}"
        case 6:
            let members = some(2 + roll(4), of: ids).map { "\($0): \(roll(4))" }
            return "{weighted: {\(members.joined(separator: ", "))}\(then)}"
        default: return "{prefix: {\"+1312\": \(node(depth: depth - 1))}, otherwise: \(node(depth: depth - 1))}"
        }
    }
}

@Suite("What holds for every flow")
struct FlowPropertyTests {
    private func router(_ dice: inout Dice, limits: [String] = []) throws -> Router {
        var options: [String: String] = [:]
        for id in ["a", "b", "c", "d", "e"] {
            options[id] = dice.pick(["enabled: true", "enabled: true", "enabled: false", "hours: office"] + limits)
        }
        return try Acme.router(main: dice.node(depth: 4), destinations: options)
    }

    /// Of a caller whom `b` has answered.
    private func board(_ dice: inout Dice) throws -> Switchboard {
        var board = Switchboard(
            try router(&dice, limits: ["limits: [{max: 3, per: day}]", "limits: [{max: 1, per: day, count: connections}, {max: 1, per: concurrent}]"]))
        board.past["+13125550142"] = CallerPast(
            isFirstTime: false, answered: [CallerPast.Answer(destinationID: "b", at: Moment.wednesdayMorning.advanced(bySeconds: -86_400))])
        return board
    }

    @Test("the plan is what follows when nobody answers and nobody else calls", arguments: 0..<200)
    func planHolds(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var board = try board(&dice)
        for (number, moment) in [Moment.wednesdayMorning, Moment.wednesdayEvening, Moment.wednesdayEvening].enumerated() {
            let decisions = try board.decisions(Acme.call("c\(number)"), at: moment)
            let dials = decisions.compactMap(\.dial)
            for (place, decision) in decisions.enumerated() { #expect(decision.plan == Array(dials.dropFirst(place + 1))) }
            board.hear("c\(number)", .ended, at: moment)
        }
    }

    @Test("many calls at once, with what is known of them restored at any point: nobody is dialled for a call that is over, and a repeated question has one answer", arguments: 0..<100)
    func winners(seed: UInt64) throws {
        var dice = Dice(seed: seed &+ 3_000_000)
        var board = try board(&dice)
        var decisions: [[(asked: CallProgress?, decision: RouteDecision)]] = []
        var over: Set<Int> = []
        for _ in 0..<120 {
            if dice.roll(15) == 0 { board.live.restart() }
            if decisions.isEmpty || dice.roll(4) == 0 {
                decisions.append([(nil, board.route(Acme.call("c\(decisions.count)")))])
                continue
            }
            let call = dice.roll(decisions.count)
            guard let last = decisions[call].last?.decision, !last.continuation.isEmpty else { continue }
            switch dice.roll(5) {
            case 0:
                board.hear("c\(call)", dice.pick([.answered, .ended]), last.dialled.first ?? "")
                over.insert(call)
            case 1:
                #expect(try board.proceed(last.progress("answered", after: 3)).cause == "call_over")
                over.insert(call)
            case 2:
                guard let asked = decisions[call].last?.asked else { continue }
                let again = try board.proceed(asked)
                #expect(over.contains(call) ? again.cause == "call_over" : again == last)
            default:
                let progress = last.progress(dice.pick(["busy", "no_answer"]), after: 2)
                let next = try board.proceed(progress)
                if over.contains(call) {
                    #expect(next.cause == "call_over" && next.plan.isEmpty)
                } else {
                    decisions[call].append((progress, next))
                }
            }
        }
    }

    @Test("nobody is dialled twice in one node, and the call ends", arguments: 0..<200)
    func onceEach(seed: UInt64) throws {
        var dice = Dice(seed: seed &+ 1_000_000)
        let decisions = try router(&dice).decisions(Acme.call())
        let dialled = decisions.flatMap { decision in
            decision.trace.filter { $0.verdict == "chosen" }.map { "\($0.node) \($0.destinationID)" }
        }
        #expect(Set(dialled).count == dialled.count)
        #expect(dialled.count == decisions.flatMap(\.dialled).count)
        #expect(decisions.last?.continuation.isEmpty == true)
    }

    @Test("whatever is dialled may be dialled: the trace names every choice and every skipped destination with its reason", arguments: 0..<200)
    func eligibleOnly(seed: UInt64) throws {
        var dice = Dice(seed: seed &+ 2_000_000)
        let router = try router(&dice)
        for moment in [Moment.wednesdayMorning, Moment.wednesdayEvening] {
            for decision in try router.decisions(Acme.call(), at: moment) {
                let chosen = decision.trace.filter { $0.verdict == "chosen" }.map(\.destinationID)
                let skipped = decision.trace.filter { $0.verdict == "skipped" }
                #expect(chosen == decision.dialled)
                #expect(skipped.allSatisfy { $0.reason == "disabled" || $0.reason == "closed" && moment == Moment.wednesdayEvening })
                #expect(!decision.trace.isEmpty)
            }
        }
    }
}
