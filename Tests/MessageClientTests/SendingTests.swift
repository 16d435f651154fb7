import MessageClient
import MessageTesting
import MessageWire
import Testing

@Suite("What a client sends", .timeLimit(.minutes(3)))
struct SendingTests {
    @Test("a durable request is sent under one id until it is accepted")
    func submit() async throws {
        let (sent, acceptance) = try await play { broker in
            try broker.welcome()
            let first = try broker.expect(.request)
            try broker.respond(to: first, status: .unavailable, pushback: 5)
            let second = try broker.expect(.request)
            try broker.respond(to: second, status: .resourceExhausted, pushback: 5)
            let third = try broker.expect(.request)
            try broker.accept(third)
            return [first, second, third]
        } _: { client in
            try await client.submit("test.v1.Jobs/Do", [1, 2], timeToLive: .seconds(60))
        }
        #expect(Set(sent.map(\.id)).count == 1)
        #expect(sent.map(\.body) == [[1, 2], [1, 2], [1, 2]])
        #expect(sent[0].header.flags.isSuperset(of: .durable))
        #expect(sent.map(\.header.timeout) == [60_000, 60_000, 60_000])
        #expect(acceptance == Acceptance(durability: .synced, isDuplicate: false))
    }

    @Test("ten thousand requests of one bulk send end once each, in shared frames")
    func bulk() async throws {
        let count = 10_000
        let (alone, indices) = try await play { broker in
            try broker.welcome()
            var alone = 0
            for _ in 0..<count {
                let request = try broker.expect(.request)
                if request.batchedWith == 1 { alone += 1 }
                try broker.accept(request)
            }
            return alone
        } _: { client in
            let template = try Request.durable("test.v1.Jobs/Do", contentType: "application/json")
            let requests = (0..<count).map { template.with(body: Array(String($0).utf8)) }
            let (ended, outcomes) = AsyncStream<[Outcome]>.makeStream()
            client.send(requests) { outcomes.yield($0) }
            var indices: [Int] = []
            for await some in ended {
                for outcome in some {
                    guard case .success(.accepted) = outcome.result else { continue }
                    indices.append(outcome.index)
                }
                if indices.count >= count { break }
            }
            return indices
        }
        #expect(Set(indices).count == count)
        #expect(indices.count == count)
        #expect(alone < count / 2)
    }

    @Test("a cancelled task sends CANCEL and gets CANCELLED")
    func cancelled() async throws {
        let (arrived, arrival) = AsyncStream<Void>.makeStream()
        let (cancel, status) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            arrival.finish()
            return try broker.expect(.cancel).id == request.id
        } _: { client in
            await withTaskGroup(of: StatusCode?.self) { group in
                group.addTask {
                    do throws(CallError) {
                        _ = try await client.call("a/B")
                        return nil
                    } catch {
                        return error.status
                    }
                }
                for await _ in arrived {}
                group.cancelAll()
                return await group.next() ?? nil
            }
        }
        #expect(cancel)
        #expect(status == .cancelled)
    }

    @Test("a query gives the broker's JSON, or NOT_FOUND")
    func query() async throws {
        let id = RequestID(high: 5, low: 6)
        let (_, states) = try await play { broker in
            try broker.welcome()
            let first = try broker.expect(.query)
            try broker.send(Header(.state, id: first.id), Array(#"{"state":"dead"}"#.utf8), to: first.peer)
            let second = try broker.expect(.query)
            try broker.send(Header(.state, status: 5, id: second.id), to: second.peer)
        } _: { client in
            let found = try await client.query(id)
            do throws(CallError) {
                _ = try await client.query(id)
                return (found, nil as StatusCode?)
            } catch {
                return (found, error.status)
            }
        }
        #expect(states.0["state"] == "dead")
        #expect(states.1 == .notFound)
    }

    @Test("the broker's own services answer in JSON")
    func admin() async throws {
        let (request, reply) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.respond(to: request, Array(#"{"services":[]}"#.utf8))
            return request
        } _: { client in
            try await client.admin("Explain", ["service": "a"])
        }
        #expect(request.path == "trunkline.pool.v1.Admin/Explain")
        #expect(request.text == #"{"service":"a"}"#)
        #expect(reply["services"] == [])
    }

    @Test("no BATCH goes to a broker that did not announce it")
    func unbatched() async throws {
        let (batched, _) = try await play { broker in
            broker.batch = false
            try broker.welcome()
            return try (0..<50).map { _ in
                let request = try broker.expect(.request)
                try broker.respond(to: request)
                return request.batchedWith
            }
        } _: { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 { group.addTask { _ = try await client.call("a/B") } }
                try await group.waitForAll()
            }
        }
        #expect(Set(batched) == [1])
    }

    @Test("a body larger than any batch goes as a frame of its own")
    func large() async throws {
        let body = [UInt8](repeating: 7, count: 300_000)
        let (_, reply) = try await play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.respond(to: request, request.body)
        } _: { client in
            try await client.call("a/B", body)
        }
        #expect(reply.body == body)
    }

    @Test("a shutdown lets what is open end, says BYE and refuses what comes later")
    func shutDown() async throws {
        let (_, results) = try await ScriptedBroker.play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.respond(to: request, [1])
            _ = try broker.expect(.bye)
        } against: { endpoint, context in
            let client = try MessageClient(endpoint: endpoint, name: "t", context: context, logger: quiet)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                async let open = client.call("a/B")
                let body = try await open.body
                client.shutDown()
                try await group.waitForAll()
                do throws(CallError) {
                    _ = try await client.call("a/B")
                    return (body, nil as StatusCode?)
                } catch {
                    return (body, error.status)
                }
            }
        }
        #expect(results.0 == [1])
        #expect(results.1 == .unavailable)
    }

    @Test("a path or an entry that breaks the rules is refused here", arguments: ["a b/C", "ä/B", String(repeating: "a", count: 256)])
    func badPath(path: String) {
        #expect(throws: CallError.self) { try Request.unary(path) }
        #expect(throws: CallError.self) { try Request.unary("a/B", metadata: [("Key", "v")]) }
        #expect(throws: CallError.self) { try Request.unary("a/B", metadata: [("key", "ü")]) }
    }

    @Test("ids are UUIDs of version 7 and do not repeat")
    func ids() {
        let ids = (0..<10_000).map { _ in RequestIDs.next() }
        #expect(Set(ids).count == ids.count)
        for id in ids {
            #expect(id.high >> 12 & 0xF == 7)
            #expect(id.low >> 62 == 2)
        }
    }
}
