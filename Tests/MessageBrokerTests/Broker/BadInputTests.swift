import MessageBroker
import MessageWire
import Testing

/// wire.md §5: whatever comes is counted, answered as the rules say, and does no harm.
@Suite struct BadInputTests {
    static let faults: [(Malformed, [UInt8])] = [
        (.short, Array("TLP\u{1}short".utf8)),
        (.version, patch(Frame.request(1, .say), at: 3, 2)),
        (.unknownType, patch(Frame.request(1, .say), at: 4, 0x77)),
        (.direction, patch(Frame.request(1, .say), at: 4, 0xA0)),
        (.direction, Frame.bytes(Header(.error))),
        (.metadataLength, patch(Frame.request(1, .say), at: 48, 0xFF)),
        (.metadataLength, patch(Frame.bytes(Header(.ping)), at: 49, 1)),
        (.metadataCut, patch(Frame.request(1, .say), at: 50, 200)),
        (.path, Frame.request(1, "test v1/Say")),
        (.path, Frame.bytes(Header(.request, id: .number(1)))),
        (.key, Frame.bytes(Header(.request, id: .number(1)), path: .say, entries: [("Key", "x")])),
        (.key, Frame.bytes(Header(.request, id: .number(1)), path: .say, entries: [("", "x")])),
        (.value, Frame.bytes(Header(.request, id: .number(1)), path: .say, entries: [("key", "ü")])),
        (.priority, Frame.bytes(Header(.request, id: .number(1)), path: .say, entries: [("priority", "4")])),
        (.brokerKey, Frame.bytes(Header(.request, id: .number(1)), path: .say, entries: [("teed", "1")])),
        (.brokerKey, Frame.bytes(Header(.request, id: .number(1)), path: .say, entries: [("peer", "me")])),
        (.zeroID, Frame.bytes(Header(.request), path: .say)),
        (.zeroID, Frame.bytes(Header(.cancel))),
        (.zeroID, Frame.bytes(Header(.query))),
        (.hello, Frame.bytes(Header(.hello), Array("{}".utf8))),
        (.hello, Frame.bytes(Header(.hello), Array(#"{"role":"worker","name":"n","instance":"i"}"#.utf8))),
        (.pingBody, Frame.bytes(Header(.ping), [UInt8](repeating: 1, count: 1025))),
        (.batch, Frame.bytes(Header(.batch, argument: 2), [0, 0, 0, 0])),
        (.batch, Frame.bytes(Header(.batch, argument: 4097), [UInt8](repeating: 0, count: 4 * 4097))),
    ]

    static func patch(_ bytes: [UInt8], at place: Int, _ byte: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[place] = byte
        return bytes
    }

    @Test(arguments: faults) func `each fault is counted by its reason and named in an ERROR`(_ reason: Malformed, _ frame: [UInt8]) throws {
        let pool = TestPool()
        let peer = pool.peer("p")
        peer.send(frame)
        let error = try peer.only(.error)
        #expect(error.message == reason.rawValue)
        #expect(error.status == reason.status.rawValue)
        #expect(pool.counters.malformed == [reason: 1])
        if frame.count >= Header.size { #expect(error.id == Arrived(frame).id || frame.withUnsafeBytes { Header.names(in: $0).0 } == error.id) }
    }

    @Test func `two frames are malformed however good the first is`() throws {
        let pool = TestPool()
        let peer = pool.peer("p")
        peer.send(Frame.request(3, .say), isWhole: false)
        let error = try peer.only(.error)
        #expect((error.message, error.number, error.status) == (Malformed.frames.rawValue, 3, 13))
    }

    @Test func `strangers that do not speak TLP hear nothing, those that did are told`() throws {
        let pool = TestPool()
        let stranger = pool.peer("s")
        stranger.send(Array("GET / HTTP/1.1".utf8))
        stranger.send([])
        stranger.nothing()
        let known = pool.peer("k")
        known.send(Header(.ping))
        _ = try known.only(.pong)
        known.send(Array("GET / HTTP/1.1".utf8))
        #expect(try known.only(.error).id == .zero)
    }

    @Test func `the third strike ends the session and mutes the connection until three intervals are over`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 3)
        let producer = pool.peer("p", .front)
        producer.request(1, .say)
        worker.inbox.removeAll()
        for _ in 0..<3 { worker.send(Array("TLPx".utf8)) }
        #expect(worker.all().map(\.type) == [.error, .error, .error])
        #expect(producer.take(.response).map(\.status) == [14])
        worker.send(Header(.ping))
        worker.nothing()
        pool.advance(by: 2_900)
        worker.send(Header(.ping))
        worker.nothing()
        pool.advance(by: 3_200)
        worker.send(Header(.ping))
        #expect(try worker.only(.pong).status == 16)
    }

    @Test func `all faults in one BATCH are one strike, and its good items count`() throws {
        let pool = TestPool()
        let peer = pool.peer("p")
        let bad = [Frame.bytes(Header(.hello), Array("{}".utf8)), Frame.bytes(Header(.cancel)), Frame.bytes(Header(.hello), Array("[]".utf8)), [1, 2, 3]]
        for _ in 0..<2 {
            peer.batch(bad + [Frame.bytes(Header(.ping, id: .number(4)))] + bad)
            let answers = peer.all()
            #expect(answers.map(\.type).sorted { $0.rawValue < $1.rawValue } == [.error, .pong])
        }
        peer.send(Header(.ping))
        _ = try peer.only(.pong)
    }

    @Test func `a BATCH in a BATCH spoils only itself`() throws {
        let pool = TestPool()
        let peer = pool.peer("p")
        let ping = Frame.bytes(Header(.ping))
        peer.batch([Frame.batch([ping]), ping])
        #expect(peer.all().map(\.type).sorted { $0.rawValue < $1.rawValue } == [.error, .pong])
    }

    @Test func `items of a BATCH act as if they had come alone, HELLO too`() throws {
        let pool = TestPool()
        let peer = pool.peer("p")
        let hello = Hello(role: .worker, name: "b", instance: "1", services: [String.echo]).json.utf8
        peer.batch([
            Frame.bytes(Header(.hello), hello), Frame.bytes(Header(.credit, argument: 2), path: .echo), Frame.request(1, .say), Frame.request(2, .say),
        ])
        #expect(peer.all().map(\.type) == [.welcome, .task, .task])
    }

    @Test func `a HELLO that is not of its shape does not make a connection known`() throws {
        let pool = TestPool()
        let peer = pool.peer("p")
        peer.send(Header(.hello), Array("no json".utf8))
        _ = try peer.only(.error)
        peer.send(Array("noise".utf8))
        peer.nothing()
    }

    @Test func `flag bits that mean nothing, and fields not used, are ignored`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo, credit: 1)
        let producer = pool.peer("p", .front)
        var frame = Frame.request(1, .say, "x")
        frame[5] = 0xC4
        frame[6] = 77
        frame[7] = 9
        for place in 32..<48 { frame[place] = 0xEE }
        producer.send(frame)
        let task = try worker.only(.task)
        #expect((task.header.flags, task.status, task.header.attempt) == ([.idempotent], 0, 1))
        #expect(pool.counters.malformed.isEmpty)
    }

