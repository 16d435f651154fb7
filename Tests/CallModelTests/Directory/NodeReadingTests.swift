import CallModel
import Testing

/// What the nodes and options of directory.md §2 and §3 become in the model.
@Suite struct NodeReadingTests {
    @Test("A round robin and a weighted node keep the document's order, a weight of 0 too")
    func rotation() throws {
        let roundRobin = try ring("{round_robin: [c, a, b]}")
        #expect(roundRobin.kind == .roundRobin)
        #expect(roundRobin.tiers == [[2], [0], [1]])
        #expect(roundRobin.weights == [])
        let weighted = try ring("{weighted: {c: 50, a: 0, b: 25}}")
        #expect(weighted.kind == .weighted)
        #expect(weighted.tiers == [[2], [0], [1]])
        #expect(weighted.weights == [50, 0, 25])
        #expect([roundRobin, weighted].map(\.ringSeconds) == [25, 25])
    }

    @Test("Stickiness is off, some days or for ever", arguments: [
        ("", Ring.Stickiness.off), (", sticky_days: 0", .off), (", sticky_days: 30", .days(30)), (", sticky_days: forever", .forever),
    ])
    func stickiness(option: String, expected: Ring.Stickiness) throws {
        #expect(try ring("{dial: a\(option)}").stickiness == expected)
    }

    @Test("Avoidance has an occasion and days")
    func avoidance() throws {
        #expect(try ring("{dial: a}").avoidance == nil)
        #expect(try ring("{dial: a, avoid_days: {after: converted, days: 7}}").avoidance == Ring.Avoidance(after: .converted, days: 7))
    }

    @Test("A keypad asks once more by default and waits five seconds")
    func keypad() throws {
        let text = "{keypad: {\"1\": {dial: a}, 12: {dial: b}, \"#\": {reject: busy}}, prompt: Press., no_input: {voicemail: }}"
        let nodes = try flow(text).nodes
        guard case .keypad(let menu) = nodes[0].step else {
            Issue.record("the node is of another kind")
            return
        }
        #expect(menu.prompt == "Press.")
        #expect(menu.timeoutSeconds == 5)
        #expect(menu.retries == 1)
        #expect(menu.branches.map(\.keys) == ["1", "12", "#"])
        #expect(menu.maxDigits == 2)
        #expect(menu.invalid == nil)
        #expect(menu.noInput?.label == "start.no_input.voicemail")
        #expect(
            nodes.map(\.label) == [
                "start.keypad", "start.keypad.1.dial", "start.keypad.12.dial", "start.keypad.#.reject", "start.no_input.voicemail",
            ])
        #expect(nodes.map(\.index) == [0, 1, 2, 3, 4])
    }

    @Test("A keypad's own seconds and retries are taken")
    func keypadOptions() throws {
        guard case .keypad(let menu) = try flow("{keypad: {\"1\": {dial: a}}, timeout_seconds: 20, retries: 0, invalid: {dial: b}}").start.step else {
            Issue.record("the node is of another kind")
            return
        }
        #expect(menu.timeoutSeconds == 20)
        #expect(menu.retries == 0)
        #expect(menu.invalid?.label == "start.invalid.dial")
    }

    @Test("A ZIP code keeps its leading zero")
    func zip() throws {
        guard case .zip(let branch) = try flow("{zip: {02134: {dial: a}, \"60601\": {dial: b}}, prompt: Your ZIP?, otherwise: {dial: c}}").start.step else {
            Issue.record("the node is of another kind")
            return
        }
        #expect(branch.prompt == "Your ZIP?")
        #expect(branch.branches.map(\.zip) == ["02134", "60601"])
        #expect(branch.otherwise?.label == "start.otherwise.dial")
    }

    @Test("A caller node may leave either way out")
    func caller() throws {
        guard case .caller(let branch) = try flow("{caller: {repeat: {dial: a}}, otherwise: {dial: b}}").start.step else {
            Issue.record("the node is of another kind")
            return
        }
        #expect(branch.firstTime == nil)
        #expect(branch.repeated?.label == "start.caller.repeat.dial")
        #expect(branch.otherwise?.label == "start.otherwise.dial")
    }

    @Test("A source node's branches have all their conditions")
    func source() throws {
        let text = "{source: [{medium: cpc, landing_page: /roofs, to: {dial: a}}, {source: google, to: {dial: b}}]}"
        guard case .source(let branch) = try flow(text).start.step else {
            Issue.record("the node is of another kind")
            return
        }
        #expect(branch.branches.map { $0.conditions.map { "\($0.field) \($0.value)" } } == [["medium cpc", "landingPage /roofs"], ["source google"]])
        #expect(branch.branches.map(\.to.label) == ["start.source[0].to.dial", "start.source[1].to.dial"])
        #expect(branch.otherwise == nil)
    }

    @Test("Limits have their own zone or the account's")
    func limits() throws {
        let limits = """
            [{max: 10, per: day, count: attempts, time_zone: Asia/Tokyo, from: 2026-06-10}, {max: 0, per: concurrent}, {max: 5, per: month, count: connections}]
            """
        let text = document(destinations: "[{id: a, number: \"+12125550111\", limits: \(limits)}, {id: b, number: \"+12125550122\"}]")
        let destinations = try Directory(yaml: text, version: 1).destinations
        let (tokyo, newYork) = (try #require(ZoneRules.named("Asia/Tokyo")), try #require(ZoneRules.named("America/New_York")))
        #expect(
            destinations[0].limits == [
                Limit(max: 10, per: .day, count: .attempts, zone: tokyo, from: CivilDate(year: 2026, month: 6, day: 10)),
                Limit(max: 0, per: .concurrent, count: .attempts, zone: newYork, from: nil),
                Limit(max: 5, per: .month, count: .connections, zone: newYork, from: nil),
            ])
        #expect(destinations[1].limits == [])
    }

    @Test("A number without a fallback falls back to its flow's first destination that is enabled and has no limit", arguments: [
        ("{number: \"+12125550100\", flow: main, fallback: capped}", "capped"), ("{number: \"+12125550100\", flow: main}", "desk"),
        ("{number: \"+12125550100\", flow: web}", "front"), ("{number: \"+12125550100\"}", nil), ("{number: \"+12125550100\", flow: busy}", nil),
    ])
    func fallback(number: String, expected: String?) throws {
        let text = """
            account: acme
            destinations:
              - {id: capped, number: "+12125550111", limits: [{max: 9, per: day}]}
              - {id: off, number: "+12125550122", enabled: false}
              - {id: front, number: "+12125550133"}
              - {id: desk, number: "+12125550144"}
            flows:
              - {id: main, start: {priority: [[capped], [off, desk]], then: {dial: front}}}
              - {id: web, start: {keypad: {"1": {go: busy}}, invalid: {go: front}}}
              - {id: front, start: {dial: front}}
              - {id: busy, start: {dial: capped, then: {reject: busy}}}
            numbers: [\(number)]
            """
        let directory = try Directory(yaml: text, version: 1)
        #expect(directory.fallback(of: directory.numbers[0]).map { directory.destinations[$0].id } == expected)
    }

    private func flow(_ node: String) throws -> Flow { try Directory(yaml: document(flow: node), version: 1).flows[0] }

    private func ring(_ node: String) throws -> Ring {
        guard case .ring(let ring) = try flow(node).start.step else { throw OtherKind() }
        return ring
    }

    private struct OtherKind: Error {}
}
