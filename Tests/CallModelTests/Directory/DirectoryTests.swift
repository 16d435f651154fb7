import CallModel
import Testing

@Suite struct DirectoryTests {
    /// The document of directory.md without the sections that are not built.
    private static let whole = """
        account: acme
        name: Acme Roofing
        country: US
        time_zone: America/New_York
        repeat_caller: {scope: tracking_number, window_days: 30}
        missed_after_seconds: 20
        live_state_unknown: skip
        max_call_seconds: 7200
        touch: last
        conversion_dedupe_hours: 24
        retention: {days: 760}
        sites: [https://acme.example]
        destinations:
          - {id: front-desk, number: "(212) 555-0111", kind: landline, enabled: true, hours: office, limits: []}
          - {id: cell, number: "+12125550122", kind: mobile, enabled: false}
          - id: desk
            number: "sip:desk@acme.example"
            kind: voip
        schedules:
          - id: office
            weekly: {mon: ["09:00-12:00", "13:00-17:00"]}
        flows:
          - id: main
            record: true
            greeting: "Thank you for calling Acme."
            whisper: "Call from {source}."
            mask_caller_id: true
            start:
              schedule: office
              open:
                sequential: [front-desk, cell]
                ring_seconds: 20
                screening: true
                then: {priority: [[cell, desk], [front-desk]], then: {voicemail: {greeting: "Leave a message.", max_seconds: 60}}}
              closed: {go: night}
          - id: night
            start:
              prefix:
                "+1": {simultaneous: [cell, desk], then: {reject: busy}}
                "+1312": {dial: desk}
              otherwise: {voicemail: }
        numbers:
          - number: "+12125550100"
            name: "Spring billboard"
            state: paused
            flow: main
            assigned_to: {kind: campaign, value: spring}
            source: {source: Billboard I-90, medium: offline, campaign: spring}
            fallback: desk
          - {number: "+12125550101", state: pending}
        blocks:
          - {caller: "(312) 555-0142"}
          - {prefix: "+1900"}
          - {anonymous: true}
        """

    @Test("Every setting of the document is in the directory")
    func settings() throws {
        let settings = try Directory(yaml: Self.whole, version: 3).settings
        #expect(settings.account == "acme")
        #expect(settings.name == "Acme Roofing")
        #expect(settings.country?.code == "US")
        #expect(settings.zone.name == "America/New_York")
        #expect(settings.repeatScope == .trackingNumber)
        #expect(settings.repeatWindowDays == 30)
        #expect(settings.missedAfterSeconds == 20)
        #expect(settings.liveStateUnknown == .skip)
        #expect(settings.maxCallSeconds == 7200)
        #expect(settings.touch == .last)
        #expect(settings.conversionDedupeHours == 24)
        #expect(settings.retentionDays == 760)
        #expect(settings.sites == ["https://acme.example"])
    }

    @Test("What the document leaves out has the specified value")
    func defaults() throws {
        let directory = try Directory(yaml: "{account: acme}", version: 1)
        let settings = directory.settings
        #expect(settings.zone.name == "Etc/UTC")
        #expect(settings.country == nil)
        #expect(settings.repeatScope == .account)
        #expect(settings.repeatWindowDays == 365)
        #expect(settings.missedAfterSeconds == 15)
        #expect(settings.liveStateUnknown == .connect)
        #expect(settings.maxCallSeconds == 14_400)
        #expect(settings.touch == .first)
        #expect(settings.conversionDedupeHours == 0)
        #expect(settings.retentionDays == nil)
        #expect(directory.numbers.isEmpty)
        let rings = try ["{dial: a}", "{simultaneous: [a, b]}", "{sequential: [a, b]}", "{priority: [[a, b], [c]]}"].map {
            try ring(Directory(yaml: document(flow: $0), version: 1).flows[0].start)
        }
        #expect(rings.map(\.ringSeconds) == [30, 30, 25, 18])
        #expect(rings.map(\.tiers) == [[[0]], [[0, 1]], [[0], [1]], [[0, 1], [2]]])
        #expect(rings.allSatisfy { !$0.screening && $0.then == nil })
    }

