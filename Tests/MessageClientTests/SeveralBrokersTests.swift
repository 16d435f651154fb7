import MessageClient
import MessageTesting
import MessageWire
import Synchronization
import Testing

@Suite("A client of several brokers", .timeLimit(.minutes(1)))
struct SeveralBrokersTests {
    /// An id that prefers the broker of that place, of two.
    func id(at place: UInt64, _ number: UInt64 = 1) -> RequestID { RequestID(high: 7, low: number * 2 + place) }

    @Test("one that is not there costs nothing, whichever it is", arguments: [true, false])
    func oneAway(isFirst: Bool) async throws {
        let (_, replies) = try await ScriptedBroker.play { broker in
            try broker.welcome()
            for _ in 0..<2 { try broker.respond(to: broker.expect(.request), [5]) }
        } against: { endpoint, context in
            let nowhere = "ipc:///nonexistent/broker"
            return try await withMessageClient(
                endpoints: isFirst ? [nowhere, endpoint] : [endpoint, nowhere], name: "t", context: context, logger: quiet
            ) { client in
                // The first of these is made before any broker has answered.
                let first = try await client.call("a/B", timeout: .seconds(20), id: id(at: isFirst ? 0 : 1))
                return [first.body, try await client.call("a/B", timeout: .seconds(20), id: id(at: isFirst ? 0 : 1, 2)).body]
            }
        }
        #expect(replies == [[5], [5]])
    }

    /// Answers what comes, for as long as the other one does: `count` in all.
    static func serve(_ count: Int) -> @Sendable (ScriptedBroker) throws -> [ReceivedMessage] {
        { broker in
            try broker.welcome()
            return try (0..<count).map { _ in
                let request = try broker.expect(.request)
                if request.header.flags.contains(.durable) { try broker.accept(request) } else { try broker.respond(to: request, request.body) }
                return request
            }
        }
    }

    @Test("requests are spread, and an id that is used again finds the same broker")
    func spread() async throws {
        let (received, _) = try await play(Self.serve(4), and: Self.serve(4)) { client in
            try await client.waitForBoth()
            for _ in 0..<2 {
                for place in UInt64(0)..<2 { _ = try await client.submit("c/D", id: id(at: place)) }
            }
            for number in UInt64(2)..<3 {
                for place in UInt64(0)..<2 { _ = try await client.call("a/B", id: id(at: place, number)) }
            }
        }
        for place in UInt64(0)..<2 {
            #expect(received[Int(place)].dropFirst().map(\.id) == [id(at: place), id(at: place), id(at: place, 2)])
        }
    }

    @Test("a bulk send is shared out, and each outcome has its request's place")
    func bulk() async throws {
        let (_, places) = try await play(Self.serve(51), and: Self.serve(51)) { client in
            try await client.waitForBoth()
            let model = try Request.unary("a/B")
            let (ended, outcomes) = AsyncStream<[Outcome]>.makeStream()
            client.send((0..<100).map { model.with(body: [UInt8($0)], id: id(at: UInt64($0 % 2), UInt64($0))) }) { outcomes.yield($0) }
            var places: [Int] = []
            for await some in ended {
                for outcome in some {
                    guard case .success(.reply(let reply)) = outcome.result, reply.body == [UInt8(outcome.index)] else { continue }
                    places.append(outcome.index)
                }
                if places.count == 100 { break }
            }
            return places
        }
        #expect(places.sorted() == Array(0..<100))
    }

    /// A broker that takes `count` requests and then says nothing any more.
    static func die(after count: Int) -> @Sendable (ScriptedBroker) throws -> [ReceivedMessage] {
        { broker in
            try broker.welcome()
            try broker.respond(to: broker.expect(.request))
            let requests = try (0..<count).map { _ in try broker.expect(.request) }
            broker.pongStatus = nil
            return requests
        }
    }

    @Test("when one dies, the other gets its idempotent calls and all new ones; a durable request stays, and a plain call has failed")
    func dies() async throws {
        let (received, results) = try await play(Self.die(after: 3), and: Self.serve(3)) { client in
            try await client.waitForBoth()
            async let idempotent = client.call("a/B", [1], timeout: .seconds(20), idempotent: true, id: id(at: 0, 1))
            async let durable = failure { try await client.submit("c/D", timeout: .seconds(2), id: id(at: 0, 2)) }
            let plain = await failure { try await client.call("a/B", timeout: .seconds(20), id: id(at: 0, 3)) }
            let new = try await client.call("a/B", [2], id: id(at: 0, 4))
            return (plain, try await idempotent.body, new.body, await durable)
        }
        #expect(Set(received[0].map(\.id)) == [id(at: 0, 1), id(at: 0, 2), id(at: 0, 3)])
        #expect(Set(received[1].dropFirst().map(\.id)) == [id(at: 0, 1), id(at: 0, 4)])
        #expect(results.0?.status == .unavailable)
        #expect(results.0?.wasSent == true)
        #expect(results.1 == [1])
        #expect(results.2 == [2])
        #expect(results.3?.status == .deadlineExceeded)
        #expect(results.3?.wasSent == true)
    }

