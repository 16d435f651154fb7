import MessageClient
import MessageTesting
import MessageWire
import Testing

extension ScriptedBroker {
    /// One part of a streamed reply.
    func sendPart(_ number: UInt32, of request: ReceivedMessage, _ body: [UInt8], isLast: Bool = false) throws {
        try send(Header(.partOut, flags: isLast ? .last : [], argument: number, id: request.id), entries: [("n", Array("\(number)".utf8))], body, to: request.peer)
    }

    func endStream(_ request: ReceivedMessage, parts: UInt32, status: StatusCode = .ok) throws {
        try send(Header(.response, status: status.rawValue, argument: parts, id: request.id), entries: [("total", Array("9".utf8))], [99], to: request.peer)
    }
}

/// What a reader of a stream came to.
struct StreamRead: Sendable {
    var parts: [[UInt8]] = []
    var reply: Reply?
    var error: CallError?

    init(_ client: MessageClient, _ request: Request, buffer: Int = ReplyStream.defaultBuffer) async throws {
        var read: [[UInt8]] = []
        do {
            reply = try await client.stream(request, buffer: buffer) { stream in
                for try await part in stream { read.append(part.body) }
                return try await stream.reply
            }
        } catch let error as CallError {
            self.error = error
        }
        parts = read
    }
}