    @Test("Numbers are found by their value and lead to their parts")
    func numbers() throws {
        let directory = try Directory(yaml: Self.whole, version: 3)
        #expect(directory.version == 3)
        let number = try #require(PhoneNumber(e164: "+12125550100").flatMap(directory.trackingNumber))
        #expect(number.state == .paused)
        #expect(number.name == "Spring billboard")
        #expect(number.flow.map { directory.flows[$0].id } == "main")
        #expect(number.fallback.map { directory.destinations[$0].id } == "desk")
        #expect(number.assignment?.kind == .campaign)
        #expect(number.assignment?.value == "spring")
        #expect(number.source?.source == "Billboard I-90")
        #expect(number.source?.medium == "offline")
        #expect(number.source?.campaign == "spring")
        let pending = try #require(PhoneNumber(e164: "+12125550101").flatMap(directory.trackingNumber))
        #expect(pending.state == .pending)
        #expect(pending.flow == nil)
        #expect(PhoneNumber(e164: "+12125550111").flatMap(directory.trackingNumber) == nil)
    }

    @Test("Destinations have their numbers in E.164 or as a SIP address")
    func destinations() throws {
        let directory = try Directory(yaml: Self.whole, version: 3)
        #expect(directory.destinations.map(\.number) == ["+12125550111", "+12125550122", "sip:desk@acme.example"])
        #expect(directory.destinations.map(\.kind) == [.landline, .mobile, .voip])
        #expect(directory.destinations.map(\.enabled) == [true, false, true])
        #expect(directory.destinations.map(\.hours) == [0, nil, nil])
        #expect(directory.place(ofDestination: "cell") == 1)
        #expect(directory.place(ofDestination: "nobody") == nil)
    }

