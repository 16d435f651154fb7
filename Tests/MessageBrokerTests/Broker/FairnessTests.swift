import MessageBroker
import MessageWire
import Testing

/// wire.md §3, "Order": tenants share a service fairly.
@Suite struct FairnessTests {
    /// Bytes that count as one (`TenantRing`): the dearest request below costs three.
    private static func cost(_ task: Arrived) -> Int { 1 + task.bytes.count / 16_384 }

    @Test(arguments: 0..<20 as Range<UInt64>) func `while tenants wait none is ahead of another by more than two of the dearest requests`(_ run: UInt64) throws {
        let seed = InterleavingTests.seed &+ run
        var random = SplitMix64(seed: seed)
        let pool = TestPool(seed: seed)
        let producer = pool.peer("p", .front)
        let worker = try pool.worker("w", .jobs)
        var waiting: [String: Int] = [:]
        for id in 1...90 as ClosedRange<UInt64> {
            // One of them floods.
            let tenant = ["a", "a", "a", "b", "c"][Int.random(in: 0..<5, using: &random)]
            let size = [10, 10, 100, 40_000][Int.random(in: 0..<4, using: &random)]
            producer.request(id, .run, String(repeating: "x", count: size), entries: [("tenant", tenant)])
            waiting[tenant, default: 0] += 1
        }
        var served: [String: Int] = [:]
        for credit in 1...90 as ClosedRange<UInt32> {
            try worker.credit(.jobs, credit)
            let task = try worker.only(.task)
            let tenant = try #require(task["tenant"])
            served[tenant, default: 0] += Self.cost(task)
            waiting[tenant, default: 0] -= 1
            let counts = waiting.filter { $0.value > 0 }.keys.map { served[$0, default: 0] }
            let ahead = (counts.max() ?? 0) - (counts.min() ?? 0)
            try #require(ahead <= 6, "seed \(seed): \(served) after \(credit), waiting \(waiting)")
        }
        #expect(waiting.values.allSatisfy { $0 == 0 })
    }
}
