import MessageTesting
import Testing
import ZeroMQ

@Suite struct BufferPoolTests {
    @Test(arguments: [0, 1, 32, 33, 4096, 4097]) func `a message holds what was put into it, at every size`(_ size: Int) {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let pool = BufferPool()
        let message = message(bytes, pool)
        let other = pool.message(count: size)
        #expect(message.bytes == bytes && message.count == size && other.count == size && !message.hasMore)
    }

    @Test func `memory is used again once nobody has it`() {
        let pool = BufferPool()
        let first = address(pool.message(count: 100))
        var kept = pool.message(count: 100)
        #expect(address(kept.share()) == first)
        let next = pool.message(count: 100)
        #expect(next.withUnsafeBytes { $0.baseAddress } != first)
    }

    @Test func `messages outlive their pool`() {
        var twin = Message()
        do {
            var message = message([7, 8, 9], BufferPool())
            twin = message.share()
        }
        #expect(twin.bytes == [7, 8, 9])
    }

    @Test(arguments: [1, 34, 4096]) func `a message is sent as it is, and its memory is used again at once`(_ size: Int) throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        try left.bind("inproc://pool")
        let right = try Socket(.pair, in: context)
        try right.connect("inproc://pool")
        let pool = BufferPool()
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        for _ in 0..<2 {
            var message = message(bytes, pool)
            #expect(try right.send(&message) == .sent)
            #expect(message.count == 0)
            var next = pool.message(count: size)
            next.withUnsafeMutableBytes { $0.copyBytes(from: repeatElement(255, count: size)) }
        }
        var received = pool.message(count: size)
        for _ in 0..<2 {
            #expect(try left.receive(into: &received))
            #expect(received.bytes == bytes)
        }
    }

    @Test func `a message that nobody can take stays whole`() throws {
        let alone = try Socket(.pair, in: try Context())
        var message = message([1, 2, 3], BufferPool())
        #expect(try alone.send(&message) == .full)
        #expect(message.bytes == [1, 2, 3])
    }

    private func message(_ bytes: [UInt8], _ pool: BufferPool) -> Message {
        Message(bytes).withUnsafeBytes { pool.message(copying: $0) }
    }

    private func address(_ message: consuming Message) -> UnsafeRawPointer? {
        message.withUnsafeBytes { $0.baseAddress }
    }
}
