import Logging
import MessageBroker
import MessageTesting
import MessageWire
import Testing
import ZeroMQ

/// The broker at work over tcp, with peers that behave badly. Every wait is for a message and has a limit.
@Suite(.mayBlock, .serialized) struct RunningBrokerTests {
    /// A broker in memory on ports that the system chose, and the context of its peers.
    struct House {
        let broker: RunningBroker
        let context: Context

        init(_ change: (inout BrokerConfiguration) -> Void = { _ in }) throws {
            var configuration = BrokerConfiguration.test {
                $0.front = ["tcp://127.0.0.1:*"]
                change(&$0)
            }
            configuration.back = ["tcp://127.0.0.1:*"]
            configuration.durability = .memory
            broker = try RunningBroker(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            context = try Context()
        }

        var front: String { broker.endpoints.front[0] }
        var back: String { broker.endpoints.back[0] }

        func producer() throws -> RawPeer { try RawPeer(context, front) }

        func worker(_ name: String, _ service: String, credit: UInt32) throws -> RawPeer {
            let worker = try RawPeer(context, back)
            try worker.hello(.worker, name, services: [service])
            _ = try worker.expect(.welcome)
            try worker.send(Header(.credit, argument: credit), path: service)
            return worker
        }

        /// Stops it as a signal does, and waits for its end.
        func stop(grace: Int64 = 5000) async throws {
            broker.stop(grace: grace)
            try await broker.ended()
            #expect(broker.endpoints.front.isEmpty)
        }
    }

    private func request(_ id: UInt64, timeout: UInt32 = 0) -> Header {
        Header(.request, flags: .waitForReady, timeout: timeout, id: .number(id))
    }

    private func done(_ task: ReceivedMessage) -> Header {
        Header(.done, id: task.id, token: task.header.token)
    }

    @Test func `an ipc endpoint that a broker listens on is not taken away from it`() async throws {
        let path = "/tmp/trunkline-test-\(UInt64.random(in: .min ... .max))"
        let house = try House { $0.front = ["ipc://\(path)"] }
        var configuration = BrokerConfiguration.test { _ in }
        configuration.front = ["ipc://\(path)"]
        configuration.back = ["tcp://127.0.0.1:*"]
        configuration.durability = .memory
        let error = #expect(throws: BrokerError.self) {
            try RunningBroker(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        #expect(error?.code == .endpoint)
        #expect(error?.message.contains(path) == true)
        let producer = try house.producer()
        try producer.send(Header(.ping))
        _ = try producer.expect(.pong)
        try await house.stop()
        // The file that a broker left behind is nobody's.
        let second = try RunningBroker(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        second.stop(grace: 0)
        try await second.ended()
    }

    @Test func `Admin Drain ends the broker once nothing is held`() async throws {
        let house = try House()
        let admin = try house.producer()
        try admin.send(Header(.request, id: .number(1)), path: "trunkline.pool.v1.Admin/Drain", Array("{}".utf8))
        _ = try admin.expect(.response)
        try await house.broker.ended()
    }

    @Test func `a request travels over both sockets and back, small and large`() async throws {
        let house = try House()
        let worker = try house.worker("w", .echo, credit: 10)
        let producer = try house.producer()
        for (id, size) in [(1, 0), (2, 33), (3, 1000), (4, 1 << 20)] as [(UInt64, Int)] {
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13) }
            try producer.send(request(id), path: .say, body)
            let task = try worker.expect(.task)
            #expect(task.body == body && task.path == .say)
            try worker.send(done(task), body)
            let response = try producer.expect(.response)
            #expect(response.id == .number(id) && response.body == body)
        }
        try await house.stop()
    }

    @Test func `several endpoints on one side are one side`() async throws {
        let house = try House()
        #expect(house.front != house.back && house.front.hasPrefix("tcp://127.0.0.1:"))
        let worker = try RawPeer(house.context, house.front)
        try worker.hello(.worker, "w", services: [.echo])
        _ = try worker.expect(.welcome)
        try await house.stop()
    }

    @Test func `garbage, many frames and empty messages leave others untouched`() async throws {
        let house = try House()
        let worker = try house.worker("w", .echo, credit: 5)
        let rude = try house.producer()
        try rude.send(frames: [[]])
        try rude.send(frames: [Array("noise".utf8), [], [1], [2]])
        try rude.send(frames: Array(repeating: [0xFF], count: 2000))
        try rude.send(frames: [Array("TLP\u{1}".utf8)])
        let second = try house.producer()
        try second.send(frames: [ScriptedBroker.encode(request(1), path: .say), [1]])
        let error = try second.expect(.error)
        #expect(error.id == .number(1) && error.header.status == 13)
        let producer = try house.producer()
        try producer.send(request(2), path: .say)
        let task = try worker.expect(.task)
        try worker.send(done(task))
        #expect(try producer.expect(.response).id == .number(2))
        try await house.stop()
    }

    @Test func `a frame over the limit ends its connection, and only that`() async throws {
        let house = try House { $0.maxFrame = 2 << 20 }
        let worker = try house.worker("w", .echo, credit: 5)
        let rude = try house.producer()
        try rude.send(request(1), path: .say, [UInt8](repeating: 7, count: 3 << 20))
        try rude.send(request(2), path: .say, [UInt8](repeating: 7, count: 1 << 20))
        let producer = try house.producer()
        try producer.send(request(3), path: .say)
        var numbers: Set<UInt64> = []
        while !numbers.contains(3) {
            let task = try worker.expect(.task)
            numbers.insert(task.id.low)
            try worker.send(done(task))
        }
        #expect(!numbers.contains(1))
        #expect(try producer.expect(.response).id == .number(3))
        try await house.stop()
    }

