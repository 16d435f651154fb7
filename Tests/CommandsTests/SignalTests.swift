import Glibc
import MessageClient
import MessageWire
import MessageWorker
import Testing

extension Processes {
    /// interfaces.md §1: the first signal drains, the second ends at once.
    @Suite("Signals")
    struct SignalTests {
        @Test("An idle pool ends within moments of SIGTERM or SIGINT, with 0 and nothing on standard output", arguments: [SIGTERM, SIGINT])
        func idle(_ signal: Int32) async throws {
            let pool = try PoolFolder()
            let up = try pool.start(["up", "--data", pool.data, "--front", pool.front, "--back", pool.back])
            try await pool.withClient { try await $0.waitForPool() }
            let begin = ContinuousClock.now
            up.send(signal)
            let ended = await up.ended()
            #expect(ended.status == 0 && ended.output.isEmpty)
            // Far from the default grace of 25 s; idle it takes about one.
            #expect(ContinuousClock.now - begin < .seconds(5))
        }

        @Test("A stage that waits for its broker says so once, and ends with 0")
        func withoutBroker() async throws {
            let pool = try PoolFolder()
            for worker in try ["routing", "live-calls", "attribution", "directory"].map({ try pool.startWorker($0) }) {
                // The log begins when it has waited for a while, long after it listens to signals.
                try await untilTrue("the wait is told") { worker.errorsSoFar.contains("\n") }
                worker.send(SIGTERM)
                let ended = await worker.ended()
                #expect(ended.status == 0 && ended.output.isEmpty)
                let told = ended.errors.split(separator: "\n").filter { $0.contains(pool.back) }
                #expect(!told.isEmpty)
                // A worker has a connection for its tasks and one that asks for directories.
                #expect(told.count <= 2, "\(ended.errors)")
            }
        }

        @Test("A broker waits for what a worker holds, and a second signal ends it at once with 130")
        func secondSignal() async throws {
            let pool = try PoolFolder()
            let file = try pool.file("broker.yaml", "services:\n  test.v1.Held: {class: unary, default_timeout: 60s}\n")
            let broker = try pool.startBroker("--config", file)
            let (held, holding) = AsyncStream.makeStream(of: Void.self)
            let worker = try MessageWorker(
                endpoint: pool.back, name: "holder",
                services: [
                    .concurrent("test.v1.Held") { _ in
                        holding.finish()
                        let (stream, _) = AsyncStream.makeStream(of: Void.self)
                        for await _ in stream {}
                        return .done()
                    }
                ], logger: .silent)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await pool.withClient { client in
                    await withTaskGroup(of: Void.self) { calls in
                        calls.addTask { _ = try? await client.call("test.v1.Held/Hold", timeout: .seconds(60), waitForReady: true) }
                        for await _ in held {}
                        broker.send(SIGTERM)
                        // It is still there, and takes nothing new: the state says so, or the client, which was told to go away.
                        while let state = try? await client.admin("Status")["state"]?.string, state != "draining" {}
                        #expect(broker.isRunning)
                        broker.send(SIGTERM)
                        let ended = await broker.ended()
                        #expect(ended.status == 130)
                        calls.cancelAll()
                    }
                }
                group.cancelAll()
            }
        }
    }
}
