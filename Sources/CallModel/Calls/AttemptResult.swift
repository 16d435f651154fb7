/// How an attempt ended (records.md §3).
public enum AttemptResult: String, Hashable, Sendable, CaseIterable {
    case answered
    case noAnswer = "no_answer"
    case busy
    case rejected
    case congestion
    case failed
    case lostRace = "lost_race"
    case callerHangup = "caller_hangup"
}
