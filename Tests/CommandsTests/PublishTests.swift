import Foundation
import Glibc
import MessageWire
import Testing

extension Processes {
    @Suite("publish: nothing told is lost, doubled or held back")
    struct PublishTests {
        private static func note(_ call: String, _ second: Int = 0) -> String {
            #"{"call_id":"\#(call)","type":"note","at":"2026-03-24T10:00:0\#(second)Z","note":"n"}"#
        }

        @Test("an event that stands in a file more than once is a duplicate each further time, near or far")
        func repeated() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                // More lines than are on their way at once, each told three times: beside the first, and after all others.
                let events = (0..<6000).map { Self.note("r\($0)") }
                let file = try pool.file("twice.ndjson", (events.flatMap { [$0, $0] } + events).joined(separator: "\n"))
                let first = try await pool.ask("publish", file, "--json")
                #expect(first.status == 0 && first.errors.isEmpty)
                #expect(first.json == ["accepted": 6000, "duplicate": 12000, "refused": 0])
                #expect(try await pool.ask("publish", file).output == "0 accepted, 18000 duplicate, 0 refused\n")
                // As one event in other words, in a format of its own.
                let csv = try pool.file("same.csv", "type,at,note,call_id\nnote,2026-03-24T11:00:00+01:00,n,r0\nnote,2026-03-24T10:00:00.000Z,n,r0\n")
                #expect(try await pool.ask("publish", csv).output == "0 accepted, 2 duplicate, 0 refused\n")
            }
        }

        @Test("a quote too many costs its own line, and no line behind it")
        func quotes() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let lines = [
                    "call_id,type,at,note", #"q1,note,2026-03-24T10:00:00Z,"not closed"#, "q2,note,2026-03-24T10:00:00Z,fine", #"q3,note,2026-03-24T10:00:00Z,6" pipe"#,
                    #"q4,note,2026-03-24T10:00:00Z,"closed" too soon"#, #"q5,note,2026-03-24T10:00:00Z,"two"#, #"lines""#, #"q6,note,2026-03-24T10:00:00Z,"at the end"#,
                    "q7,note,2026-03-24T10:00:00Z,fine",
                ]
                let file = try pool.file("quotes.csv", lines.joined(separator: "\r\n"))
                let ended = try await pool.ask("publish", file)
                #expect(ended.status == 65 && ended.output == "4 accepted, 0 duplicate, 3 refused\n")
                let complaints = ended.errors.split(separator: "\n")
                for (complaint, line) in zip(complaints, [2, 5, 8]) { #expect(complaint.hasPrefix("trunkline: \(file):\(line): "), "\(complaint)") }
                try await pool.workedOff()
                for (call, note) in [("q2", "fine"), ("q3", "6\" pipe"), ("q5", "two\nlines"), ("q7", "fine")] {
                    #expect(try await pool.ask("call", "show", call, "--json").json?["note"]?.string == note)
                }
            }
        }

        @Test("a header that names what no event has is told once, and nothing is published", arguments: [
            ("call_id,type,at,frm", "an event has no field \"frm\"; did you mean from?"), ("call_id,type,at,at", "column \"at\" stands twice; keep one of them"),
            ("call_id;type;at", "all of the header is one column; put commas where it has \";\""),
        ])
        func header(header: String, complaint: String) async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let file = try pool.file("bad.csv", "\(header)\na,note,2026-03-24T10:00:00Z,x\na,note,2026-03-24T10:00:01Z,x\n")
                let ended = try await pool.ask("publish", file)
                #expect(ended.status == 65 && ended.output.isEmpty && ended.errors == "trunkline: \(file):1: \(complaint)\n")
            }
        }

        @Test("CSV has columns for attributes, and spaces around names and tags are none of them")
        func attributes() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let file = try pool.file("told.csv", "call_id, type ,at,attributes.utm_source,tags\na,arrived,2026-03-24T10:00:00Z,news,\na,tagged,2026-03-24T10:00:01Z,,vip; new ;\n")
                #expect(try await pool.ask("publish", file).output == "2 accepted, 0 duplicate, 0 refused\n")
                try await pool.workedOff()
                let shown = try #require(try await pool.ask("call", "show", "a", "--events", "--json").json)
                #expect(shown["tags"] == ["vip", "new"])
                #expect(shown["events"]?.array?.first?["attributes"] == ["utm_source": "news"])
            }
        }

        @Test("a line longer than any event is refused and read over, a list is no event, and a folder no file")
        func noEvents() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let file = try pool.file("long.ndjson", [String(repeating: "x", count: 5 << 20), "[\(Self.note("a"))]", Self.note("b")].joined(separator: "\n"))
                let ended = try await pool.ask("publish", file)
                #expect(ended.status == 65 && ended.output == "1 accepted, 0 duplicate, 2 refused\n")
                #expect(ended.errors.contains("\(file):1: the line has 5242880 bytes") && ended.errors.contains("\(file):2: a list begins here"))
                let folder = try await pool.ask("publish", pool.data)
                #expect(folder.status == 74 && folder.errors == "trunkline: \(pool.data): is a folder; name a file in it\n")
            }
        }

        @Test("a file that is no text of ours is refused as a whole", arguments: [([UInt8]([0x1F, 0x8B, 8, 0]), "is compressed; unpack it first"), ([0xFF, 0xFE, 0x7B, 0], "is UTF-16; save it as UTF-8")])
        func noText(bytes: [UInt8], complaint: String) async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let file = try pool.file("packed", "")
                try Data(bytes + [0x0A, 0x0A]).write(to: URL(fileURLWithPath: file))
                let ended = try await pool.ask("publish", file)
                #expect(ended.status == 65 && ended.output.isEmpty && ended.errors.hasPrefix("trunkline: \(file): \(complaint)"))
                #expect(ended.errors.split(separator: "\n").count == 1)
            }
        }

        @Test("what a stream tells is published before it tells more")
        func stream() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                let path = try pool.file("stream", "")
                unlink(path)
                #expect(mkfifo(path, 0o600) == 0)
                // Open at both ends, so that neither side waits for the other to open it.
                let stream = FileHandle(fileDescriptor: open(path, O_RDWR | O_CLOEXEC), closeOnDealloc: true)
                let publishing = try pool.start(["publish", "-"], variables: ["TRUNKLINE_BROKER": pool.front], input: path)
                try await pool.withClient { client in
                    for call in ["s1", "s2", "s3"] {
                        try stream.write(contentsOf: Data((Self.note(call) + "\n").utf8))
                        try await untilTrue("\(call) is recorded") {
                            try await client.answered("trunkline.v1.CallLog/Unmatched", ["limit": 10])["calls"]?.array?.contains { $0["call_id"]?.string == call } == true
                        }
                    }
                }
                try stream.close()
                let ended = await publishing.ended()
                #expect(ended.status == 0 && ended.output == "3 accepted, 0 duplicate, 0 refused\n")
            }
        }
    }
}
