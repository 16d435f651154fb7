import CallModel

/// Why a decision is REJECT, and what a SIP front answers the caller with. The cause becomes the record's `end_reason` (records.md §3).
struct Rejection: Hashable {
    let cause: String
    let sipStatus: String

    private init(_ cause: String, sip: String) {
        self.cause = cause
        self.sipStatus = sip
    }

    // 404: nothing is served under this number. It may be put to use again, so never 410, which a network may remember.
    static let unknownNumber = Rejection("unknown_number", sip: "404")
    static let numberStopped = Rejection("number_stopped", sip: "404")
    static let numberReleased = Rejection("number_released", sip: "404")
    static let numberPending = Rejection("number_pending", sip: "404")
    static let notInService = Rejection("not_in_service", sip: "404")

    // 603: the caller is not wanted, and a proxy is not to look elsewhere.
    static let blocked = Rejection("blocked", sip: "603")
    static let declined = Rejection("declined", sip: "603")

    // 486: somebody is there and cannot take the call now.
    static let busy = Rejection("busy", sip: "486")

    // 480: nobody is there now. Failures too: a 5xx would make an upstream carrier try the call again by another way.
    static let closed = Rejection("closed", sip: "480")
    static let capped = Rejection("capped", sip: "480")
    static let noDestination = Rejection("no_destination", sip: "480")
    static let invalidKeyEntry = Rejection("invalid_key_entry", sip: "480")
    static let noCallFlow = Rejection("no_call_flow", sip: "480")
    static let noAnswer = Rejection("no_answer", sip: "480")
    static let failed = Rejection("failed", sip: "480")

    /// 487: the call was answered or the caller is gone; nobody waits for this status.
    static let callOver = Rejection("call_over", sip: "487")
}

extension Rejection {
    init(_ word: RejectCause) {
        self =
            switch word {
            case .busy: .busy
            case .notInService: .notInService
            case .declined: .declined
            }
    }

    var action: RouteDecision.Action { .reject(cause: cause, sipStatus: sipStatus) }
}
