import MessageClient
import MessageTesting
import MessageWire
import Testing

@Suite("A client whose broker misbehaves", .timeLimit(.minutes(3)))
struct BrokerFaultTests {
    @Test("with no broker at all a call ends at its deadline")
    func noBroker() async throws {
        let clock = ContinuousClock()
        let (error, time) = try await withMessageClient(endpoint: "ipc:///nonexistent/broker", name: "t", logger: quiet) { client in
            let start = clock.now
            let error = await failure {
                try await client.call("test.v1.Echo/Say", timeout: .milliseconds(100), waitForReady: true)
            }
            return (error, clock.now - start)
        }
        #expect(error?.status == .deadlineExceeded)
        #expect(error?.wasSent == false)
        #expect(time >= .milliseconds(100))
        // 50 ms are the promise, kept by OutstandingRequestsTests on a clock of its own; here only that it ends at all.
        #expect(time < .seconds(20))
    }

    @Test("a broker that was started again gets the repeatable requests again, and the others fail")
    func restarted() async throws {
        let (ids, results) = try await play { broker in
            try broker.welcome()
            let first = try (0..<3).map { _ in try broker.expect(.request) }
            // It has forgotten everything; the next PING shows it.
            broker.epoch = 2
            try broker.welcome()
            let again = try (0..<2).map { _ in try broker.expect(.request) }
            for request in again {
                if request.header.flags.contains(.durable) { try broker.accept(request, isDuplicate: true) } else { try broker.respond(to: request) }
            }
            return (first.map(\.id), again.map(\.id))
        } _: { client in
            async let repeatable = client.call("a/B", idempotent: true)
            async let durable = client.submit("c/D")
            let plain = await failure { try await client.call("a/B") }
            _ = try await repeatable
            return (plain, try await durable)
        }
        #expect(Set(ids.1).isSubset(of: ids.0))
        #expect(results.0?.status == .unavailable)
        #expect(results.0?.wasSent == true)
        #expect(results.1 == Acceptance(durability: .synced, isDuplicate: true))
    }

    @Test("a broker that falls silent is left for a new connection, where the request is sent again")
    func silent() async throws {
        let (peers, _) = try await play { broker in
            let hello = try broker.welcome()
            broker.pongStatus = nil
            let first = try broker.expect(.request)
            let other = try broker.welcome()
            broker.pongStatus = 0
            let second = try broker.expect(.request)
            try broker.respond(to: second)
            return (hello.peer != other.peer, first.id == second.id, hello.json?["instance"] == other.json?["instance"])
        } _: { client in
            try await client.call("a/B", idempotent: true)
        }
        #expect(peers == (true, true, true))
    }

    @Test("a refused HELLO is said again, and a call that can wait does")
    func refused() async throws {
        let (hellos, reply) = try await play { broker in
            let refused = try broker.expect(.hello)
            try broker.send(Header(.error, status: 8, id: refused.id), entries: [("message", Array("peers".utf8))], to: refused.peer)
            let welcomed = try broker.welcome()
            try broker.respond(to: broker.expect(.request), [1])
            return (refused.id, welcomed.id)
        } _: { client in
            try await client.call("a/B", waitForReady: true)
        }
        #expect(hellos.0 != hellos.1)
        #expect(reply.body == [1])
    }

    @Test("after GOAWAY what is out is still answered, and a new plain call fails at once")
    func goAway() async throws {
        let (_, results) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.send(Header(.goAway), to: request.peer)
            try broker.respond(to: request, [1])
        } _: { client in
            let first = try await client.call("a/B")
            return (first, await failure { try await client.call("a/B") })
        }
        #expect(results.0.body == [1])
        #expect(results.1?.status == .unavailable)
        #expect(results.1?.wasSent == false)
    }

    @Test("malformed, foreign and repeated answers change nothing")
    func malformed() async throws {
        let (_, replies) = try await play { broker in
            try broker.welcome()
            let first = try broker.expect(.request)
            let right = try ScriptedBroker.encode(Header(.response, id: first.id), [1])
            try broker.send([], to: first.peer)
            try broker.send(Array(right.prefix(49)), to: first.peer)
            try broker.send([0] + right.dropFirst(), to: first.peer)
            try broker.send(Header(.batch, argument: 3), right, to: first.peer)
            try broker.sendBatch([ScriptedBroker.encode(Header(.batch)), [1, 2, 3]], to: first.peer)
            try broker.send(Header(.welcome), Array("{".utf8), to: first.peer)
            try broker.send(Header(.response, id: RequestID(high: 9, low: 9)), to: first.peer)
            try broker.send(Header(.request, id: first.id), to: first.peer)
            try broker.sendBatch([right, right], to: first.peer)
            let second = try broker.expect(.request)
            try broker.send(right, to: first.peer)
            try broker.respond(to: second, [2])
        } _: { client in
            [try await client.call("a/B").body, try await client.call("a/B").body]
        }
        #expect(replies == [[1], [2]])
    }

    @Test("an answer whose metadata is broken is INTERNAL for its request alone")
    func brokenMetadata() async throws {
        let (_, error) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            var answer = try ScriptedBroker.encode(Header(.response, id: request.id), entries: [("message", [65])])
            answer[Header.size + 1] = 200
            try broker.send(answer, to: request.peer)
        } _: { client in
            await failure { try await client.call("a/B") }
        }
        #expect(error?.status == .internal)
    }

    @Test("an ERROR with a request's id ends that request")
    func objected() async throws {
        let (_, error) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.send(Header(.error, status: 13, id: request.id), entries: [("message", Array("broken path".utf8))], to: request.peer)
        } _: { client in
            await failure { try await client.call("a/B", idempotent: true) }
        }
        #expect(error == CallError(.internal, "broken path", wasSent: true))
    }

    @Test("the window of WELCOME is never passed")
    func window() async throws {
        let count = 20
        let (most, _) = try await play { broker in
            broker.window = 4
            try broker.welcome()
            var open: [ReceivedMessage] = []
            var most = 0
            var answered = 0
            while answered < count {
                if let request = try broker.next(within: open.isEmpty ? 5000 : 30) {
                    open.append(request)
                    most = max(most, open.count)
                } else if !open.isEmpty {
                    try broker.respond(to: open.removeFirst())
                    answered += 1
                } else {
                    throw ScriptError("the client stopped after \(answered)")
                }
            }
            return most
        } _: { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count { group.addTask { _ = try await client.call("a/B", timeout: .seconds(20)) } }
                try await group.waitForAll()
            }
        }
        #expect(most == 4)
    }
}
