import CallModel
import Testing

@Suite("What has changed between two documents")
struct DocumentChangeTests {
    private func changes(_ old: String, _ new: String) throws -> [String] {
        try DocumentChange.between(.read(old), .read(new)).map { "\($0.path): \($0.was ?? "-") → \($0.isNow ?? "-")" }
    }

    @Test("Nothing, where the same is written in another way")
    func same() throws {
        #expect(try changes("{a: 1, b: [x, \"y\"], c: {d: true}}", "c:\n  d: true\nb:\n- x\n- y\na: 1 # one\n") == [])
    }

    @Test("Items are known by their ids, wherever they stand")
    func items() throws {
        let old = """
            destinations: [{id: a, number: "+1", enabled: true}, {id: b, number: "+2"}]
            numbers: [{number: "+3", flow: main}]
            """
        let new = """
            destinations: [{id: c, number: "+4"}, {id: a, number: "+1", enabled: false, hours: office}]
            numbers: [{number: "+3", flow: main}]
            touch: last
            """
        #expect(
            try changes(old, new) == [
                "destinations[a].enabled: true → false", "destinations[a].hours: - → \"office\"",
                "destinations[b]: {\"id\":\"b\",\"number\":\"+2\"} → -", "destinations[c]: - → {\"id\":\"c\",\"number\":\"+4\"}", "touch: - → \"last\"",
            ])
    }

    @Test("Lists of words change as a whole, lists of nameless maps by place")
    func lists() throws {
        #expect(try changes("a: [x, y]", "a: [y, x]") == ["a: [\"x\",\"y\"] → [\"y\",\"x\"]"])
        #expect(try changes("a: [{p: 1}, {p: 2}]", "a: [{p: 1}, {p: 3}, {q: 4}]") == ["a[1].p: 2 → 3", "a[2]: - → {\"q\":4}"])
        #expect(try changes("a: [{id: x, p: 1}, {id: x, p: 2}]", "a: [{id: x, p: 2}]") == ["a[0].p: 1 → 2", "a[1]: {\"id\":\"x\",\"p\":2} → -"])
    }

    @Test("A node that becomes another kind is told by its keys")
    func nodes() throws {
        #expect(
            try changes("flows: [{id: m, start: {dial: a, then: {dial: b}}}]", "flows: [{id: m, start: {dial: a, then: {reject: busy}}}]") == [
                "flows[m].start.then.dial: \"b\" → -", "flows[m].start.then.reject: - → \"busy\"",
            ])
    }
}
