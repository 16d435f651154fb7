import Glibc
import MessageClient
import MessageWire
import Testing

extension Processes {
    /// interfaces.md §3: "a worker serves them all at once".
    @Suite("Several brokers")
    struct SeveralBrokersTests {
        @Test("A worker serves every broker that --broker names")
        func served() async throws {
            let pools = try [PoolFolder(), PoolFolder()]
            let brokers = try pools.map { try $0.startBroker() }
            let worker = try pools[0].start(
                ["worker", "directory", "--data", pools[0].data, "--broker", pools.map(\.back).joined(separator: ",")])
            for pool in pools {
                try await pool.withClient { client in
                    try await untilTrue("the worker serves \(pool.back)") {
                        let peers = try? await client.admin("ListPeers")["peers"]?.array
                        return peers?.contains { $0["name"]?.string == "directory" } == true
                    }
                }
            }
            for process in [worker] + brokers {
                process.send(SIGTERM)
                #expect(await process.ended().status == 0)
            }
        }

        @Test("An endpoint in the list that is none is named and refused, and so is one that comes twice")
        func refused() async throws {
            let pool = try PoolFolder()
            let empty = try await pool.run("worker", "directory", "--data", pool.data, "--broker", "\(pool.back),")
            #expect(empty.status == 78 && empty.errors.contains("one is empty"))
            let twice = try await pool.run("worker", "directory", "--data", pool.data, "--broker", "\(pool.back),\(pool.back)")
            #expect(twice.status == 78 && twice.errors.contains("\(pool.back) stands there twice"), "\(twice.errors)")
        }
    }
}
