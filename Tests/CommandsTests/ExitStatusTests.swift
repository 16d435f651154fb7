import Glibc
import MessageWire
import Testing

extension Processes {
    /// interfaces.md §2.
    @Suite("What a command tells the shell")
    struct ExitStatusTests {
        @Test("A command that finds no broker says so within seconds and exits 69")
        func noPool() async throws {
            let pool = try PoolFolder(tcp: true)
            let directory = try pool.file("acme.yaml", Sample.directory())
            let commands = [
                ["status"], ["calls"], ["call", "show", "a"], ["report", "source"], ["publish", "-"], ["apply", "-f", directory],
                ["route", "--to", Sample.google],
            ]
            let begin = ContinuousClock.now
            // Beside each other: each waits for some seconds.
            let running = try commands.map { try pool.start($0, variables: ["TRUNKLINE_BROKER": pool.front]) }
            for (command, program) in zip(commands, running) {
                let ended = await program.ended()
                #expect(ended.status == 69 && ended.output.isEmpty, "\(command)")
                #expect(
                    ended.errors == "trunkline: no broker answers at \(pool.front); start one with `trunkline up`, or name another with --broker\n",
                    "\(command)")
            }
            #expect(ContinuousClock.now - begin < .seconds(10))
        }

        @Test(
            "A file that is not there is named, and the status is 66, with or without a pool",
            arguments: [
                ["check", "/none.yaml"], ["apply", "-f", "/none.yaml"], ["publish", "/none.yaml"], ["broker", "--config", "/none.yaml"],
                ["simulate", "--directory", "/none.yaml", "--timeline", "-"], ["config", "--config", "/none.yaml"],
            ])
        func noFile(_ arguments: [String]) async throws {
            let ended = try await PoolFolder().start(arguments).ended()
            #expect(ended.status == 66 && ended.output.isEmpty)
            #expect(ended.errors == "trunkline: /none.yaml: no such file\n")
        }

        @Test("A bad directory exits 65 with every problem on a line of its own, with its path")
        func badDirectory() async throws {
            let pool = try PoolFolder()
            let file = try pool.file("bad.yaml", Sample.withFiveFaults)
            for arguments in [["check", file], ["apply", "-f", file], ["simulate", "--directory", file, "--timeline", "/dev/null"]] {
                let ended = try await pool.start(arguments).ended()
                #expect(ended.status == 65 && ended.output.isEmpty)
                let lines = ended.errors.split(separator: "\n")
                for path in ["colour: ", "destinations[0].number: ", "flows[0].start.dial: ", "numbers[0].flow: "] {
                    #expect(lines.filter { $0.contains(path) }.count == 1, "\(path) in \(ended.errors)")
                }
                #expect(lines.first?.contains("\(lines.count - 1) problems") == true)
            }
        }

        @Test(
            "What the command line does not know exits 64",
            arguments: [
                ["calls", "--nonsense"], ["nonsense"], ["worker", "nonsense"], ["route"], ["broker", "--grace", "soon"],
                ["broker", "--grace", "90000"], ["report", "nonsense"],
            ])
        func usage(_ arguments: [String]) async throws {
            let ended = try await PoolFolder().start(arguments).ended()
            #expect(ended.status == 64 && ended.output.isEmpty && !ended.errors.isEmpty)
        }

        @Test("Endpoints that are none exit 78", arguments: [["status", "--broker", "nonsense"], ["worker", "routing", "--broker", "a,b"], ["broker", "--front", "nonsense"]])
        func noEndpoint(_ arguments: [String]) async throws {
            let ended = try await PoolFolder().start(arguments).ended()
            #expect(ended.status == 78 && ended.output.isEmpty)
            #expect(ended.errors.contains(arguments.last ?? ""))
        }

        @Test("Input that the pool refuses exits 65 and says what would be right")
        func badQueries() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                for (option, value, remedy) in [
                    ("--outcome", "nonsense", "use one of answered"), ("--cursor", "nonsense", "the `next` of the page before"),
                    ("--limit", "0", "ask for 1 to"), ("--since", "yesterday", "2026-06-03T14:05:00Z"),
                ] {
                    let ended = try await pool.ask("calls", option, value)
                    #expect(ended.status == 65 && ended.output.isEmpty)
                    #expect(ended.errors.contains(remedy))
                }
                let unknown = try await pool.ask("call", "show", "nobody")
                #expect(unknown.status == 1 && unknown.output.isEmpty)
                #expect(unknown.errors.contains("nobody"))
            }
        }
    }
}
