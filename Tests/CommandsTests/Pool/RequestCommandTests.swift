import Foundation
import MessageWire
import Testing

extension Processes {
    @Suite("request")
    struct RequestCommandTests {
        @Test("A unary service's reply is printed as it is, whether the body is an argument, a file or standard input")
        func unary() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let body = #"{"b": 1, "a": "ü"}"#
                let file = try pool.file("body.json", body)
                for (given, input) in [(body, nil), ("@\(file)", nil), ("-", file)] {
                    let ended = try await pool.ask("request", "test.v1.Echo/Say", "--body", given, input: input)
                    #expect(ended.status == 0 && ended.output == body + "\n" && ended.errors.isEmpty, "--body \(given)")
                }
                #expect(try await pool.ask("request", "test.v1.Echo/Say").output == "{}\n")
                #expect(try await pool.ask("request", "grpc.health.v1.Health/Check", "--body", #"{"service":"test.v1.Echo"}"#).output == "{\"status\":\"SERVING\"}\n")
            }
        }

        @Test("A binary reply is not printed but written to a file")
        func binary() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let told = try await pool.ask("request", "test.v1.Echo/Bytes")
                #expect(told.status == 0 && told.output.isEmpty && told.errors.contains("binary (3 bytes") && told.errors.contains("--output"))
                let written = try await pool.ask("request", "test.v1.Echo/Bytes", "--output", "\(pool.path)/reply")
                #expect(written.status == 0 && written.output.isEmpty)
                #expect(FileManager.default.contents(atPath: "\(pool.path)/reply") == Data([0, 255, 1]))
                #expect(try await pool.ask("request", "test.v1.Echo/Bytes", "--output", "/no/such/folder").status == 74)
            }
        }

        @Test("A durable request is accepted once; --wait says what became of it")
        func durable() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let id = "0190aaaa00007000800000000000000b"
                let first = try await pool.ask("request", "test.v1.Jobs/Run", "--id", id, "--wait")
                #expect(first.status == 0 && first.lines == ["\(id) accepted, durability fsync", "\(id) settled after 1 attempt"])
                #expect(try await pool.ask("request", "test.v1.Jobs/Run", "--id", id).output == "\(id) accepted before, not again, durability fsync\n")
                let another = try await pool.ask("request", "test.v1.Jobs/Run", "--id", id, "--body", "1")
                #expect(another.status == 65 && another.output.isEmpty && another.errors.contains("--id \(id)"))

                let dead = try await pool.ask("request", "test.v1.Jobs/Die", "--wait", "--json")
                #expect(dead.status == 1 && dead.json?["request"]?["state"] == "dead" && dead.json?["duplicate"] == false)
                #expect(dead.errors.contains("is dead after 1 attempt") && dead.errors.contains("no such customer") && dead.errors.contains("dead show"))
                let late = try await pool.ask("request", "test.v1.Later/Run", "--wait", "--timeout", "1")
                #expect(late.status == 75 && late.lines.count == 1 && late.errors.contains("still delayed after 1 attempt"))
            }
        }

        @Test("What the pool, the file or the line refuses is said in one line, with its status")
        func refusals() async throws {
            let pool = try PoolFolder()
            try await pool.whileWorking {
                let large = try pool.file("large.json", #"""# + String(repeating: "x", count: 2 << 20) + #"""#)
                let cases: [([String], Int32, String)] = [
                    (["test.v1.Eco/Say"], 1, "did you mean test.v1.Echo?"),
                    (["test.v1.Echo/Nothing"], 1, "no such method"),
                    (["test.v1.Echo/Refuse"], 77, "not for you"),
                    (["test.v1.Echo/Say", "--body", "{"], 65, "is not JSON"),
                    (["test.v1.Echo/Say", "--body", "@/none"], 66, "/none: no such file"),
                    (["test.v1.Echo/Say", "--body", "@\(large)"], 65, "over the broker's limit of 1048576"),
                    (["test.v1.Echo/Say", "--body", "@/dev/zero"], 65, "more than 67108864 bytes"),
                    (["test.v1.Echo/Say", "--metadata", "Key=x"], 65, "key"),
                    (["test.v1.Echo/Say", "--metadata", "x"], 64, "key=value"),
                    (["test.v1.Echo/Say", "--id", "x"], 65, "no request id"),
                    (["test.v1.Echo/Say", "--wait"], 64, "is unary"),
                    (["test.v1.Jobs/Run", "--output", "x"], 64, "is durable"),
                ]
                for (arguments, status, words) in cases {
                    let ended = try await pool.ask(["request"] + arguments)
                    #expect(ended.status == status && ended.output.isEmpty, "\(arguments): \(ended)")
                    #expect(ended.errors.contains(words) && ended.errors.count { $0 == "\n" } == 1, "\(arguments): \(ended.errors)")
                }
                _ = try await pool.ask("pause", "test.v1.Echo")
                let paused = try await pool.ask("request", "test.v1.Echo/Say")
                #expect(paused.status == 75 && paused.errors.contains("paused; `trunkline explain test.v1.Echo`"))
            }
        }

        @Test("No path, or no time, is a wrong use", arguments: [["Say"], ["test.v1.Echo/"], ["a/B", "--timeout", "0"], ["a/B", "--timeout", "x"]])
        func usage(_ arguments: [String]) async throws {
            #expect(try await PoolFolder().start(["request"] + arguments).ended().status == 64)
        }
    }
}