    @Test func `a duplicate routing id never displaces its owner`() async throws {
        let house = try House()
        let owner = try RawPeer(house.context, house.back, routingID: Array("w".utf8))
        try owner.hello(.worker, "w", services: [.echo])
        _ = try owner.expect(.welcome)
        let thief = try RawPeer(house.context, house.back, routingID: Array("w".utf8))
        try thief.hello(.worker, "thief", services: [.echo])
        #expect(try thief.next(within: 200) == nil)
        try owner.send(Header(.credit, argument: 1), path: .echo)
        let producer = try house.producer()
        try producer.send(request(1), path: .say)
        let task = try owner.expect(.task)
        try owner.send(done(task))
        #expect(try producer.expect(.response).id == .number(1))
        try await house.stop()
    }

    @Test func `a worker whose connection breaks with tasks out is noticed by its silence`() async throws {
        let house = try House { $0.heartbeat = 100 }
        let producer = try house.producer()
        do {
            let worker = try house.worker("w", .echo, credit: 2)
            try producer.send(Header(.request, flags: [.idempotent, .waitForReady], id: .number(1)), path: .say)
            try producer.send(request(2), path: .say)
            _ = try worker.expect(.task)
            _ = try worker.expect(.task)
        }
        let lost = try producer.expect(.response)
        #expect(lost.id == .number(2) && lost.header.status == 14)
        let other = try house.worker("v", .echo, credit: 2)
        let task = try other.expect(.task)
        #expect(task.id == .number(1) && task.header.flags.contains(.redelivered))
        try other.send(done(task))
        #expect(try producer.expect(.response).header.status == 0)
        try await house.stop()
    }

    @Test func `a producer that goes away before its answer harms nobody`() async throws {
        let house = try House()
        let worker = try house.worker("w", .echo, credit: 50)
        for id in 1...20 as ClosedRange<UInt64> {
            let gone = try house.producer()
            try gone.send(request(id), path: .say)
            let task = try worker.expect(.task)
            if id % 2 == 0 { try worker.send(done(task)) }
        }
        let producer = try house.producer()
        try producer.send(request(99), path: .say)
        let task = try worker.expect(.task)
        try worker.send(done(task))
        #expect(try producer.expect(.response).id == .number(99))
        try await house.stop(grace: 100)
    }

    @Test func `a producer that does not read holds up nobody else`() async throws {
        let house = try House { $0.window = 100_000 }
        let worker = try house.worker("w", .echo, credit: 100_000)
        let slow = try RawPeer(house.context, house.front, receiveHighWater: 1)
        let body = [UInt8](repeating: 1, count: 100_000)
        for id in 1...200 as ClosedRange<UInt64> {
            try slow.send(request(id), path: .say)
            let task = try worker.expect(.task)
            try worker.send(done(task), body)
        }
        let producer = try house.producer()
        try producer.send(request(999), path: .say)
        let task = try worker.expect(.task)
        try worker.send(done(task))
        #expect(try producer.expect(.response).id == .number(999))
        for _ in 0..<200 { #expect(try slow.expect(.response).body.count == body.count) }
        try await house.stop()
    }

    @Test func `answers to one connection that understands BATCH travel together and in order`() async throws {
        let house = try House()
        let producer = try house.producer()
        try producer.hello(.producer, "p")
        _ = try producer.expect(.welcome)
        var items: [UInt8] = []
        for id in 1...1000 as ClosedRange<UInt64> {
            let message = try ScriptedBroker.encode(Header(.request, id: .number(id)), path: .run)
            withUnsafeBytes(of: UInt32(message.count).bigEndian) { items += $0 }
            items += message
        }
        try producer.send(Header(.batch, argument: 1000), items)
        var together = 0
        for id in 1...1000 as ClosedRange<UInt64> {
            let accepted = try producer.expect(.accepted)
            #expect(accepted.id == .number(id))
            together = max(together, accepted.batchedWith)
        }
        #expect(together > 1)
        try await house.stop()
    }

    @Test func `stop says GOAWAY, finishes what is out, refuses what is new, and ends`() async throws {
        let house = try House()
        let worker = try house.worker("w", .echo, credit: 5)
        let producer = try house.producer()
        try producer.send(request(1), path: .say)
        let task = try worker.expect(.task)
        house.broker.stop(grace: 20_000)
        _ = try worker.expect(.goAway)
        try producer.send(request(2), path: .say)
        #expect(try producer.expect(.response).header.status == 14)
        try worker.send(done(task))
        #expect(try producer.expect(.response).id == .number(1))
        try await house.broker.ended()
    }

    @Test func `a stop does not wait longer than its grace`() async throws {
        let house = try House()
        let worker = try house.worker("w", .echo, credit: 5)
        let producer = try house.producer()
        try producer.send(request(1), path: .say)
        _ = try worker.expect(.task)
        try await house.stop(grace: 50)
    }

    @Test func `an endpoint in use is named, and a second broker does not start`() async throws {
        let house = try House()
        var configuration = BrokerConfiguration.test()
        configuration.durability = .memory
        configuration.front = [house.front]
        configuration.back = ["tcp://127.0.0.1:*"]
        do {
            _ = try RunningBroker(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            Issue.record("two brokers on \(house.front)")
        } catch {
            #expect(error.code == .endpoint && error.message.contains("bind \(house.front): Address already in use"))
        }
        try await house.stop()
    }
}
