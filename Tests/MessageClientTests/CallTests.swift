import MessageClient
import MessageTesting
import MessageWire
import Testing

@Suite("A client's calls", .timeLimit(.minutes(3)))
struct CallTests {
    @Test("a call is answered by what the worker said, and keeps its metadata")
    func answered() async throws {
        let (request, reply) = try await ScriptedBroker.play { broker in
            try broker.welcome()
            let request = try broker.expect(.request)
            try broker.send(
                Header(.response, id: request.id), entries: [("teed", Array("0".utf8))], Array("hello ".utf8) + request.body, to: request.peer)
            return request
        } against: { endpoint, context in
            try await withMessageClient(endpoint: endpoint, name: "t", context: context, logger: quiet) { client in
                try await client.call(
                    "test.v1.Echo/Say", Array("you".utf8), contentType: "application/json", metadata: [("tenant", "acme")], idempotent: true)
            }
        }
        #expect(request.path == "test.v1.Echo/Say")
        #expect(request.entries == ["content-type": "application/json", "tenant": "acme"])
        #expect(request.header.flags == .idempotent)
        #expect(1...5000 ~= request.header.timeout)
        #expect(!request.id.isZero)
        #expect(reply.body == Array("hello you".utf8))
        #expect(reply["teed"] == "0")
        #expect(reply["absent"] == nil)
    }

    @Test("a thousand calls at once share few frames and each gets its own answer")
    func pipelined() async throws {
        let count = 1000
        let (frames, sum) = try await ScriptedBroker.play { broker in
            try broker.welcome()
            var alone = 0
            for _ in 0..<count {
                let request = try broker.expect(.request)
                if request.batchedWith == 1 { alone += 1 }
                try broker.respond(to: request, request.body)
            }
            return alone
        } against: { endpoint, context in
            try await withMessageClient(endpoint: endpoint, name: "t", context: context, logger: quiet) { client in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<count {
                        group.addTask {
                            let body = Array(String(number).utf8)
                            return try await client.call("test.v1.Echo/Say", body, timeout: .seconds(20)).body == body
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
            }
        }
        #expect(sum == count)
        #expect(frames < count)
    }
}
