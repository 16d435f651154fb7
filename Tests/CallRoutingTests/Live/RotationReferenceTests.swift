import CallModel
import CallRouting
import Testing

@Suite("Rotation can be predicted (directory.md §2)")
struct RotationReferenceTests {
    private let start = Moment.wednesdayMorning
    private let ids = ["a", "b", "c", "d", "e", "f"]

    private func ask(_ live: inout LiveDisk, _ number: Int, _ ring: RingQuestion) -> RingPass? {
        let question = LiveQuestion(
            account: "acme", callID: "c\(number)", step: 0, at: start, maxCallSeconds: 14_400, isTest: false, ended: [], rings: [ring])
        return live.state.answer(question, now: start).choice?.passes.last
    }

    @Test("weights: as the algorithm is written down, whoever is ineligible or has left, over restarts", arguments: 0..<100)
    func weights(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var live = LiveDisk()
        var counters: [String: Int] = [:]
        var members = dice.some(2 + dice.roll(5), of: ids)
        var weights = members.map { _ in dice.roll(5) }
        for number in 0..<200 {
            if dice.roll(20) == 0 {
                members = dice.some(2 + dice.roll(5), of: ids)
                weights = members.map { _ in dice.roll(5) }
            }
            if dice.roll(10) == 0 { live.restart() }
            let disabled = Set(members.filter { _ in dice.roll(5) == 0 })
            let tiers = members.map { [Candidate(id: $0, ineligibility: disabled.contains($0) ? .disabled : nil)] }
            let pass = try #require(ask(&live, number, .entered(.weighted, tiers, weights: weights)))

            let eligible = zip(members, weights).filter { $1 > 0 && !disabled.contains($0) }
            if eligible.isEmpty {
                #expect(pass.targets.isEmpty)
                continue
            }
            counters = counters.filter { id, _ in zip(members, weights).contains { $0 == id && $1 > 0 } }
            for (id, weight) in eligible { counters[id, default: 0] += weight }
            let most = eligible.map { counters[$0.0] ?? 0 }.max()
            let chosen = try #require(eligible.first { counters[$0.0] == most }?.0)
            counters[chosen, default: 0] -= eligible.reduce(0) { $0 + $1.1 }
            #expect(pass.targets == [chosen])
            let others = zip(members, weights).filter { $0 != chosen && $1 > 0 }.map(\.0)
            #expect(pass.rest.count == others.count && Set(pass.rest.joined()) == Set(others))
            #expect(pass.rest.map { counters[$0[0]] ?? 0 } == others.map { counters[$0] ?? 0 }.sorted(by: >))
        }
    }

    @Test("shares come out as the weights say, to the call")
    func shares() throws {
        var live = LiveDisk()
        let weights = [5, 1, 3, 2]
        var shares: [String: Int] = [:]
        for number in 0..<110 {
            let pass = ask(&live, number, .entered(.weighted, ids.prefix(4).map { [.free($0)] }, weights: weights))
            shares[pass?.targets.first ?? "", default: 0] += 1
        }
        #expect(shares == ["a": 50, "b": 10, "c": 30, "d": 20])
    }

    @Test("round robin: after whoever answered, in the node's order; unanswered calls and departed members change nothing else", arguments: 0..<100)
    func roundRobin(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var live = LiveDisk()
        var members = dice.some(3, of: ids)
        var pointer: String?
        for number in 0..<200 {
            if dice.roll(20) == 0 { members = dice.some(2 + dice.roll(5), of: ids) }
            if dice.roll(10) == 0 { live.restart() }
            let pass = try #require(ask(&live, number, .entered(.roundRobin, members.map { [.free($0)] })))
            let first = pointer.flatMap(members.firstIndex) ?? 0
            #expect(pass.targets + pass.rest.joined() == Array(members[first...] + members[..<first]))
            if dice.roll(3) == 0 { continue }
            let winner = dice.pick(members)
            live.state.hear(CallEvent(callID: "c\(number)", kind: .answered, at: start, destinationID: winner), now: start)
            pointer = members[((members.firstIndex(of: winner) ?? 0) + 1) % members.count]
        }
    }
}