@Suite("Streamed replies", .timeLimit(.minutes(1)))
struct StreamTests {
    @Test("the parts come in their order, each with its metadata, and the worker's answer behind them")
    func whole() async throws {
        let (_, read) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            let parts = try (UInt32(0)..<3).map { try ScriptedBroker.encode(Header(.partOut, flags: $0 == 2 ? .last : [], argument: $0, id: request.id), entries: [("n", Array("\($0)".utf8))], [UInt8($0)]) }
            try broker.sendBatch(parts, to: request.peer)
            try broker.endStream(request, parts: 3)
        } _: { client in
            try await client.stream(.unary("a/B")) { stream in
                var numbers: [String?] = []
                for try await part in stream { numbers.append(part["n"]) }
                let reply = try await stream.reply
                return (numbers, reply.body, reply["total"])
            }
        }
        #expect(read.0 == ["0", "1", "2"])
        #expect(read.1 == [99])
        #expect(read.2 == "9")
    }

    @Test("a reply without parts is a stream without elements")
    func empty() async throws {
        let (_, read) = try await play { broker in
            try broker.welcome()
            try broker.respond(to: broker.expect(.request), [7])
        } _: { client in
            try await StreamRead(client, .unary("a/B"))
        }
        #expect(read.parts.isEmpty)
        #expect(read.reply?.body == [7])
    }

    @Test("a part that is missing, repeated or behind the last is DATA_LOSS, and the broker is told", arguments: [[0, 2], [0, 0], [1], [0, 1, 2]])
    func disorder(numbers: [UInt32]) async throws {
        let (cancelled, read) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            // The second is marked the last.
            for (index, number) in numbers.enumerated() { try broker.sendPart(number, of: request, [UInt8(index)], isLast: index == 1) }
            return try broker.expect(.cancel).id == request.id
        } _: { client in
            try await StreamRead(client, .unary("a/B", idempotent: true))
        }
        #expect(cancelled)
        #expect(read.error?.status == .dataLoss)
        #expect(read.error?.wasSent == true)
        #expect(read.parts == (0..<numbers.count - 1).map { [UInt8($0)] })
    }

    @Test("where RESPONSE counts other parts than came, it is DATA_LOSS", arguments: [UInt32(0), 1, 3])
    func miscounted(count: UInt32) async throws {
        let (_, read) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            for number in UInt32(0)..<2 { try broker.sendPart(number, of: request, [UInt8(number)]) }
            try broker.endStream(request, parts: count)
        } _: { client in
            try await StreamRead(client, .unary("a/B"))
        }
        #expect(read.error?.status == .dataLoss)
        #expect(read.parts == [[0], [1]])
    }

    @Test("the count decides, though no part was marked the last")
    func unmarked() async throws {
        let (_, read) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.sendPart(0, of: request, [1])
            try broker.endStream(request, parts: 1)
        } _: { client in
            try await StreamRead(client, .unary("a/B"))
        }
        #expect(read.parts == [[1]])
        #expect(read.reply?.body == [99])
    }

    @Test("parts behind RESPONSE, and parts nobody asked for, change nothing")
    func late() async throws {
        let (_, reads) = try await play { broker in
            try broker.welcome()
            let first = try broker.expect(.request)
            try broker.sendPart(0, of: first, [1], isLast: true)
            try broker.endStream(first, parts: 1)
            try broker.sendPart(1, of: first, [2])
            try broker.send(Header(.partOut, id: RequestID(high: 9, low: 9)), to: first.peer)
            let second = try broker.expect(.request)
            try broker.sendPart(2, of: first, [3])
            try broker.sendPart(0, of: second, [4], isLast: true)
            try broker.endStream(second, parts: 1)
        } _: { client in
            (try await StreamRead(client, .unary("a/B")), try await StreamRead(client, .unary("a/B")))
        }
        #expect(reads.0.parts == [[1]])
        #expect(reads.0.error == nil)
        #expect(reads.1.parts == [[4]])
        #expect(reads.1.error == nil)
    }

    @Test("a status behind parts is thrown when they have been read")
    func failed() async throws {
        let (_, read) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.sendPart(0, of: request, [1])
            try broker.endStream(request, parts: 1, status: .aborted)
        } _: { client in
            try await StreamRead(client, .unary("a/B", idempotent: true))
        }
        #expect(read.parts == [[1]])
        #expect(read.error?.status == .aborted)
    }

    @Test("leaving the stream before its end sends CANCEL")
    func left() async throws {
        let (cancelled, first) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.sendPart(0, of: request, [1])
            return try broker.expect(.cancel).id == request.id
        } _: { client in
            try await client.stream(.unary("a/B")) { stream in
                for try await part in stream { return part.body }
                return []
            }
        }
        #expect(cancelled)
        #expect(first == [1])
    }

    @Test("a cancelled task sends CANCEL, and its reader gets CANCELLED")
    func cancelled() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let (cancel, status) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            arrival.finish()
            return try broker.expect(.cancel).id == request.id
        } _: { client in
            try await withThrowingTaskGroup(of: StatusCode?.self) { group in
                group.addTask { try await StreamRead(client, .unary("a/B")).error?.status }
                for await _ in arrived {}
                group.cancelAll()
                return try await group.next() ?? nil
            }
        }
        #expect(cancel)
        #expect(status == .cancelled)
    }

    @Test("a reader that falls behind gets what its buffer held, then RESOURCE_EXHAUSTED, and the broker is told")
    func slow() async throws {
        let (cancelled, cancellation) = AsyncStream<Void>.makeStream()
        let (sent, read) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            var number: UInt32 = 0
            // 100 parts of 1000 bytes are far more than the buffer.
            while number < 100 {
                try broker.sendPart(number, of: request, [UInt8](repeating: 0, count: 1000))
                number += 1
            }
            let isCancelled = try broker.expect(.cancel).id == request.id
            cancellation.finish()
            return isCancelled
        } _: { client in
            try await client.stream(.unary("a/B"), buffer: 5000) { stream in
                for await _ in cancelled {}
                var count = 0
                let error = await failure { for try await _ in stream { count += 1 } }
                return (count, error?.status)
            }
        }
        #expect(sent)
        // A thousand bytes, the metadata and 64 more for each part.
        #expect(read.0 == 4)
        #expect(read.1 == .resourceExhausted)
    }

    @Test("one part may wait, however large it is")
    func largePart() async throws {
        let (_, read) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.sendPart(0, of: request, [UInt8](repeating: 0, count: 1000))
            try broker.endStream(request, parts: 1)
        } _: { client in
            try await StreamRead(client, .unary("a/B"), buffer: 0)
        }
        #expect(read.parts.map(\.count) == [1000])
        #expect(read.error == nil)
    }

    @Test("a plain call of a method that answers in parts is UNIMPLEMENTED, and the broker is told")
    func plainCall() async throws {
        let (cancelled, error) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.sendPart(0, of: request, [1])
            return try broker.expect(.cancel).id == request.id
        } _: { client in
            await failure { try await client.call("a/B", idempotent: true) }
        }
        #expect(cancelled)
        #expect(error?.status == .unimplemented)
        #expect(error?.wasSent == true)
    }

    @Test("a durable request is no stream, and nothing is sent")
    func durable() async throws {
        let (next, error) = try await play { broker in
            try broker.welcome()
            try broker.respond(to: broker.expect(.request))
            return try broker.next()?.type
        } _: { client in
            _ = try await client.call("a/B")
            return await failure { try await client.stream(.durable("a/B")) { _ in } }
        }
        #expect(next == .bye)
        #expect(error?.status == .failedPrecondition)
    }

    @Test("a stream is asked for again only before its first part", arguments: [true, false])
    func lost(hasPart: Bool) async throws {
        let (again, read) = try await play { broker in
            try broker.welcome()
            let first = try broker.expect(.request)
            if hasPart { try broker.sendPart(0, of: first, [1]) }
            // The next PING shows that the broker has forgotten everything.
            broker.epoch = 2
            try broker.welcome()
            guard !hasPart else { return first.id }
            let second = try broker.expect(.request)
            try broker.sendPart(0, of: second, [2], isLast: true)
            try broker.endStream(second, parts: 1)
            return second.id
        } _: { client in
            let request = try Request.unary("a/B", idempotent: true)
            return (request.id, try await StreamRead(client, request))
        }
        #expect(again == read.0)
        #expect(read.1.parts == (hasPart ? [[1]] : [[2]]))
        #expect(read.1.error?.status == (hasPart ? .unavailable : nil))
    }
}
