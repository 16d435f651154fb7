import CallModel
import CallSimulation
import Testing

@Suite("Recorded calls replayed against a draft")
struct ReplayTests {
    /// What a directory makes of a day of calls, as the call log would have it.
    private func recorded(_ directory: Directory) throws -> Replay {
        let lines = [
            call("answered", at: "14:05:00", #""phones": {"+12125550111": {"busy_after": 2}, "+12125550122": {"answer_after": 6, "talk": 60}}"#),
            call("hung-up", at: "15:05:00", #""hangs_up_after": 7"#),
            call("message", at: "16:05:00", #""voicemail_seconds": 20"#),
            call("mailbox", at: "17:05:00", #""phones": {"+12125550111": {"answer_after": 20, "talk": 30, "voicemail": true}}"#),
            call("closed", at: "22:05:00"),
        ]
        var replay = Replay()
        for line in try Simulation(directory: directory).run(timeline: lines.joined(separator: "\n")) {
            replay.add(try #require(DocumentValue(json: line.json)))
        }
        return replay
    }

    private let live = "{schedule: office, open: {sequential: [a, b], then: {voicemail: {}}}}"

    @Test("the directory they were made by sends none of them elsewhere")
    func unchanged() throws {
        let directory = try acme(main: live)
        let replay = try recorded(directory)
        #expect(replay.count == 5 && replay.leftOut == 0)
        #expect(try replay.differences(in: directory).isEmpty)
    }

    @Test("names those that would have gone elsewhere, from where to where, in their order")
    func elsewhere() throws {
        let replay = try recorded(acme(main: live))
        let differences = try replay.differences(in: acme(main: "{schedule: office, open: {dial: c, then: {voicemail: {}}}, closed: {reject: busy}}"))
        #expect(differences.map(\.callID) == ["answered", "hung-up", "mailbox", "closed"])
        #expect(differences.map(\.was) == ["b", "nobody at a", "mailbox of a", "closed"])
        #expect(differences.map(\.wouldBe) == ["c", "nobody at c", "mailbox of c", "busy"])
    }

    @Test("keys that were pressed are pressed again, as many as are asked for")
    func keys() throws {
        let menu = "{keypad: {\"1\": {zip: {\"60601\": {dial: a}}, otherwise: {dial: b}}, \"2\": {dial: c}}}"
        let line = call("keys", at: "14:05:00", #""digits": ["1", "60601"], "phones": {"+12125550111": {"answer_after": 1, "talk": 5}}"#)
        var replay = Replay()
        let record = try Simulation(directory: acme(main: menu)).run(timeline: line)[0]
        replay.add(try #require(DocumentValue(json: record.json)))
        #expect(try replay.differences(in: acme(main: menu)).isEmpty)
        let swapped = "{keypad: {\"2\": {dial: b}, \"1\": {dial: c}}}"
        #expect(try replay.differences(in: acme(main: swapped)).map(\.wouldBe) == ["c"])
    }

    @Test("test calls and calls that still go on are left out")
    func leftOut() throws {
        var replay = Replay()
        replay.add(try #require(DocumentValue(json: #"{"call_id": "a", "tracking_number": "+12125550100", "started_at": "2026-06-03T14:05:00Z", "outcome": null}"#)))
        replay.add(
            try #require(
                DocumentValue(json: #"{"call_id": "b", "tracking_number": "+12125550100", "started_at": "2026-06-03T14:05:00Z", "outcome": "missed", "is_test": true}"#)))
        #expect(replay.count == 0 && replay.leftOut == 2)
    }
}
