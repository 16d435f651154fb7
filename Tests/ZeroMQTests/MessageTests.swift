import Testing
import ZeroMQ

@Suite struct MessageTests {
    @Test func `a message holds what was put into it`() {
        var message = Message(count: 3)
        message.withUnsafeMutableBytes { $0.copyBytes(from: [7, 8, 9] as [UInt8]) }
        #expect(message.count == 3 && message.bytes == [7, 8, 9] && !message.hasMore)
        let copy = message.withUnsafeBytes { Message(copying: $0) }
        message.withUnsafeMutableBytes { $0[0] = 0 }
        #expect(copy.bytes == [7, 8, 9])
        #expect(Message().bytes.isEmpty && Message([]).count == 0)
    }

    @Test(arguments: [0, 1, 33, 34, 1 << 20]) func `a shared message outlives the first owner, at every size`(_ size: Int) {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        var twin = Message()
        do {
            var first = Message(bytes)
            twin = first.share()
            #expect(first.bytes == bytes)
        }
        #expect(twin.bytes == bytes)
    }

    @Test(arguments: [10, 34, 100_000]) func `a shared message can be sent twice and kept`(_ size: Int) throws {
        let context = try Context()
        let left = try Socket(.pair, in: context)
        try left.bind("inproc://shared")
        let right = try Socket(.pair, in: context)
        try right.connect("inproc://shared")
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var message = Message(bytes)
        for _ in 0..<2 {
            var twin = message.share()
            #expect(try right.send(&twin) == .sent)
        }
        #expect(try left.next() == [bytes])
        #expect(try left.next() == [bytes])
        #expect(message.bytes == bytes)
    }
}