    @Test("while one is being shut down the other gets every new call, and what is out is still answered")
    func drains() async throws {
        let hasServed = Atomic(false)
        let (received, bodies) = try await play { broker in
            try broker.welcome()
            try broker.respond(to: broker.expect(.request))
            let open = try [broker.expect(.request), broker.expect(.request)].sorted { $0.id.low < $1.id.low }
            try broker.send(Header(.goAway), to: open[0].peer)
            // Behind the GOAWAY: whoever has this answer knows of it.
            try broker.respond(to: open[1], [2])
            var extra: [ReceivedMessage] = []
            while !hasServed.load(ordering: .acquiring) {
                if let message = try broker.next(within: 20) { extra.append(message) }
            }
            try broker.respond(to: open[0], [1])
            return open + extra
        } and: { broker in
            defer { hasServed.store(true, ordering: .releasing) }
            return try Self.serve(3)(broker)
        } _: { client in
            try await client.waitForBoth()
            async let first = client.call("a/B", timeout: .seconds(20), id: id(at: 0, 1))
            let second = try await client.call("a/B", timeout: .seconds(20), id: id(at: 0, 2))
            let third = try await client.call("a/B", [3], timeout: .seconds(20), id: id(at: 0, 3))
            let fourth = try await client.call("a/B", [4], timeout: .seconds(20), id: id(at: 0, 4))
            return [try await first.body, second.body, third.body, fourth.body]
        }
        #expect(bodies == [[1], [2], [3], [4]])
        #expect(received[0].count == 2)
        #expect(received[1].dropFirst().map(\.id) == [id(at: 0, 3), id(at: 0, 4)])
    }

    @Test("a refused call that may be sent twice is tried with the other broker")
    func retried() async throws {
        let (_, reply) = try await play { broker in
            try broker.welcome()
            try broker.respond(to: broker.expect(.request))
            try broker.respond(to: broker.expect(.request), status: .unavailable)
            return []
        } and: { broker in
            try Self.serve(2)(broker)
        } _: { client in
            try await client.waitForBoth()
            return try await client.call("a/B", [3], timeout: .seconds(20), idempotent: true, id: id(at: 0))
        }
        #expect(reply.body == [3])
    }

    @Test("a call that went over to another broker is cancelled there")
    func cancelled() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let (cancels, status) = try await play { broker in
            try broker.welcome()
            try broker.respond(to: broker.expect(.request))
            try broker.respond(to: broker.expect(.request), status: .unavailable)
            return true
        } and: { broker in
            try broker.welcome()
            try broker.respond(to: broker.expect(.request))
            let request = try broker.expect(.request)
            arrival.finish()
            return try broker.expect(.cancel).id == request.id
        } _: { client in
            try await client.waitForBoth()
            return await withTaskGroup(of: StatusCode?.self) { group in
                group.addTask { await failure { try await client.call("a/B", timeout: .seconds(20), idempotent: true, id: id(at: 0)) }?.status }
                for await _ in arrived {}
                group.cancelAll()
                return await group.next() ?? nil
            }
        }
        #expect(cancels == [true, true])
        #expect(status == .cancelled)
    }

    @Test("a query asks them all: one that knows the id is enough, and NOT_FOUND takes all")
    func query() async throws {
        let (_, states) = try await play { broker in
            try broker.welcome()
            for _ in 0..<2 {
                let query = try broker.expect(.query)
                try broker.send(Header(.state, status: 5, id: query.id), to: query.peer)
            }
        } and: { broker in
            try broker.welcome()
            let first = try broker.expect(.query)
            try broker.send(Header(.state, id: first.id), Array(#"{"state":"dead"}"#.utf8), to: first.peer)
            let second = try broker.expect(.query)
            try broker.send(Header(.state, status: 5, id: second.id), to: second.peer)
        } _: { client in
            (try await client.query(id(at: 0)), await failure { try await client.query(id(at: 0)) })
        }
        #expect(states.0["state"] == "dead")
        #expect(states.1?.status == .notFound)
    }

    @Test("an admin's question goes to the broker it names, and to the first that answers where it names none")
    func admin() async throws {
        let (_, replies) = try await play { broker in
            try broker.welcome()
            for _ in 0..<3 { try broker.respond(to: broker.expect(.request), Array("1".utf8)) }
        } and: { broker in
            try broker.welcome()
            for _ in 0..<2 { try broker.respond(to: broker.expect(.request), Array("2".utf8)) }
        } _: { client in
            try await client.waitForBoth()
            let stranger = await failure { try await client.admin("Status", broker: "tcp://127.0.0.1:1") }
            return (
                [
                    try await client.admin("Status"), try await client.admin("Status", broker: client.endpoints[1]),
                    try await client.admin("Status", broker: client.endpoints[0]),
                ], stranger
            )
        }
        #expect(replies.0 == [1, 2, 1])
        #expect(replies.1?.status == .invalidArgument)
    }

    @Test("after a shutdown every connection says BYE, and a later call is refused")
    func shutDown() async throws {
        let script: @Sendable (ScriptedBroker) throws -> MessageType = { broker in
            try broker.welcome()
            try broker.respond(to: broker.expect(.request))
            return try broker.expect(.bye).type
        }
        let (byes, error) = try await ScriptedBroker.play([script, script]) { endpoints, context in
            let client = try MessageClient(endpoints: endpoints, name: "t", context: context, logger: quiet)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                try await client.waitForBoth()
                client.shutDown()
                try await group.waitForAll()
                return await failure { try await client.call("a/B") }
            }
        }
        #expect(byes == [.bye, .bye])
        #expect(error?.status == .unavailable)
    }
}

extension MessageClient {
    /// Until both brokers answer; each answers one question for it.
    fileprivate func waitForBoth() async throws {
        for endpoint in endpoints { _ = await failure { try await admin("Status", broker: endpoint) } }
    }
}
