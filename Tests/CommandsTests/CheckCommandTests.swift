import MessageWire
import Testing

extension Processes {
    @Suite("A directory's own tests, and replay")
    struct CheckCommandTests {
        /// The sample directory with one test of its own.
        private static func tested(_ expectation: String) -> String {
            Sample.directory() + """
                tests:
                  - name: Anna takes it
                    timeline:
                      - {at: 2026-06-09T14:00:00Z, call: c1, to: "\(Sample.google)", from: "\(Sample.caller)", phones: {"\(Sample.anna)": {answer_after: 4, talk: 60}}}
                    expect: [\(expectation)]

                """
        }

        @Test("check says which expectation does not hold, and apply refuses such a document")
        func check() async throws {
            let pool = try PoolFolder()
            let good = try pool.file("good.yaml", Self.tested("{call: c1, destination: anna, outcome: answered}"))
            let held = try await pool.run("check", good)
            #expect(held.status == 0 && held.output.hasSuffix("no problems, 1 test holds\n"))
            let bad = try pool.file("bad.yaml", Self.tested("{call: c1, destination: ben}"))
            for ended in [try await pool.run("check", bad), try await pool.run("apply", "-f", bad)] {
                #expect(ended.status == 1 && ended.output.isEmpty)
                #expect(ended.errors.contains(#"Anna takes it: call c1: destination_id is "anna", expected "ben""#))
            }
            let senseless = try await pool.run("check", try pool.file("senseless.yaml", Self.tested("{outcome: answered}")))
            #expect(senseless.status == 65 && senseless.errors.contains("tests[0].expect[0]"))
        }

        @Test("what a caller's number tells can be expected, and rules may ask for it")
        func places() async throws {
            let pool = try PoolFolder()
            let rules = """
                qualify:
                  - {name: in state, all: [{caller_region: IL}, {caller_line_type: landline_or_mobile}]}

                """
            let told = "fields: {caller_city: Chicago, caller_time_zone: America/Chicago, qualified_rule: in state}"
            let held = try await pool.run("check", try pool.file("near.yaml", rules + Self.tested("{call: c1, \(told)}")))
            #expect(held.status == 0, "\(held.errors)")
            let elsewhere = Self.tested("{call: c1, \(told)}").replacing("from: \"\(Sample.caller)\"", with: "from: \"+12125550177\"")
            let failed = try await pool.run("check", try pool.file("far.yaml", rules + elsewhere))
            #expect(failed.status == 1 && failed.errors.contains(#"caller_city is "New York""#), "\(failed.errors)")
        }

        @Test("replay says which recorded calls a draft would send elsewhere")
        func replay() async throws {
            let pool = try PoolFolder()
            try await pool.whileUp { _ in
                try await pool.apply()
                let timeline = try pool.file(
                    "day.ndjson",
                    """
                    {"at":"2026-06-09T14:00:00Z","call":"one","to":"\(Sample.google)","from":"\(Sample.caller)","phones":{"\(Sample.anna)":{"answer_after":4,"talk":60}}}
                    {"at":"2026-06-09T14:05:00Z","call":"two","to":"\(Sample.radio)","from":"\(Sample.caller)","hangs_up_after":18}

                    """)
                #expect(try await pool.ask("load", "day", timeline).status == 0)
                try await pool.withClient { client in
                    try await untilTrue("both calls recorded") {
                        let page = try await client.answered("trunkline.v1.CallLog/ListCalls", ["since": "2026-06-09T00:00:00Z", "until": "2026-06-10T00:00:00Z"])
                        return page["calls"]?.array?.filter { $0["outcome"]?.string != nil }.count == 2
                    }
                }
                let draft = try pool.file("draft.yaml", Sample.directory(flow: "{dial: ben, ring_seconds: 20}"))
                let (since, until) = ("2026-06-09T00:00:00Z", "2026-06-10T00:00:00Z")
                let told = try await pool.ask("replay", "--since", since, "--until", until, "--directory", draft, "--json")
                #expect(told.status == 0 && told.json?["same"]?.integer == 0)
                #expect(told.json?["elsewhere"]?.array?.map { $0["was"]?.string } == ["anna", "nobody at anna"])
                #expect(told.json?["elsewhere"]?.array?.map { $0["would_be"]?.string } == ["ben", "nobody at ben"])
                let shown = try await pool.ask("replay", "--since", since, "--until", until, "--directory", draft)
                #expect(shown.lines.last == "2 of 2 calls would have gone elsewhere, 0 would not")
            }
        }
    }
}
