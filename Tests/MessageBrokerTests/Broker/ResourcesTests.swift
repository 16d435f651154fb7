import MessageBroker
import MessageWire
import Testing

/// The last fence behind all limits (reliability.md, `memory_limit`).
@Suite struct ResourcesTests {
    private let megabyte = 1 << 20

    private func resources(memory: Int = 0, descriptors: Int = 10) -> Resources {
        Resources(memory: memory * megabyte, descriptors: descriptors, descriptorLimit: 100)
    }

    @Test func `over memory_limit new sessions and durable requests are refused, until there is room`() throws {
        let pool = TestPool(.test { $0.memoryLimit = 100 << 20 })
        let producer = pool.peer("p", .front)
        pool.measured(resources(memory: 101))
        let late = pool.peer("late")
        try late.hello(.worker, services: [String.echo])
        let refused = try late.only(.error)
        #expect(refused.status == 8)
        producer.request(1, .run, "", .durable)
        let refusal = try producer.only(.response)
        #expect(refusal.status == 8 && refusal.header.timeout >= 1)
        // Nothing is drained for it, and unary work goes on.
        producer.request(2, .say)
        #expect(try producer.only(.response).status == 14)
        pool.measured(resources(memory: 99))
        try late.hello(.worker, services: [String.echo])
        _ = try late.only(.welcome)
        producer.request(3, .run, "", .durable)
        _ = try producer.only(.accepted)
    }

    @Test func `memory that nothing here accounts for makes the broker drain`() throws {
        let pool = TestPool(.test {
            $0.memoryLimit = 100 << 20
            $0.dedupeReplies = 1 << 20
        })
        let worker = try pool.worker("w", .echo, credit: 1)
        pool.measured(resources(memory: 101))
        #expect(worker.take(.goAway).isEmpty && pool.outgrown == nil)
        pool.measured(resources(memory: 200))
        _ = try worker.only(.goAway)
        #expect(pool.outgrown == 200 << 20)
    }

    @Test(arguments: [(79, false), (80, true)])
    func `at 80 % of the descriptors no new session begins`(used: Int, isRefused: Bool) throws {
        let pool = TestPool()
        pool.measured(resources(descriptors: used))
        let peer = pool.peer("p")
        try peer.hello(.producer)
        #expect(peer.take(.error).count == (isRefused ? 1 : 0))
        #expect(peer.take(.welcome).count == (isRefused ? 0 : 1))
    }
}
