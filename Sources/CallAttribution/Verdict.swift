internal import CallModel

/// How a call ended, and why (records.md §3, "Outcome" and `end_reason`).
struct Verdict {
    var outcome: CallOutcome
    var endReason: String?

    /// What a finished call is judged by.
    struct Evidence {
        var isAnswered: Bool
        /// A message was left with our voicemail step, or a carrier's mailbox took the call.
        var hasMessage: Bool
        /// The cause of the REJECT that ended it.
        var rejectCause: String?
        var endedBy: String
        /// What the end itself was told to be caused by.
        var endCause: String
        /// From the start to the end.
        var milliseconds: Int64
        var missedAfterSeconds: Int
        /// Whether a destination was dialled, whatever is known of its attempts.
        var wasDialled: Bool
        var results: [AttemptResult]
        /// Of the attempt that ended last.
        var lastResult: AttemptResult?
    }

    init(_ evidence: Evidence) {
        if evidence.isAnswered {
            self.init(.answered, "normal")
        } else if evidence.hasMessage {
            self.init(.voicemail, "normal")
        } else if let cause = evidence.rejectCause {
            self.init(Verdict.blocking.contains(cause) ? .blocked : evidence.outcomeWithoutCaller, cause)
        } else if evidence.endedBy == "caller" {
            let isEarly = evidence.milliseconds < Int64(evidence.missedAfterSeconds) * 1000
            self.init(isEarly ? .abandoned : .missed, "caller_hangup")
        } else if !evidence.wasDialled, Verdict.rejectCauses.contains(evidence.endCause) {
            // A front with its own routing tells the reason with the end.
            self.init(Verdict.blocking.contains(evidence.endCause) ? .blocked : .notRouted, evidence.endCause)
        } else {
            self.init(evidence.outcomeWithoutCaller, evidence.wasDialled ? evidence.reasonAfterDialling : nil)
        }
    }

    private init(_ outcome: CallOutcome, _ endReason: String?) {
        self.outcome = outcome
        self.endReason = endReason
    }

    static let noTerminalEvent = Verdict(.unknown, "no_terminal_event")

    private static let blocking: Set<String> = ["blocked", "spam_filter"]
    private static let rejectCauses: Set<String> = [
        "capped", "closed", "no_call_flow", "no_destination", "unknown_number", "number_stopped", "number_released", "number_pending", "blocked",
        "spam_filter", "invalid_key_entry", "busy", "declined", "not_in_service",
    ]
}

extension Verdict.Evidence {
    fileprivate var outcomeWithoutCaller: CallOutcome {
        guard wasDialled else { return .notRouted }
        if results.isEmpty { return lastResult == .failed || lastResult == .congestion ? .failed : .missed }
        return results.allSatisfy { $0 == .failed || $0 == .congestion } ? .failed : .missed
    }

    fileprivate var reasonAfterDialling: String {
        switch lastResult {
        case .busy, .rejected: "busy"
        case .failed, .congestion: "failed"
        default: "no_answer"
        }
    }
}
