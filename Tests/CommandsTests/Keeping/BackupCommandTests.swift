import Foundation
import MessageClient
import MessageWire
import Testing

extension Processes {
    /// records.md §7.
    @Suite("backup and restore", .timeLimit(.minutes(3)))
    struct BackupCommandTests {
        private func call(_ client: MessageClient, _ id: String) async throws {
            _ = try await client.answered(
                "trunkline.v1.Routing/RouteCall", ["call_id": .string(id), "to": .string(Sample.google), "from": .string(Sample.caller)])
        }

        @Test("a copy taken while calls flow has every call that was answered before it began, and works as a data folder")
        func backup() async throws {
            let pool = try PoolFolder()
            let file = pool.path + "/copy.tar"
            try await pool.whileUp { _ in
                try await pool.apply()
                try await pool.withClient { client in
                    for place in 0..<150 { try await call(client, "before-\(place)") }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { for place in 0..<400 { try await call(client, "meanwhile-\(place)") } }
                        group.addTask {
                            let made = try await pool.ask("backup", file, "--data", pool.data)
                            #expect(made.status == 0 && made.errors.isEmpty, "\(made)")
                            #expect(made.lines.count == 5 && made.lines[1].hasPrefix("broker/journal.sqlite"))
                        }
                        try await group.waitForAll()
                    }
                }
                let again = try await pool.ask("backup", file, "--data", pool.data)
                #expect(again.status == 1 && again.errors.contains("--force"))
                #expect(try await pool.ask("backup", file, "--data", pool.data, "--force", "--json").json?["copies"]?.array?.count == 4)
                let over = try await pool.ask("restore", file, "--data", pool.data)
                #expect(over.status == 1 && over.errors.contains("not empty"))
            }
            let other = try PoolFolder()
            let restored = try await other.ask("restore", file, "--data", other.data)
            #expect(restored.status == 0 && restored.output.hasPrefix("\(other.data): restored"), "\(restored)")
            try await other.whileUp { _ in
                try await other.workedOff()
                for place in stride(from: 0, to: 150, by: 10) {
                    #expect(try await other.ask("call", "show", "before-\(place)", "--json").json?["tracking_number"]?.string == Sample.google)
                }
                let answer = try await other.withClient { try await $0.answered("trunkline.v1.CallLog/Summarize", ["by": "source"]) }
                let calls = answer["rows"]?.array?.reduce(0) { $0 + ($1["calls"]?.integer ?? 0) } ?? 0
                #expect(150...550 ~= calls)
            }
        }

        @Test("a damaged, foreign or newer file is refused and changes nothing")
        func refused() async throws {
            let pool = try PoolFolder()
            let file = pool.path + "/copy.tar"
            try await pool.whileUp { _ in try await pool.apply() }
            #expect(try await pool.ask("backup", file, "--data", pool.data).status == 0)
            let whole = try #require(FileManager.default.contents(atPath: file))
            func refusal(_ bytes: Data, _ word: String) async throws {
                let bad = pool.path + "/bad.tar"
                try bytes.write(to: URL(fileURLWithPath: bad))
                let ended = try await pool.ask("restore", bad, "--data", pool.path + "/new")
                #expect(ended.status == 65 && ended.output.isEmpty && ended.errors.contains(word), "\(ended)")
                #expect(!FileManager.default.fileExists(atPath: pool.path + "/new"))
            }
            try await refusal(whole.prefix(whole.count / 2), "the file ends in the middle")
            try await refusal(whole.prefix(try #require(whole.range(of: Data("manifest.json".utf8))).lowerBound), "manifest")
            try await refusal(Data("no archive at all".utf8), "no backup")
            var flipped = whole
            flipped[5000] ^= 1
            try await refusal(flipped, "SHA-256")
            var newer = whole
            let format = try #require(newer.range(of: Data(#"{"format":1"#.utf8)))
            newer.replaceSubrange(format, with: Data(#"{"format":9"#.utf8))
            try await refusal(newer, "newer version")
            let nothing = try await pool.ask("restore", pool.path + "/missing.tar", "--data", pool.path + "/new")
            #expect(nothing.status == 66)
            let nowhere = try await pool.ask("backup", pool.path + "/x.tar", "--data", pool.path + "/nowhere")
            #expect(nowhere.status == 66 && nowhere.errors.contains("--data"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: pool.path).allSatisfy { !$0.hasPrefix(".trunkline-") })
        }
    }
}
