import MessageWire
import Testing

extension Processes {
    /// performance.md: the commands that measure, small enough for every run of the suite. What they show here is no figure.
    @Suite("A measuring command", .timeLimit(.minutes(3)))
    struct MeasuringTests {
        @Test("load intake finds again, after a kill, what the broker had accepted, and settles it")
        func intake() async throws {
            let folder = try PoolFolder()
            let ended = try await folder.run("load", "intake", "--count", "3000", "--restart", "--drain", "--data", folder.path, "--json")
            #expect(ended.status == 0, "\(ended.errors)")
            let report = try #require(ended.json, "\(ended.errors)")
            #expect(report["holds"]?.bool == true && report["accepted"]?.integer == 3000 && report["queued"]?.integer == 3000)
            #expect(report["restart"]?["queued"]?.integer == 3000)
            #expect(report["drain"]?["settled"]?.integer == 3000 && report["drain"]?["left"]?.integer == 0)
            // At least the bodies.
            #expect(try #require(report["journal_bytes"]?.integer) > 3000 * 200)
            let (idle, queued) = (try #require(report["idle_memory"]?.integer), try #require(report["queued_memory"]?.integer))
            #expect(idle > 1 << 20 && queued > idle)
        }

        @Test("load start sees a pool route its first call on an empty folder")
        func start() async throws {
            let folder = try PoolFolder()
            let ended = try await folder.run("load", "start", "--rounds", "1", "--data", folder.path, "--json")
            #expect(ended.status == 0, "\(ended.errors)")
            let round = try #require(ended.json?["rounds"]?.array?.first, "\(ended.errors)")
            let (applied, routed) = (try #require(round["up_applied_us"]?.integer), try #require(round["up_routed_us"]?.integer))
            #expect(applied > 0 && routed > applied)
            #expect(try #require(round["broker_memory"]?.integer) > 1 << 20 && (try #require(round["up_memory"]?.integer)) > 1 << 20)
        }

        @Test("load numbers applies an account of many numbers and routes calls to them")
        func numbers() async throws {
            let folder = try PoolFolder()
            let ended = try await folder.run("load", "numbers", "--count", "20000", "--calls", "50", "--data", folder.path, "--json")
            #expect(ended.status == 0, "\(ended.errors)")
            let report = try #require(ended.json, "\(ended.errors)")
            #expect(report["count"]?.integer == 20_000)
            // More than one message holds.
            #expect(try #require(report["document_bytes"]?.integer) > 2 << 20)
            #expect(try #require(report["apply_us"]?.integer) > 0)
            for line in ["one_number", "all_numbers"] { #expect(try #require(report[line]?["routing_memory"]?.integer) > 1 << 20) }
        }

        @Test("load calls at a rate holds its latency against a bare hop and a synced write", arguments: ["synced", "early"])
        func openLoop(_ tee: String) async throws {
            let folder = try PoolFolder()
            let ended = try await folder.run("load", "calls", "--rate", "100", "--seconds", "1", "--tee", tee, "--data", folder.path, "--json")
            #expect(ended.status == 0, "\(ended.errors)")
            let report = try #require(ended.json, "\(ended.errors)")
            #expect(report["tee"]?.string == tee && report["verdict"]?["answered"]?.integer == 100 && report["verdict"]?["lost"]?.integer == 0)
            #expect(report["latency"]?["count"]?.integer == 100)
            #expect(report["yardstick"]?["hop"]?["count"]?.integer == 300 && report["yardstick"]?["fdatasync"]?["count"]?.integer == 200)
        }

        @Test(
            "says what it cannot measure",
            arguments: [
                ["intake", "--batch", "1025"], ["intake", "--count", "0"], ["start", "--rounds", "0"], ["numbers", "--count", "0"], ["calls", "--tee", "late"],
            ])
        func usage(_ arguments: [String]) async throws {
            let ended = try await PoolFolder().start(["load"] + arguments).ended()
            #expect(ended.status == 64 && ended.output.isEmpty && ended.errors.contains(arguments[1]))
        }
    }
}
