import CallModel
import Testing

@Suite("Providers' words for how an attempt ended (records.md §3)")
struct VocabularyTests {
    @Test("each word has its result", arguments: [
        ("completed", AttemptResult.answered), ("busy", .busy), ("no-answer", .noAnswer), ("canceled", .callerHangup), ("failed", .failed), ("486", .busy),
        ("600", .busy), ("408", .noAnswer), ("480", .noAnswer), ("487", .callerHangup), ("403", .rejected), ("603", .rejected), ("404", .failed), ("410", .failed),
        ("484", .failed), ("503", .congestion), ("500", .congestion), ("17", .busy), ("18", .noAnswer), ("19", .noAnswer), ("21", .rejected), ("1", .failed),
        ("USER_BUSY", .busy), ("NO_USER_RESPONSE", .noAnswer), ("NO_ANSWER", .noAnswer), ("CALL_REJECTED", .rejected), ("ORIGINATOR_CANCEL", .callerHangup),
        ("LOSE_RACE", .lostRace), ("502", .lostRace), ("NORMAL_CLEARING", .answered), ("UNALLOCATED_NUMBER", .failed), ("user_busy", .busy), ("SIP 486", .busy),
        ("486 Busy Here", .busy), ("Q.850;cause=17", .busy), ("lost_race", .lostRace),
    ])
    func words(word: String, result: AttemptResult) {
        #expect(AttemptResult(word: word) == result)
    }

    @Test("Asterisk's DIALSTATUS and cause texts, FreeSWITCH's own names, SIP's phrases and reasons", arguments: [
        ("ANSWER", AttemptResult.answered), ("NOANSWER", .noAnswer), ("BUSY", .busy), ("CONGESTION", .congestion), ("CHANUNAVAIL", .congestion), ("CANCEL", .callerHangup),
        ("DONTCALL", .rejected), ("TORTURE", .rejected), ("INVALIDARGS", .failed), ("User busy", .busy), ("User alerting, no answer", .noAnswer),
        ("No user responding", .noAnswer), ("Subscriber absent", .noAnswer), ("Call Rejected", .rejected), ("Answered elsewhere", .lostRace),
        ("Circuit/channel congestion", .congestion), ("Switching equipment congestion", .congestion), ("Unallocated (unassigned) number", .failed),
        ("Incoming call barred", .rejected), ("Interworking, unspecified", .failed), ("26", .lostRace), ("52", .rejected), ("54", .rejected), ("38", .failed),
        ("PICKED_OFF", .lostRace), ("NO_PICKUP", .noAnswer), ("USER_NOT_REGISTERED", .noAnswer), ("GATEWAY_DOWN", .congestion), ("MEDIA_TIMEOUT", .failed),
        ("Busy Here", .busy), ("Decline", .rejected), ("Request Terminated", .callerHangup), ("Temporarily Unavailable", .noAnswer), ("Service Unavailable", .congestion),
        ("SIP;cause=486;text=\"Busy Here\"", .busy), ("SIP;cause=200;text=\"Call completed elsewhere\"", .lostRace), ("Q.850 ;cause=21 ;text=\"call rejected\"", .rejected),
        ("SIP/2.0 486 Busy Here", .busy), ("607", .rejected), ("433", .rejected),
    ])
    func completed(word: String, result: AttemptResult) {
        #expect(AttemptResult(word: word) == result)
    }

    @Test("a number and its name are one word", arguments: [
        ("16", "NORMAL_CLEARING"), ("17", "USER_BUSY"), ("18", "NO_USER_RESPONSE"), ("19", "NO_ANSWER"), ("20", "SUBSCRIBER_ABSENT"), ("21", "CALL_REJECTED"),
        ("1", "UNALLOCATED_NUMBER"), ("34", "NORMAL_CIRCUIT_CONGESTION"), ("487", "ORIGINATOR_CANCEL"), ("702", "LOSE_RACE"), ("802", "ALLOTTED_TIMEOUT"),
        ("805", "PICKED_OFF"), ("806", "USER_NOT_REGISTERED"), ("807", "PROGRESS_TIMEOUT"), ("809", "GATEWAY_DOWN"), ("812", "NO_PICKUP"), ("815", "BUSY_EVERYWHERE"),
        ("816", "DECLINE"), ("819", "UNWANTED"), ("825", "REJECT_ALL"), ("808", "INVALID_GATEWAY"), ("800", "BLIND_TRANSFER"),
    ])
    func numbersAndNames(number: String, name: String) {
        #expect(AttemptResult(word: number) == AttemptResult(word: name))
        #expect(AttemptResult(word: name) != nil)
        #expect(AttemptResult(word: "SWITCH_CAUSE_\(name)") == AttemptResult(word: name))
    }

    @Test("SIP's 502 is a bad gateway, a bare one FreeSWITCH's lost race", arguments: ["SIP 502", "502 Bad Gateway", "SIP/2.0 502 Bad Gateway", "SIP;cause=502", "Bad Gateway"])
    func badGateway(word: String) {
        #expect(AttemptResult(word: word) == .failed)
        #expect(AttemptResult(word: "502") == .lostRace)
    }

    @Test("more spellings", arguments: [
        ("in-progress", AttemptResult.answered), ("declined", .rejected), ("Q.850:17", .busy), ("q850/17", .busy), (" 17 ", .busy), ("unanswered", .noAnswer),
        ("AST_CAUSE_USER_BUSY", .busy), ("AST_CAUSE_UNALLOCATED", .failed), ("Q.850;cause=16", .answered),
    ])
    func spellings(word: String, result: AttemptResult) {
        #expect(AttemptResult(word: word) == result)
    }

    @Test("a normal clearing answers nothing that failed", arguments: ["NORMAL_CLEARING", "Normal Clearing", "16", "SIP;cause=200", "200"])
    func clearing(cause: String) {
        #expect(AttemptResult(word: "failed", cause: cause) != .answered)
        #expect(AttemptResult(word: "failed", cause: "NORMAL_CLEARING") == .failed)
        #expect(AttemptResult(word: "", cause: "NORMAL_CLEARING") == nil)
        #expect(AttemptResult(word: "", cause: "16") == nil)
    }

    @Test("a cause says more than a plain failed", arguments: [("17", AttemptResult.busy), ("603", .rejected), ("480", .noAnswer), ("503", .congestion), ("22", .failed), ("", .failed), ("16", .failed), ("CALL_REJECTED", .rejected)])
    func causes(cause: String, result: AttemptResult) {
        #expect(AttemptResult(word: "failed", cause: cause) == result)
    }

    @Test("a plain result is not changed by a cause, and unknown words are nothing")
    func plain() {
        #expect(AttemptResult(word: "no_answer", cause: "17") == .noAnswer)
        #expect(AttemptResult(word: "completed", cause: "16") == .answered)
        #expect(AttemptResult(word: "flummoxed") == nil)
        #expect(AttemptResult(word: "flummoxed", cause: "17") == .busy)
        #expect(AttemptResult(word: "") == nil)
        #expect(AttemptResult(word: "99999") == nil)
    }

    @Test("causes that will never go away are known by number and name", arguments: ["1", "22", "28", "404", "410", "484", "UNALLOCATED_NUMBER", "number_changed", "Unallocated (unassigned) number", "Invalid number format", "Q.850;cause=1", "SIP;cause=484", "404 Not Found"])
    func permanent(cause: String) {
        #expect(AttemptResult.isPermanent(word: "failed", cause: cause))
        #expect(AttemptResult.isPermanent(word: cause, cause: ""))
        #expect(!AttemptResult.isPermanent(word: "failed", cause: "503"))
    }
}
