import CallModel
import CallSimulation
import Testing

@Suite("What is expected of a simulation")
struct ExpectationTests {
    static let line = DocumentValue(
        json: #"""
            {"outcome": "answered", "talk_seconds": 60.0004, "value": "250.00", "note": null, "spam": false, "started_at": "2026-06-03T14:05:00.000Z",
             "source": {"name": "google", "medium": "cpc"}, "attempts": [{"result": "no_answer", "id": "a"}, {"result": "answered", "id": "b"}]}
            """#)

    @Test(
        "holds by the rules of the worked examples",
        arguments: [
            ("outcome", "answered"), ("talk_seconds", "60"), ("value", "250"), ("note", "null"), ("nothing", "~"), ("spam", "false"),
            ("started_at", "2026-06-03T10:05:00-04:00"), ("source.name", "google"), ("source", "{medium: cpc}"), ("attempts.length", "2"),
            ("attempts[0].result", "no_answer"), ("attempts[-1].id", "b"), ("attempts[].result", "[no_answer, answered]"),
            ("attempts[id=b,result=answered].id", "\"b\""), ("attempts[].nothing", "[null, null]"),
        ])
    func holds(path: String, expected: String) throws {
        let line = try #require(Self.line)
        #expect(try expectation(path, expected).mismatch(in: line) == nil)
    }

    @Test(
        "says what is there where it does not hold",
        arguments: [
            ("outcome", "missed", "outcome is \"answered\", expected \"missed\""), ("talk_seconds", "60.1", "talk_seconds is 60.0004, expected 60.1"),
            ("value", "\"250\"", "value is \"250.00\""), ("note", "x", "note is null"), ("nothing", "0", "nothing is missing"), ("spam", "null", "spam is false"),
            ("spam", "\"false\"", "spam is false"), ("started_at", "2026-06-03T14:05:00.001Z", "started_at is"), ("source", "{medium: cpc, campaign: x}", "source is"),
            ("attempts[2].id", "b", "missing"), ("attempts[id=a,result=answered].id", "a", "missing"), ("attempts[].result", "[answered]", "expected [\"answered\"]"),
        ])
    func fails(path: String, expected: String, says: String) throws {
        let line = try #require(Self.line)
        let mismatch = try #require(try expectation(path, expected).mismatch(in: line))
        #expect(mismatch.contains(says), "\(mismatch)")
    }

    private func expectation(_ path: String, _ expected: String) throws -> FieldExpectation {
        let document = try DocumentValue(yaml: "value: \(expected)")
        return FieldExpectation(path: path, expected: try #require(document["value"]))
    }

    @Test("a directory's test names what was expected and what came")
    func directoryTest() throws {
        let document = try DocumentValue(
            yaml: """
                name: the office answers
                timeline:
                  - {at: 2026-06-03T14:05:00Z, call: c1, to: "+12125550100", from: "+13125550142", phones: {"+12125550111": {answer_after: 6, talk: 60}}}
                expect:
                  - {call: c1, destination: b, outcome: answered}
                  - {call: c2, outcome: missed}
                """)
        let test = try DirectoryTest(document, path: "tests[0]")
        #expect(
            try test.failures(of: acme(main: "{dial: a}")) == [
                "the office answers: call c1: destination_id is \"a\", expected \"b\"", "the office answers: call c2 is nowhere in the timeline",
            ])
    }

    @Test("a directory's test that cannot be run is refused with its path")
    func unreadable() throws {
        let shapeless = try DocumentValue(yaml: "{timeline: [], expect: [{outcome: answered}, {call: c1}, {call: c1, visit: v1, outcome: answered}]}")
        let error = #expect(throws: DirectoryError.self) { try DirectoryTest(shapeless, path: "tests[2]") }
        #expect(error?.problems.map(\.path) == ["tests[2].expect[0]", "tests[2].expect[1]", "tests[2].expect[2]"])
        let unplayable = try DocumentValue(yaml: "{timeline: [{at: 2026-06-03T14:05:00Z, call: c1}], expect: [{call: c1, outcome: answered}]}")
        let test = try DirectoryTest(unplayable, path: "tests[0]")
        let failure = #expect(throws: DirectoryError.self) { try test.failures(of: acme(main: "{dial: a}")) }
        #expect(failure?.problems.first?.path == "tests[0].timeline[0]")
    }
}
