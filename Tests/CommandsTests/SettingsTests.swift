import MessageWire
import Testing

extension Processes {
    /// interfaces.md §3.
    @Suite("Settings")
    struct SettingsTests {
        @Test("The command line goes before the environment, that before the file, and that before the default")
        func precedence() async throws {
            let pool = try PoolFolder()
            let file = try pool.file("broker.yaml", "front: ipc:///tmp/file\nback: ipc:///tmp/file-back\ndata: /tmp/file\nheartbeat: 2s\n")
            let variables = ["TRUNKLINE_CONFIG": file, "TRUNKLINE_FRONT": "ipc:///tmp/environment", "TRUNKLINE_BACK": "ipc:///tmp/environment"]
            let config = try #require(try await pool.run("config", "--json", "--front", "ipc:///tmp/given", variables: variables).json)
            func setting(_ name: String) -> [String] { ["value", "source"].compactMap { config[name]?[$0]?.string } }
            #expect(setting("front") == ["ipc:///tmp/given", "command line"])
            #expect(setting("back") == ["ipc:///tmp/environment", "environment"])
            #expect(setting("data") == ["/tmp/file", "file"])
            #expect(setting("heartbeat") == ["2000ms", "file"])
            #expect(setting("window") == ["1024", "default"])
            #expect(setting("config") == [file, "environment"])
        }

        @Test("As a table it says the same")
        func table() async throws {
            let ended = try await PoolFolder().run("config", "--grace", "3", variables: ["TRUNKLINE_ACCOUNT": "acme"])
            #expect(ended.status == 0 && ended.errors.isEmpty)
            let rows = ended.lines.map { $0.split(separator: " ").map(String.init) }
            #expect(rows.contains(["grace", "3", "command", "line"]))
            #expect(rows.contains(["account", "acme", "environment"]))
            #expect(rows.contains(["front", "tcp://127.0.0.1:7570", "default"]))
        }

        @Test(
            "An unknown key of the file exits 78 and names the nearest",
            arguments: [("frnt: tcp://127.0.0.1:1\n", "front"), ("services:\n  a.B:\n    class: durable\n    leese: 3s\n", "lease")])
        func unknownKey(_ text: String, _ nearest: String) async throws {
            let pool = try PoolFolder()
            let file = try pool.file("broker.yaml", text)
            for command in ["broker", "up", "config"] {
                let ended = try await pool.run(command, "--config", file, "--data", pool.data)
                #expect(ended.status == 78 && ended.output.isEmpty)
                #expect(ended.errors.contains("did you mean \(nearest)?") && ended.errors.contains(file))
            }
        }

        @Test("An unknown variable of ours exits 78")
        func unknownVariable() async throws {
            let ended = try await PoolFolder().run("status", variables: ["TRUNKLINE_BROKR": "ipc:///tmp/x"])
            #expect(ended.status == 78 && ended.output.isEmpty)
            #expect(ended.errors.contains("TRUNKLINE_BROKR is no setting") && ended.errors.contains("TRUNKLINE_BROKER"))
        }

        @Test("Of several brokers the one that answers is used")
        func severalBrokers() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let ended = try await pool.run("status", "--json", "--broker", "ipc://\(pool.path)/nobody,\(pool.front)")
                #expect(ended.status == 0 && ended.json?["broker"] != nil, "\(ended.errors)")
            }
        }

        @Test(
            "A list of brokers that cannot be meant exits 78 and says why",
            arguments: [("ipc:///tmp/x,", "is empty"), ("ipc:///tmp/x,host:1", "host:1 is no endpoint"), ("ipc:///tmp/x,ipc:///tmp/x", "twice")])
        func badList(_ list: String, _ reason: String) async throws {
            let ended = try await PoolFolder().run("status", "--broker", list)
            #expect(ended.status == 78 && ended.output.isEmpty)
            #expect(ended.errors.contains(reason) && ended.errors.contains(list))
        }

        @Test("An endpoint that other machines can reach is refused without keys", arguments: ["tcp://0.0.0.0:18999", "tcp://*:18999", "tcp://192.0.2.7:18999"])
        func exposed(_ endpoint: String) async throws {
            let pool = try PoolFolder()
            for option in ["--front", "--back"] {
                let ended = try await pool.run("broker", "--data", pool.data, option, endpoint)
                #expect(ended.status == 78 && ended.output.isEmpty)
                #expect(ended.errors.contains(endpoint) && ended.errors.contains("keys"))
            }
        }
    }
}
