import CallModel
import CallSimulation
import Testing

@Suite("Reading a timeline")
struct TimelineReadingTests {
    @Test(
        "what is wrong is named with its line, its member and the remedy",
        arguments: [
            ("{\"call\": \"c\", \"to\": \"+12125550100\"}", "at is missing"),
            ("{\"at\": \"yesterday\", \"call\": \"c\"}", "at: \"yesterday\" is no time"),
            ("{\"at\": \"2026-06-03T14:05:00Z\"}", "erase or update, not none"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c\", \"event\": {\"call_id\": \"c\", \"type\": \"ended\"}, \"to\": \"+1\"}", "not call and event"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c\"}", "the number it dials"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"visit\": \"v\"}", "a visit needs the visitor, the pool and the page"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"visit\": \"v\", \"pool\": \"web\", \"page\": \"https://acme.example/\"}", "pool: \"web\" is no pool of acme"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"heartbeat\": \"\"}", "heartbeat: is empty"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"reset_limit\": \"z\"}", "reset_limit: \"z\" is no destination of acme"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"erase\": \"+1\"}", "erase: \"+1\" is no phone number"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"update\": \"fine\"}", "fields are missing"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"update\": \"c9\", \"fields\": {\"spam\": true}}", "update: \"c9\" is no call of this timeline"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"update\": \"fine\", \"fields\": {\"outcome\": \"missed\"}}", "fields.outcome: is nothing a person may set"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c\", \"to\": \"1\", \"digits\": [\"1\", \"a\"]}", "digits: \"a\" cannot be entered"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"heartbeat\": \"v\", \"digits\": [\"1\"]}", "digits: says nothing in a line of this kind, heartbeat"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"phone\": {}}", "phone: is not known"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c\", \"phones\": {\"+1\": {\"talk\": 5}}}", "phones.+1: a phone has exactly one of"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c\", \"phones\": {\"+1\": {\"busy_after\": -1}}}", "phones.+1.busy_after: -1.0 is out of range"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c\", \"phones\": {\"+1\": {\"answer_after\": 1, \"ended_by\": \"nobody\"}}}", "write caller or destination"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"event\": {\"call_id\": \"c\", \"type\": \"rang\"}}", "event.type: \"rang\" is no event"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"event\": {\"call_id\": \"c\", \"type\": \"note\", \"nota\": \"x\"}}", "event.nota: is no field"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"set\": {\"schedule\": \"night\", \"manual\": null}}", "\"night\" is no schedule of acme"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"set\": {\"schedule\": \"office\", \"manual\": {\"state\": \"ajar\"}}}", "write open or closed"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"apply\": {\"account\": \"A!\"}}", "apply is refused"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c\"", "expected , or }"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c} ", "a text has no closing quote"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"set\": {}} {}", "set: schedule is missing"),
            ("{\"at\": \"2026-06-03T14:05:00Z\", \"call\": \"c\", \"to\": \"1\"} {}", "one object a line"),
            ("[]", "expected an object"),
            ("nonsense", "expected an object"),
        ])
    func refused(line: String, says: String) throws {
        let directory = try acme(main: "{dial: a}")
        let error = #expect(throws: SimulationError.self) { try play(directory, call("fine"), "", line) }
        #expect(error?.line == 3)
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }

    @Test("an id that two calls have is refused, with both lines")
    func twice() throws {
        let directory = try acme(main: "{dial: a}")
        let error = #expect(throws: SimulationError.self) { try play(directory, call("c1"), call("c2"), call("c1", at: "13:00:00")) }
        #expect(error?.line == 3 && error?.message.contains("line 1") == true)
    }

    @Test("a directory for another account is refused")
    func otherAccount() throws {
        let directory = try acme(main: "{dial: a}")
        let other = "{\"account\": \"beta\", \"time_zone\": \"Etc/UTC\", \"destinations\": [], \"flows\": [], \"numbers\": []}"
        let error = #expect(throws: SimulationError.self) { try play(directory, "{\"at\": \"2026-06-03T14:05:00Z\", \"apply\": \(other)}") }
        #expect(error?.message.contains("beta") == true)
    }

    @Test("escapes, either case of names and quoted numbers are read; nothing else is lost")
    func spellings() throws {
        let records = try play(
            acme(main: "{dial: a}"),
            #"{"at":"2026-06-03T10:05:00-04:00","call":"c\u0031","to":"+12125550100","from":"","name":"Zo\u00eb \"Z\" \ud83d\ude00","phones":{"+12125550111":{"answerAfter":"2.5","talk":1e1}},"hangsUpAfter":60}"#)
        #expect(records[0].callID == "c1" && records[0].callerName == "Zoë \"Z\" 😀" && records[0].callerNumber == nil)
        #expect(records[0].talkSeconds == 10 && records[0].ringSeconds == 2.5)
    }

    @Test("no text cut short anywhere is read as a timeline, and none crashes")
    func cutShort() throws {
        let directory = try acme(main: "{dial: a}")
        let line = call("c1", #""name": "\u00e9\\", "phones": {"+12125550111": {"fail_after": 1, "cause": "17"}}, "voicemail_seconds": 2"#)
        for length in 1..<line.utf8.count {
            #expect(throws: SimulationError.self) { try play(directory, String(decoding: line.utf8.prefix(length), as: UTF8.self)) }
        }
        #expect(try play(directory, line)[0].endReason == "busy")
    }

    @Test("a value nested without end is refused")
    func nested() throws {
        let directory = try acme(main: "{dial: a}")
        let deep = String(repeating: "[", count: 100_000)
        let error = #expect(throws: SimulationError.self) { try play(directory, "{\"at\": \"2026-06-03T14:05:00Z\", \"apply\": \(deep)}") }
        #expect(error?.message.contains("nested deeper") == true)
    }
}
