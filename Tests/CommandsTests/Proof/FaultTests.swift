import Glibc
import MessageWire
import Testing

extension Processes {
    /// reliability.md: the faults that every release survives, as a short rotation of `trunkline load --faults kill`.
    @Suite("A pool whose processes are killed and stopped while calls flow", .timeLimit(.minutes(3)))
    struct FaultTests {
        @Test("keeps every promise, and works on as before")
        func rotation() async throws {
            // Another at every run, unless TRUNKLINE_SEED says which one to play again.
            let seed = getenv("TRUNKLINE_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0...UInt64(UInt32.max))
            print("seed \(seed): TRUNKLINE_SEED=\(seed) plays these faults again")
            let ended = try await PoolFolder().run("load", "--faults", "kill", "--rounds", "25", "--for", "20s", "--seed", "\(seed)", "--json")
            #expect(ended.status == 0, "seed \(seed): \(ended.errors)")
            let report = try #require(ended.json, "seed \(seed): \(ended.errors)")
            #expect(report["holds"]?.bool == true && report["seed"]?.string == "\(seed)")
            #expect(report["violations"]?.array?.isEmpty == true)
            // Faults came about, and calls flowed between them.
            let (rounds, answered) = (try #require(report["rounds"]?.integer), try #require(report["answered"]?.integer))
            #expect(rounds >= 3 && answered >= 300 + rounds)
            #expect(try #require(report["events_accepted"]?.integer) > 0)
        }

        @Test("does not get away with a journal that is lost")
        func lostJournal() async throws {
            let folder = try PoolFolder()
            let ended = try await folder.run("load", "--faults", "journal-loss", "--rounds", "1", "--seed", "1", "--data", folder.path, "--json")
            #expect(ended.status == 1)
            let report = try #require(ended.json, "\(ended.errors)")
            #expect(report["invariants"]?["recorded"]?.bool == false)
            let first = try #require(report["violations"]?.array?.first?["text"]?.string)
            #expect(first.contains("call load-") && first.contains("in round 1"))
            #expect(ended.errors.contains(first), "standard error explains the first one")
            #expect(report["folder"]?.string.map { access($0 + "/broker.log", R_OK) } == 0, "what is needed to find out why is kept")
        }
    }
}
