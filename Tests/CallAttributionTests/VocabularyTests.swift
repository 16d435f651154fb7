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

    @Test("causes that will never go away are known by number and name", arguments: ["1", "22", "28", "404", "410", "484", "UNALLOCATED_NUMBER", "number_changed"])
    func permanent(cause: String) {
        #expect(AttemptResult.isPermanent(word: "failed", cause: cause))
        #expect(AttemptResult.isPermanent(word: cause, cause: ""))
        #expect(!AttemptResult.isPermanent(word: "failed", cause: "503"))
    }
}
