import Glibc
import MessageClient
import MessageWire
import Testing

extension Processes {
    @Suite("services, peers, explain, pause, resume, drain and status --watch")
    struct OperatorCommandTests {
        @Test("services and peers list what is there, as tables and as the broker's own documents")
        func lists() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let services = try #require(try await pool.ask("services", "--json").json?["services"]?.array)
                let echo = try #require(services.first { $0["name"] == "test.v1.Echo" })
                #expect(echo["class"] == "unary" && echo["workers"] == 1 && echo["paused"] == false)
                let table = try await pool.ask("services")
                #expect(table.status == 0 && table.errors.isEmpty && table.lines.count == services.count + 1)
                #expect(table.lines.map { $0.prefix { $0 != " " } }.dropFirst() == services.compactMap { $0["name"]?.string.map { $0[...] } }.sorted()[...])

                let peers = try #require(try await pool.ask("peers", "--json").json?["peers"]?.array)
                #expect(peers.contains { $0["name"] == "tester" && $0["role"] == "worker" && $0["instance"] == "one" })
                let row = try #require(try await pool.ask("peers").lines.first { $0.hasPrefix("tester") })
                #expect(row.hasSuffix("test.v1.Echo test.v1.Jobs test.v1.Later"))
            }
        }

        @Test("explain gives each reason in words with its numbers and its remedy")
        func explain() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let empty = try await pool.ask("explain", "test.v1.Jobs")
                #expect(empty.status == 0 && empty.errors.isEmpty && empty.lines.count == 2)
                #expect(empty.lines[0] == "test.v1.Jobs (durable): 0 ready, 0 out, 0 delayed, 0 dead; 1 worker, credit 64")
                #expect(empty.lines[1].hasPrefix("  empty  Nothing waits"))

                _ = try await pool.ask("request", "test.v1.Later/Run", "--wait", "--timeout", "0.5")
                let delayed = try await pool.ask("explain", "test.v1.Later")
                let words = try #require(delayed.lines.first { $0.hasPrefix("  delayed") })
                #expect(words.contains("1 request waits for another try") && words.contains("The first goes again in 5") && words.contains("Z."))
                #expect(try await pool.ask("explain", "test.v1.Later", "--json").json?["reasons"] == ["delayed"])

                _ = try await pool.ask("request", "test.v1.Idle/Run")
                #expect(try await pool.ask("pause", "test.v1.Idle").status == 0)
                let idle = try await pool.ask("explain", "test.v1.Idle")
                #expect(idle.lines.contains { $0.hasPrefix("  paused      Somebody paused it") && $0.contains("trunkline resume test.v1.Idle") })
                #expect(idle.lines.contains { $0.hasPrefix("  no_workers  No worker serves it. Requests wait for one. Start one; ") })
                #expect(try await pool.ask("explain", "test.v1.Spread").lines.last?.contains("has no workers of its own") == true)
                _ = try await pool.die("1")
                #expect(try await pool.ask("explain", "test.v1.Jobs").lines.last?.contains("1 request is dead: `trunkline dead list test.v1.Jobs`") == true)
            }
        }

        @Test("pause and resume say what state resulted")
        func pause() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                #expect(try await pool.ask("pause", "test.v1.Jobs").output == "test.v1.Jobs: paused; new requests are accepted and wait; 0 waiting, 0 out\n")
                #expect(try await pool.ask("pause", "test.v1.Echo").output == "test.v1.Echo: paused; new requests are refused; 0 waiting, 0 out\n")
                _ = try await pool.ask("request", "test.v1.Jobs/Run")
                #expect(try await pool.ask("services").lines.contains { $0.hasPrefix("test.v1.Jobs (paused)") })
                let resumed = try await pool.ask("resume", "test.v1.Jobs")
                #expect(resumed.status == 0 && resumed.output.hasPrefix("test.v1.Jobs: not paused; requests go to its workers; "))
                #expect(try await pool.ask("resume", "test.v1.Echo", "--json").json == ["service": "test.v1.Echo", "paused": false])
                let spread = try await pool.ask("pause", "test.v1.Spread")
                #expect(spread.status == 65 && spread.errors.contains("pause test.v1.Jobs, test.v1.Later"))
            }
        }

        @Test(
            "A service that nobody knows is named, with the one that was meant",
            arguments: [["explain"], ["pause"], ["resume"], ["dead", "list"], ["dead", "replay", "--all"], ["dead", "purge", "--all", "--yes"]])
        func unknown(_ command: [String]) async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                for (name, meant) in [("test.v1.Jbos", "did you mean test.v1.Jobs? "), ("jobs", "did you mean test.v1.Jobs? "), ("ledgers", "")] {
                    let ended = try await pool.ask(command + [name])
                    #expect(ended.status == 1 && ended.output.isEmpty)
                    #expect(ended.errors == "trunkline: no service \"\(name)\"; \(meant)`trunkline services` lists them\n")
                }
            }
        }

        @Test("drain says what is left to do, and the broker ends with 0")
        func drain() async throws {
            let pool = try PoolFolder()
            let broker = try pool.startBroker()
            try await pool.withClient { client in
                try await untilTrue("a broker") { (try? await client.admin("Status")) != nil }
            }
            let drained = try await pool.ask("drain")
            #expect(drained.status == 0 && drained.errors.isEmpty && drained.output.contains(": draining; it takes nothing new"))
            #expect(await broker.ended().status == 0)
        }

        // The broker waits for what workers hold, and a question to Directory is held for up to 20 s.
        @Test("drain ends a whole pool in one process, too", .timeLimit(.minutes(3)))
        func drainAll() async throws {
            let pool = try PoolFolder()
            let up = try pool.start(["up", "--data", pool.data, "--front", pool.front, "--back", pool.back])
            try await pool.withClient { try await $0.waitForPool() }
            #expect(try await pool.ask("drain").status == 0)
            #expect(await up.ended().status == 0)
        }

        @Test("status --watch prints block after block on a pipe, with changes a second from the second on, and no escape codes")
        func watch() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let watched = try await pool.ask("status", "--watch", "--interval", "0.1", "--count", "3")
                #expect(watched.status == 0 && watched.errors.isEmpty && !watched.output.contains("\u{1B}"))
                #expect(watched.lines.count { $0.contains(": serving, epoch 1,") } == 3)
                #expect(watched.lines.filter { $0.hasPrefix("service ") }.map { $0.hasSuffix("waiting/s  dead/s") } == [false, true, true])
                let documents = try await pool.ask("status", "--watch", "--json", "--interval", "0.1", "--count", "2").lines.map { JSON($0) }
                #expect(documents.count == 2 && documents.allSatisfy { $0?["broker"]?["state"] == "serving" && $0?["services"]?.array != nil })
            }
        }

        @Test("status --watch ends with 0 at Ctrl-C, and looks on while the broker is away", arguments: [SIGINT, SIGTERM])
        func interrupted(_ signal: Int32) async throws {
            let pool = try PoolFolder()
            let watching = try await {
                var watching: Program?
                try await pool.whileWorking {
                    let program = try pool.start(["status", "--watch", "--interval", "0.1"], variables: ["TRUNKLINE_BROKER": pool.front])
                    try await untilTrue("the first block") { program.outputSoFar.contains("serving") }
                    watching = program
                }
                return try #require(watching)
            }()
            try await untilTrue("the broker is missed") { watching.outputSoFar.contains("no answer from the broker") }
            watching.send(signal)
            let ended = await watching.ended()
            #expect(ended.status == 0 && ended.errors.isEmpty)
        }

        @Test("--interval and --count want --watch, and numbers that make sense", arguments: [["--count", "1"], ["--watch", "--count", "0"], ["--watch", "--interval", "0"]])
        func usage(_ arguments: [String]) async throws {
            #expect(try await PoolFolder().start(["status"] + arguments).ended().status == 64)
        }

        @Test("Each of them says within seconds that there is no broker, and exits 69")
        func noBroker() async throws {
            let pool = try PoolFolder()
            let id = "0190aaaa00007000800000000000000c"
            let commands = [
                ["services"], ["peers"], ["explain", "s"], ["dead", "list", "s"], ["dead", "show", id], ["dead", "replay", "s", "--all"],
                ["dead", "purge", "s", id], ["pause", "s"], ["resume", "s"], ["drain"], ["request", "a/B"], ["status", "--watch"],
            ]
            // Beside each other: each waits for some seconds.
            let running = try commands.map { try pool.start($0, variables: ["TRUNKLINE_BROKER": pool.front]) }
            for (command, program) in zip(commands, running) {
                let ended = await program.ended()
                #expect(ended.status == 69 && ended.output.isEmpty, "\(command)")
                #expect(ended.errors.hasPrefix("trunkline: no broker answers at \(pool.front); ") && ended.errors.count { $0 == "\n" } == 1, "\(command)")
            }
        }
    }
}
