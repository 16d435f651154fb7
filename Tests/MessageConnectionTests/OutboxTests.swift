import MessageConnection
import MessageTesting
import MessageWire
import Testing
import ZeroMQ

@Suite("An outbox")
struct OutboxTests {
    /// The frames that come out, each as the messages in it.
    func frames(_ outbox: Outbox) throws -> [[[UInt8]]] {
        var frames: [[UInt8]] = []
        let isEmpty = outbox.flush { (message: inout Message) in
            frames.append(message.bytes)
            return true
        }
        #expect(isEmpty)
        return try frames.map { frame in
            try frame.withUnsafeBytes { bytes in
                let header = try Header(of: bytes)
                guard header.type == .batch else { return [frame] }
                let body = UnsafeRawBufferPointer(rebasing: bytes[Header.size...])
                return try Batch.items(in: body, count: header.argument).map { Array(body[$0]) }
            }
        }
    }

    func header(_ number: Int) -> Header { Header(.done, id: RequestID(high: 0, low: UInt64(number))) }

    @Test("one message goes as itself, several as one BATCH")
    func batches() throws {
        let outbox = Outbox(mayBatch: true)
        outbox.append(header(1), metadata: [1, 97], body: [5])
        #expect(try frames(outbox).map(\.count) == [1])
        for number in 0..<3 { outbox.append(header(number), body: [UInt8(number)]) }
        let sent = try frames(outbox)
        #expect(sent.count == 1)
        #expect(try sent[0] == (0..<3).map { try ScriptedBroker.encode(header($0), [UInt8($0)]) })
        #expect(try frames(outbox).isEmpty)
    }

    @Test("a frame is closed at 256 messages or 64 KiB, and order is kept", arguments: [(600, 10), (100, 3000), (5, 70_000), (20, 16_300)])
    func closes(count: Int, size: Int) throws {
        let outbox = Outbox(mayBatch: true)
        for number in 0..<count { outbox.append(header(number), body: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)) }
        let sent = try frames(outbox)
        #expect(sent.allSatisfy { $0.count <= Outbox.batchItems })
        #expect(sent.allSatisfy { $0.count == 1 || $0.reduce(0) { $0 + $1.count + 4 } <= Outbox.batchSize })
        let all = sent.flatMap(\.self)
        #expect(try all.map { try $0.withUnsafeBytes { try Header(of: $0).id.low } } == (0..<UInt64(count)).map(\.self))
        #expect(all.allSatisfy { $0.count == Header.size + size })
    }

    @Test("what the socket does not take stays, in order")
    func blocked() throws {
        let outbox = Outbox()
        for number in 0..<3 { outbox.append(header(number)) }
        var taken = 0
        let isEmpty = outbox.flush { (_: inout Message) in
            taken += 1
            return taken < 2
        }
        #expect(!isEmpty)
        outbox.append(header(3))
        let ids = try frames(outbox).map { try $0[0].withUnsafeBytes { try Header(of: $0).id.low } }
        #expect(ids == [1, 2, 3])
    }
}

@Suite("A backoff")
struct BackoffTests {
    @Test("waits double up to the longest, less a fifth at most", arguments: UInt64(1)...50)
    func grows(seed: UInt64) {
        var backoff = Backoff(initial: 100, longest: 1000, seed: seed)
        for full in [Int64(100), 200, 400, 800, 1000, 1000] {
            #expect(full - full / 5...full ~= backoff.next())
        }
        backoff.reset()
        #expect(80...100 ~= backoff.next())
    }
}