    @Test func `refusals, lost races and lease errors are no strikes`() throws {
        let pool = TestPool()
        let worker = try pool.worker("w", .echo)
        for number in 1...6 as ClosedRange<UInt64> {
            worker.send(Header(.nack, id: .number(number), token: Token(delivery: 3, seal: 4)))
            worker.request(number, "no.Such/Service")
            worker.send(Header(.done, id: .number(number)))
        }
        #expect(worker.all().map(\.type) == Array(repeating: [.error, .response], count: 6).flatMap { $0 })
        worker.send(Header(.ping))
        #expect(try worker.only(.pong).status == 0)
    }

    @Test func `a random stream of mutated messages neither crashes the broker nor leaves anything behind`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        let pool = TestPool(.test { $0.undeclaredServices = 3 }, seed: seed)
        let hello = Frame.bytes(Header(.hello), Hello(role: .worker, name: "w", instance: "1", services: [String.echo, .jobs, "x.Y"]).json.utf8)
        var stock = Self.faults.map(\.1) + [hello, Frame.request(1, .say), Frame.request(2, .run), Frame.request(3, .route), Frame.request(4, .publish)]
        stock += [Frame.bytes(Header(.credit, argument: 9), path: .echo), Frame.bytes(Header(.credit, argument: 9), path: .jobs), Frame.batch(stock)]
        stock += [MessageType.done, .nack, .term, .part, .progress, .drain, .bye, .cancel, .query].map { Frame.bytes(Header($0, id: .number(2))) }
        let names = (0..<12).map { "peer\($0)" }
        for _ in 0..<20_000 {
            let peer = pool.peer(names[Int(random.next() % 12)], random.next() & 1 == 0 ? .front : .back)
            var frame = stock[Int(random.next() % UInt64(stock.count))]
            for _ in 0..<random.next() % 4 where !frame.isEmpty { frame[Int(random.next() % UInt64(frame.count))] = UInt8(truncatingIfNeeded: random.next()) }
            if random.next() % 8 == 0 { frame.removeLast(min(frame.count, Int(random.next() % 20))) }
            peer.send(frame, isWhole: random.next() % 50 != 0)
            if random.next() % 40 == 0 { pool.advance(by: Int64(random.next() % 700)) }
        }
        pool.advance(by: 70_000)
        let census = pool.census
        #expect(census.sessions == 0 && census.lanes == 0 && census.open == 0 && census.accepting == 0 && census.records == 0, "seed \(seed): \(census)")
        #expect(census.inquiries == 0 && census.joined == 0, "seed \(seed): \(census)")
    }
}
