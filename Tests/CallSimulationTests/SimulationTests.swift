import CallModel
import CallSimulation
import Testing

/// Destinations a to c in New York; +12125550100 on flow `main`.
func acme(main: String, more: String = "") throws -> Directory {
    try Directory(
        yaml: """
            account: acme
            country: US
            time_zone: America/New_York
            destinations:
              - {id: a, number: "+12125550111", kind: landline}
              - {id: b, number: "+12125550122", kind: landline}
              - {id: c, number: "+12125550133", kind: landline}
            schedules: [{id: office, weekly: {wed: ["09:00-17:00"]}}]
            flows: [{id: main, start: \(main)}]
            numbers: [{number: "+12125550100", flow: main}]
            \(more)
            """, version: 1)
}

func play(_ directory: Directory, _ lines: String...) throws -> [CallRecord] {
    try Simulation(directory: directory).run(timeline: lines.joined(separator: "\n")).compactMap { line in
        if case .call(let record) = line { record } else { nil }
    }
}

/// A call at 14:05 UTC, 10:05 in New York, with whatever else happens in it.
func call(_ id: String = "c1", at time: String = "14:05:00", _ rest: String = "") -> String {
    "{\"at\": \"2026-06-03T\(time)Z\", \"call\": \"\(id)\", \"to\": \"+12125550100\", \"from\": \"+13125550142\"\(rest.isEmpty ? "" : ", \(rest)")}"
}