    @Test("A flow's nodes know their place, and are found by it")
    func nodes() throws {
        let directory = try Directory(yaml: Self.whole, version: 3)
        let main = directory.flows[0]
        #expect(main.record && main.maskCallerID)
        #expect(main.greeting == "Thank you for calling Acme.")
        #expect(main.whisper == "Call from {source}.")
        #expect(
            main.nodes.map(\.label) == [
                "start.schedule", "start.open.sequential", "start.open.then.priority", "start.open.then.then.voicemail", "start.closed.go",
            ])
        #expect(main.nodes.map(\.index) == [0, 1, 2, 3, 4])
        let sequential = try ring(main.nodes[1])
        #expect(sequential.kind == .sequential)
        #expect(sequential.ringSeconds == 20)
        #expect(sequential.screening)
        guard case .voicemail(let voicemail) = main.nodes[3].step, case .go(let night) = main.nodes[4].step,
            case .schedule(let branch) = main.start.step
        else {
            Issue.record("the nodes are of another kind")
            return
        }
        #expect(voicemail.greeting == "Leave a message.")
        #expect(voicemail.maxSeconds == 60)
        #expect(directory.flows[night].id == "night")
        #expect(branch.open?.index == 1)
        #expect(branch.closed?.index == 4)
    }

    @Test("The longest prefix of the caller wins whatever the order, and a withheld caller has none")
    func prefix() throws {
        let directory = try Directory(yaml: Self.whole, version: 3)
        guard case .prefix(let branch) = directory.flows[1].start.step else {
            Issue.record("the node is of another kind")
            return
        }
        #expect(branch.branch(for: directory.caller("312 555 0143"))?.prefix.text == "+1312")
        #expect(branch.branch(for: directory.caller("+14155550143"))?.prefix.text == "+1")
        #expect(branch.branch(for: directory.caller("+442079460000")) == nil)
        #expect(branch.branch(for: .withheld) == nil)
        guard case .voicemail(let voicemail) = branch.otherwise?.step else {
            Issue.record("the node is of another kind")
            return
        }
        #expect(voicemail.maxSeconds == 180)
    }

    @Test("The first branch whose days and hours hold is taken, in the nearest zone that is given")
    func clock() throws {
        let flow = """
            {time_zone: Asia/Tokyo, branches: [{days: [wed], to: {branches: [{days: [tue], between: "21:00-02:00", to: {dial: a}}, {between: "09:00-10:00", to: {dial: b}}]}}]}
            """
        let outer = try Directory(yaml: document(flow: flow), version: 1).flows[0].start
        guard case .clock(let outer) = outer.step, case .clock(let inner) = outer.branches[0].to.step else {
            Issue.record("the node is of another kind")
            return
        }
        #expect(outer.branches[0].to.label == "start.branches[0].to.branches")
        #expect(inner.zone.name == "Asia/Tokyo")
        // Tuesday evening, the night after it, Wednesday, and 09:30 of both days in Tokyo.
        let times = ["2026-06-02T21:00:00+09:00", "2026-06-03T01:59:00+09:00", "2026-06-03T02:00:00+09:00", "2026-06-03T21:00:00+09:00",
            "2026-06-03T09:30:00+09:00", "2026-06-02T09:30:00+09:00"]
        let moments = try times.map { try #require(Timestamp(rfc3339: $0)) }
        #expect(moments.map(inner.branch) == [0, 0, nil, nil, 1, 1])
        #expect(moments.map(outer.branch) == [nil, 0, 0, 0, 0, nil])
    }

    @Test("A node's zone reaches down, not sideways")
    func zones() throws {
        let days = "branches: [{days: [mon], to: {dial: a}}]"
        let flow = "{\(days), otherwise: {schedule: s, open: {time_zone: Asia/Tokyo, \(days), otherwise: {dial: a, then: {\(days)}}}, closed: {\(days)}}}"
        let directory = try Directory(yaml: document(schedules: "[{id: s}]", flow: flow), version: 1)
        let zones = directory.flows[0].nodes.compactMap { node in
            if case .clock(let branch) = node.step { "\(node.label) \(branch.zone.name)" } else { nil }
        }
        #expect(
            zones == [
                "start.branches America/New_York", "start.otherwise.open.branches Asia/Tokyo",
                "start.otherwise.open.otherwise.then.branches Asia/Tokyo", "start.otherwise.closed.branches America/New_York",
            ])
    }

    @Test("Blocks hold for a number in any spelling, a prefix, and withheld callers by their own switch")
    func blocks() throws {
        let directory = try Directory(yaml: Self.whole, version: 3)
        let blocked = ["+13125550142", "3125550142", "+19005550123", "", "Private"]
        #expect(blocked.allSatisfy { directory.blocks.blocks(directory.caller($0)) })
        let welcome = ["+13125550143", "+19015550123", "client:alice"]
        #expect(!welcome.contains { directory.blocks.blocks(directory.caller($0)) })
        let prefixes = try Directory(yaml: document(more: "blocks: [{prefix: \"+1\"}, {anonymous: false}]"), version: 1)
        #expect(!prefixes.blocks.blocks(.withheld))
        #expect(prefixes.blocks.blocks(prefixes.caller("+19015550123")))
    }

    @Test("JSON is read like YAML, null like nothing")
    func json() throws {
        let text = #"{"account": "acme", "name": "Dächer \u00fc\ud83d\ude00\/", "country": "NO", "time_zone": "Europe/Oslo", "touch": null, "destinations": [{"id": "a", "number": "22 12 34 56", "hours": null}]}"#
        let directory = try Directory(yaml: text, version: 1)
        #expect(directory.settings.name == "Dächer ü😀/")
        #expect(directory.settings.country?.callingCode == 47)
        #expect(directory.destinations[0].number == "+4722123456")
    }

    @Test("JSON that is not quite JSON is still YAML, or refused", arguments: [
        ("{\"account\": \"acme\",}", []), ("{account: acme}", []), ("{\"account\": \"acme\"} # ours", []), ("\n {\"account\":\t\"acme\"}\n", []),
        ("{\"account\": \"acme\", \"name\": \"a\", \"name\": \"b\"}", ["name: stands twice in one map; leave one of them"]),
        ("{\"account\": \"acme\", \"touch\": \"\\u00\"}", ["line 1, column 33"]), ("{\"account\": \"acme\", \"touch\": \"\\ud83d\"}", ["line 1, column 33"]),
        ("{\"account\": \"acme\", \"max_call_seconds\": 1e3}", ["max_call_seconds: \"1e3\" is not allowed; write a whole number from 1 to 31536000"]),
        ("{\"account\": \"acme\",\n\"tuch\": 1}", ["tuch: unknown key \"tuch\"; did you mean touch?"]),
    ])
    func nearlyJSON(text: String, expected: [String]) {
        let found = problems(text)
        #expect(found.count == expected.count)
        for (problem, start) in zip(found, expected) { #expect(problem.hasPrefix(start)) }
    }

    private func ring(_ node: Node) throws -> Ring {
        guard case .ring(let ring) = node.step else { throw OtherKind() }
        return ring
    }

    private struct OtherKind: Error {}
}
