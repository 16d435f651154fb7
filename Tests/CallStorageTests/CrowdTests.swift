import CallAttribution
import CallModel
import CallStorage
import Testing

@Suite("A caller with very many calls in one instant")
struct CrowdTests {
    private static let size = 125

    /// Calls of one instant to three numbers, one of which counts its own calls only, some of them tests; a few before and after.
    private static func crowd(_ random: inout SeededGenerator) -> [CallInput] {
        var inputs = (0..<size).map { place in
            routed("c\(place)", number: [1, 0, 1, 2, 1][place % 5], at: 5000, isTest: place % 11 == 0)
        }
        for place in 0..<4 { inputs.append(routed("early\(place)", number: place % 2, at: Int64(place) * 1000)) }
        for place in 0..<4 { inputs.append(routed("late\(place)", number: place % 2, at: 6000 + Int64(place))) }
        return inputs.shuffled(using: &random)
    }

    private static func everything(_ store: any RecordStore) throws -> [[StoredCall]] {
        func all(_ conditions: [RecordCondition]) throws -> [StoredCall] {
            var query = CallQuery(.account("acme"))
            query.showsHidden = true
            query.conditions = conditions
            var calls: [StoredCall] = []
            repeat {
                let page = try store.list(query)
                calls += page.calls
                query.cursor = page.next
            } while query.cursor != nil
            return calls
        }
        let bounds: [RecordCondition.Test] = [
            .flag(true), .number(.atMost, 10), .number(.more, 20), .number(.atLeast, 60), .number(.equal, 33), .number(.unequal, 33), .number(.less, 40),
        ]
        return try [all([])] + bounds.enumerated().map { try all([RecordCondition(field: $0 == 0 ? .firstTime : .priorCalls, test: $1)]) }
    }

    @Test("each of them has the earlier calls that it has, in lists and in the call itself, whatever the order they came in", arguments: 0..<2)
    func exact(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let (folder, facts) = (TestFolder(), TestFacts())
        // Smaller blocks would be written again and again.
        var sizes = ColumnTests.tiny
        sizes.block = 30
        let (memory, disk) = (MemoryRecordStore(), try SQLiteRecordStore(folder: folder.path, sizes: sizes, indexes: ColumnTests.tinyIndexes))
        func check(_ when: String) throws {
            for (calls, expected) in zip(try Self.everything(disk), try Self.everything(memory)) {
                #expect(calls.map(\.record.callID) == expected.map(\.record.callID), "\(when)")
                let priors = Dictionary(uniqueKeysWithValues: expected.map { ($0.record.callID, $0.record.priorCalls) })
                for call in calls { #expect(priors[call.record.callID] == call.record.priorCalls, "\(when) \(call.record.callID)") }
            }
        }
        var inputs = Self.crowd(&random)
        while !inputs.isEmpty {
            let batch = inputs.suffix(Int.random(in: 1...60, using: &random))
            inputs.removeLast(batch.count)
            _ = try disk.apply(Array(batch), facts: facts, now: noon)
            _ = try memory.apply(Array(batch), facts: facts, now: noon)
        }
        try check("told")
        for place in stride(from: 0, to: Self.size, by: 13) { #expect(try disk.call("c\(place)")?.record.priorCalls == memory.call("c\(place)")?.record.priorCalls) }
        // Some turn out to be another caller's, or to have begun at another time.
        let moves = (0..<20).map { place in
            told("c\(place)", .arrived, at: place % 2 == 0 ? 5000 : 4000) { event in
                event.routedBy = "fallback"
                event.to = "+1212555010\([1, 0, 1, 2, 1][place % 5])"
                event.from = place % 2 == 0 ? "+13125550177" : "+13125550142"
            }
        }
        for move in stride(from: 0, to: moves.count, by: 3).map({ Array(moves[$0..<min($0 + 3, moves.count)]) }) {
            _ = try disk.apply(move, facts: facts, now: noon)
            _ = try memory.apply(move, facts: facts, now: noon)
        }
        try check("moved")
        // What began before the instant is deleted, one after the other.
        for count in [2, 3, 100] {
            _ = try disk.deleteCalls(account: "acme", before: noon.advanced(bySeconds: 5), limit: count)
            _ = try memory.deleteCalls(account: "acme", before: noon.advanced(bySeconds: 5), limit: count)
        }
        try check("deleted")
    }
}