@Suite("A simulated call")
struct SimulationTests {
    @Test("a heartbeat keeps the numbers of all pools that the page shows")
    func heartbeats() throws {
        let pools = "pools: [{id: a, flow: main, numbers: [\"+12125550180\"], lease_seconds: 600}, {id: b, flow: main, numbers: [\"+12125550181\"], lease_seconds: 600}]"
        let visit = { (pool: String) in #"{"at": "2026-06-03T14:00:00Z", "visit": "v", "pool": "\#(pool)", "page": "https://acme.example/?gclid=1"}"# }
        let call = { (id: String, number: String) in #"{"at": "2026-06-03T14:15:00Z", "call": "\#(id)", "to": "\#(number)", "from": "+13125550142"}"# }
        let records = try play(
            acme(main: "{dial: a}", more: pools), visit("a"), visit("b"), #"{"at": "2026-06-03T14:09:00Z", "heartbeat": "v"}"#, call("c1", "+12125550180"),
            call("c2", "+12125550181"))
        #expect(records.map(\.attribution) == [.certain, .certain])
    }

    @Test("what an erased caller looked at is gone from the calls that come later")
    func erasedVisits() throws {
        let pools = "pools: [{id: a, flow: main, numbers: [\"+12125550180\"], lease_seconds: 600}]"
        let call = { (id: String, time: String) in #"{"at": "2026-06-03T14:\#(time)Z", "call": "\#(id)", "to": "+12125550180", "from": "+13125550142"}"# }
        let records = try play(
            acme(main: "{dial: a}", more: pools), #"{"at": "2026-06-03T14:00:00Z", "visit": "v", "pool": "a", "page": "https://acme.example/?gclid=SECRET"}"#,
            call("c1", "01:00"), #"{"at": "2026-06-03T14:03:00Z", "erase": "+13125550142"}"#, call("c2", "05:00"))
        #expect(records.map { $0.source?.source } == ["google", "google"])
        #expect(records[1].attribution == .certain && records[1].web?.clicks.isEmpty == true && !records[1].json.contains("SECRET"))
    }

    @Test("an imported call to a number that no directory has is matched by the one that has it; one that was turned away is not")
    func unmatched() throws {
        let later = #"{"account": "acme", "country": "US", "time_zone": "America/New_York", "destinations": [{"id": "a", "number": "+12125550111"}], "#
            + #""flows": [{"id": "main", "start": {"dial": "a"}}], "numbers": [{"number": "+12125550100", "flow": "main"}, "#
            + #"{"number": "+12125550199", "flow": "main", "source": {"source": "Flyer"}}]}"#
        let records = try play(
            acme(main: "{dial: a}"),
            #"{"at": "2026-06-03T14:00:00Z", "event": {"call_id": "old", "type": "arrived", "to": "+12125550199", "from": "+13125550142", "routed_by": "fallback"}}"#,
            #"{"at": "2026-06-03T14:01:00Z", "event": {"call_id": "old", "type": "ended"}}"#,
            #"{"at": "2026-06-03T14:02:00Z", "call": "away", "to": "+12125550199", "from": "+13125550142"}"#,
            "{\"at\": \"2026-06-03T14:03:00Z\", \"apply\": \(later)}",
            call("c1", at: "14:05:00"))
        #expect(records.map(\.account) == ["acme", nil, "acme"] && records[0].source?.source == "Flyer" && records[0].directoryVersion == 2)
        #expect(records[1].endReason == "unknown_number" && records[2].priorCalls == 1)
    }

    @Test("an answer at exactly the end of the ringing counts, and the caller who hangs up in the same instant ends it")
    func answerBeforeTimeoutAndHangUp() throws {
        let record = try play(
            acme(main: "{dial: a, ring_seconds: 10, then: {dial: b}}"),
            call("c1", "\"phones\": {\"+12125550111\": {\"answer_after\": 10, \"talk\": 60}}, \"hangs_up_after\": 10"))[0]
        #expect(record.outcome == .answered && record.destinationID == "a" && record.talkSeconds == 0 && record.endedBy == "caller")
    }

    @Test("a ringing that is over in the instant of the hang-up goes on first, and the next phone rings for no time")
    func timeoutBeforeHangUp() throws {
        let record = try play(acme(main: "{dial: a, ring_seconds: 10, then: {dial: b}}"), call("c1", "\"hangs_up_after\": 10"))[0]
        #expect(record.attempts.map(\.destinationID) == ["a", "b"])
        #expect(record.attempts.map(\.result) == [.noAnswer, .callerHangup] && record.attempts[1].ringSeconds == 0)
    }

    @Test("answer comes before busy, whatever the order in the node")
    func answerBeforeBusy() throws {
        let record = try play(
            acme(main: "{simultaneous: [a, b]}"),
            call("c1", "\"phones\": {\"+12125550111\": {\"busy_after\": 5}, \"+12125550122\": {\"answer_after\": 5, \"talk\": 1}}"))[0]
        #expect(record.attempts.map(\.result) == [.lostRace, .answered])
    }

    @Test("when the last phone of a group is out the flow goes on at once")
    func allOut() throws {
        let record = try play(
            acme(main: "{simultaneous: [a, b], then: {dial: c}}"),
            call("c1", "\"phones\": {\"+12125550111\": {\"busy_after\": 2}, \"+12125550122\": {\"reject_after\": 4}, \"+12125550133\": {\"answer_after\": 1, \"talk\": 5}}"))[0]
        #expect(record.destinationID == "c" && record.durationSeconds == 10 && record.ringSeconds == 5)
    }

    @Test("a caller may hang up while talking, and while leaving a message")
    func hangUps() throws {
        let directory = try acme(main: "{dial: a, ring_seconds: 5, then: {voicemail: {max_seconds: 30}}}")
        let talking = try play(directory, call("c1", "\"phones\": {\"+12125550111\": {\"answer_after\": 2, \"talk\": 60}}, \"hangs_up_after\": 12"))[0]
        #expect(talking.talkSeconds == 10 && talking.endedBy == "caller")
        let message = try play(directory, call("c1", "\"voicemail_seconds\": 25, \"hangs_up_after\": 12"))[0]
        #expect(message.outcome == .voicemail && message.voicemailSeconds == 7 && message.endedBy == "caller")
        let cut = try play(directory, call("c1", "\"voicemail_seconds\": 90"))[0]
        #expect(cut.voicemailSeconds == 30 && cut.endedBy == "platform")
    }

    @Test("lines may stand in any order; records come in the order in which the file names the calls")
    func anyOrder() throws {
        let records = try play(
            acme(main: "{schedule: office, open: {dial: a}, closed: {dial: b}}"),
            call("late", at: "22:00:00"),
            "{\"at\": \"2026-06-03T21:00:00Z\", \"set\": {\"schedule\": \"office\", \"manual\": {\"state\": \"open\"}}}",
            "", call("early", at: "20:59:59.999"), call("between", at: "21:00:00.000"))
        #expect(records.map(\.callID) == ["late", "early", "between"])
        #expect(records.map { $0.attempts.first?.destinationID } == ["a", "a", "a"])
    }

    @Test("an operator's word is taken back with null")
    func takenBack() throws {
        let records = try play(
            acme(main: "{schedule: office, open: {dial: a}, closed: {dial: b}}"),
            "{\"at\": \"2026-06-03T14:00:00Z\", \"set\": {\"schedule\": \"office\", \"manual\": {\"state\": \"closed\"}}}",
            call("c1"), "{\"at\": \"2026-06-03T14:06:00Z\", \"set\": {\"schedule\": \"office\", \"manual\": null}}", call("c2", at: "14:07:00"))
        #expect(records.map { $0.attempts.first?.destinationID } == ["b", "a"])
    }

    @Test("a raw event without an end leaves a call that is closed as unknown")
    func noEnd() throws {
        let record = try play(
            acme(main: "{dial: a}"), "{\"at\": \"2026-06-03T14:05:00Z\", \"event\": {\"callId\": \"x\", \"type\": \"arrived\", \"to\": \"2125550100\"}}")[0]
        #expect(record.outcome == .unknown && record.endReason == "no_terminal_event" && record.trackingNumber == "+12125550100")
    }

    @Test("calls that overlap are each what they would be alone", arguments: 0..<20)
    func independent(seed: Int) throws {
        let directory = try acme(main: "{sequential: [a, b], ring_seconds: 8, then: {simultaneous: [b, c], then: {voicemail: {max_seconds: 9}}}}")
        var dice = UInt64(seed) &+ 99
        func roll(_ sides: Int) -> Int {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(dice >> 33) % sides
        }
        let lines = (0..<40).map { number in
            let phones = ["111", "122", "133"].map { ending in
                let act = ["\"answer_after\": \(roll(12)), \"talk\": \(roll(30))", "\"busy_after\": \(roll(12))", "\"fail_after\": \(roll(12))", "\"reject_after\": 99"][roll(4)]
                return "\"+12125550\(ending)\": {\(act)}"
            }
            let patience = roll(3) == 0 ? ", \"hangs_up_after\": \(roll(60))" : ""
            return call("c\(number)", at: "14:05:\(roll(50) + 10)", "\"phones\": {\(phones.joined(separator: ", "))}, \"voicemail_seconds\": \(roll(12))\(patience)")
        }
        let together = try play(directory, lines.joined(separator: "\n"))
        for (line, record) in zip(lines, together) {
            var alone = try play(directory, line)[0]
            // The caller is the same in all.
            (alone.firstTime, alone.priorCalls) = (record.firstTime, record.priorCalls)
            #expect(alone == record)
            #expect(record.outcome != .unknown && record.endedAt != nil)
            #expect(record.ringSeconds + (record.talkSeconds ?? 0) + record.voicemailSeconds == record.durationSeconds)
        }
    }
}
