import CallModel
import CallRouting
import Testing

extension Dice {
    /// A node and what hangs below it.
    fileprivate mutating func node(depth: Int) -> String {
        let ids = ["a", "b", "c", "d", "e"]
        guard depth > 0 else { return ["{voicemail: {}}", "{reject: busy}", "{dial: a}"][roll(3)] }
        let then = roll(4) == 0 ? "" : ", then: \(node(depth: depth - 1))"
        switch roll(6) {
        case 0: return "{dial: \(ids[roll(5)])\(then)}"
        case 1: return "{sequential: [\(some(2 + roll(4), of: ids).joined(separator: ", "))]\(then)}"
        case 2: return "{simultaneous: [\(some(2 + roll(4), of: ids).joined(separator: ", "))]\(then)}"
        case 3:
            let members = some(4, of: ids)
            return "{priority: [[\(members[0]), \(members[1])], [\(members[2]), \(members[3])]]\(then)}"
        case 4: return "{schedule: office, open: \(node(depth: depth - 1)), closed: \(node(depth: depth - 1))}"
        default: return "{prefix: {\"+1312\": \(node(depth: depth - 1))}, otherwise: \(node(depth: depth - 1))}"
        }
    }
}

@Suite("What holds for every flow")
struct FlowPropertyTests {
    private func router(_ dice: inout Dice) throws -> Router {
        var options: [String: String] = [:]
        for id in ["a", "b", "c", "d", "e"] {
            options[id] = ["enabled: true", "enabled: true", "enabled: false", "hours: office"][dice.roll(4)]
        }
        return try Acme.router(main: dice.node(depth: 4), destinations: options)
    }

    @Test("the plan is what follows when nobody answers", arguments: 0..<200)
    func planHolds(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let router = try router(&dice)
        for moment in [Moment.wednesdayMorning, Moment.wednesdayEvening] {
            let decisions = try router.decisions(Acme.call(), at: moment)
            let dials = decisions.compactMap(\.dial)
            for (place, decision) in decisions.enumerated() { #expect(decision.plan == Array(dials.dropFirst(place + 1))) }
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
