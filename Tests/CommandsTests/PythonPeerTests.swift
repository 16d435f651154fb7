import Glibc
import MessageClient
import MessageWire
import Testing

extension Processes {
    /// `deploy/python`, which the protocol guide builds on.
    @Suite("The Python producer and worker")
    struct PythonPeerTests {
        private static let services = """
            services:
              test.v1.Greeter: {class: unary}
              test.v1.Letters: {class: durable}

            """

        @Test("Each is one file of forty lines at most", arguments: ["producer.py", "worker.py"])
        func isShort(_ program: String) throws {
            #expect(try Python.source(program).split(separator: "\n", omittingEmptySubsequences: false).count <= 41)
        }

        @Test("A call is answered, a letter is accepted and done once, and both go on over a kill -9 of the broker", .timeLimit(.minutes(2)))
        func goOn() async throws {
            let folder = try PoolFolder(tcp: true)
            let python = try await Python(folder)
            let settings = try folder.file("broker.yaml", Self.services)
            let broker = try folder.startBroker("--config", settings)
            let greeter = try python.start("worker.py", folder.back, "test.v1.Greeter")
            let letters = try python.start("worker.py", folder.back, "test.v1.Letters")

            let call = try await python.start("producer.py", folder.front, "call", "test.v1.Greeter/Greet", "world", "30").ended()
            #expect(call.status == 0 && call.output.contains("RESPONSE 0 0 b'' b'hello, world'"), "\(call)")

            let first = String(repeating: "1a", count: 16)
            let submit = [folder.front, "submit", "test.v1.Letters/Send", "dear reader", "30", first]
            let accepted = try await python.start("producer.py", submit).ended()
            #expect(accepted.status == 0 && accepted.output.contains("ACCEPTED 0") && accepted.output.contains("fsync"), "\(accepted)")
            #expect(try await python.start("producer.py", submit).ended().output.contains("duplicate"))
            try await untilTrue("the letter is printed") { letters.outputSoFar == "\(first) dear reader\n" }

            // Both are busy when the broker dies, so what they were sent is open there.
            greeter.send(SIGSTOP)
            letters.send(SIGSTOP)
            let open = try python.start("producer.py", folder.front, "call", "test.v1.Greeter/Greet", "again", "60")
            let second = String(repeating: "2b", count: 16)
            let kept = try await python.start("producer.py", folder.front, "submit", "test.v1.Letters/Send", "once more", "30", second).ended()
            #expect(kept.status == 0, "\(kept)")
            try await folder.withClient { client in
                try await untilTrue("the broker has the call") {
                    let services = try await client.admin("ListServices")["services"]?.array ?? []
                    let service = services.first { $0["name"]?.string == "test.v1.Greeter" }
                    return (service?["ready"]?.integer ?? 0) + (service?["leased"]?.integer ?? 0) == 1
                }
            }
            await broker.killed()
            let successor = try folder.startBroker("--config", settings)
            greeter.send(SIGCONT)
            letters.send(SIGCONT)

            let answered = await open.ended()
            #expect(answered.status == 0 && answered.output.contains("b'hello, again'"), "\(answered)")
            try await folder.withClient { client in
                try await untilTrue("the letter is settled") {
                    let id = try #require(RequestID(hex: second))
                    return try await client.query(id)["state"]?.string == "settled"
                }
            }
            #expect(letters.outputSoFar == "\(first) dear reader\n\(second) once more\n")
            #expect(greeter.isRunning && letters.isRunning && successor.isRunning)
        }

        @Test("A producer whose broker is away gives up in time, and says under which id to ask again")
        func nobodyThere() async throws {
            let folder = try PoolFolder()
            let python = try await Python(folder)
            let id = String(repeating: "3c", count: 16)
            let ended = try await python.start("producer.py", folder.front, "submit", "test.v1.Letters/Send", "hello?", "1.5", id).ended()
            #expect(ended.status == 1 && ended.output.isEmpty && ended.errors.contains("\(id): not answered in time"))
        }
    }
}
