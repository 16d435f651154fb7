import Glibc
import Testing

extension Processes {
    /// One owner for a folder, and one for an endpoint (interfaces.md §3).
    @Suite("What belongs to a process")
    struct OwnershipTests {
        @Test("A second process on a folder exits 78 and the first goes on", arguments: ["broker", "live-calls", "attribution", "directory"])
        func folder(_ part: String) async throws {
            let pool = try PoolFolder()
            let ended = try await pool.whileUp { up in
                let other = "ipc://\(pool.path)/other"
                let arguments =
                    part == "broker"
                    ? ["broker", "--data", pool.data, "--front", other, "--back", other + "-back"]
                    : ["worker", part, "--data", pool.data, "--broker", pool.back]
                let second = try await pool.start(arguments).ended()
                #expect(second.status == 78 && second.output.isEmpty)
                #expect(second.errors.contains("\(pool.data)/\(part) is in use by another") && second.errors.contains("--data"))
                #expect(up.isRunning)
            }
            #expect(ended.status == 0)
        }

        @Test("Routing workers share a folder: each has an instance of its own, and one that is taken is refused")
        func instances() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let third = try pool.startWorker("routing", "--instance", "third")
                try await pool.withClient { client in try await client.waitForPeer("third-\(third.id)") }
                let again = try await pool.startWorker("routing", "--instance", "third").ended()
                #expect(again.status == 78)
                #expect(again.errors.contains("\(pool.data)/routing/third is in use"))
                third.send(SIGTERM)
                #expect(await third.ended().status == 0)
            }
        }

        @Test("An endpoint that is in use exits 78 and names it")
        func endpoint() async throws {
            let pool = try PoolFolder(tcp: true)
            let ended = try await pool.whileUp { up in
                let second = try await pool.run(
                    "broker", "--data", pool.path + "/second", "--front", pool.front, "--back", "ipc://\(pool.path)/back")
                #expect(second.status == 78 && second.output.isEmpty)
                #expect(second.errors.contains(pool.front) && second.errors.contains("in use"))
                #expect(up.isRunning)
            }
            #expect(ended.status == 0)
        }
    }
}
