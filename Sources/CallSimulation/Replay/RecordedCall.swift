import CallModel

/// A call as the call log has it, as far as another directory can be tried on it.
struct RecordedCall {
    var script: ScriptedCall
    var startedAt: Timestamp
    var whereabouts: String

    /// Nil for a test call, one that still goes on, and one to a number that was nobody's.
    ///
    /// - Parameter record: as JSON (records.md §3).
    init?(_ record: DocumentValue) {
        guard let id = record.text("call_id"), let to = record.text("tracking_number"), let at = record.text("started_at").flatMap({ Timestamp(rfc3339: $0) }),
            let outcome = record.text("outcome").flatMap(CallOutcome.init), record.text("is_test") != "true"
        else { return nil }
        let attempts = (record["attempts"]?.items ?? []).map(RecordedCall.Attempt.init)
        let isMailbox = record["flags"]?.items?.contains { $0.word == "likely_voicemail" } == true
        startedAt = at
        whereabouts = Whereabouts.text(
            outcome: outcome, endReason: record.text("end_reason"), destination: record.text("destination_id"), dialled: attempts.map(\.destinationID),
            mailbox: isMailbox ? attempts.first { $0.result == .answered }?.destinationID : nil)
        script = ScriptedCall(id: id, to: to, from: record.text("caller_number") ?? "", callerName: record.text("caller_name") ?? "")
        script.recordedDigits = record.text("digits") ?? ""
        if outcome == .voicemail, !isMailbox { script.voicemailSeconds = record.seconds("voicemail_seconds") }
        if outcome == .abandoned || outcome == .missed, record.text("ended_by") == "caller" { script.hangsUpAfter = record.seconds("duration_seconds") }
        let answer = Phone.Answer(
            talk: isMailbox ? record.seconds("voicemail_seconds") : record.seconds("talk_seconds"),
            endedBy: record.text("ended_by") == "destination" ? "destination" : "caller", isMailbox: isMailbox, pressesOne: true)
        for attempt in attempts where script.phones[attempt.number] == nil {
            guard let phone = attempt.phone(answer) else { continue }
            script.phones[attempt.number] = phone
            // Who was not dialled then would have answered as readily as the one who did.
            if case .answers = phone.act { script.otherPhone = phone }
        }
        // A phone that rang in vain rings in vain again.
        for attempt in attempts where script.phones[attempt.number] == nil { script.phones[attempt.number] = .silent }
    }

    private struct Attempt {
        var destinationID: String
        var number: String
        var result: AttemptResult?
        var ringSeconds: Double
        var cause: String

        init(_ attempt: DocumentValue) {
            number = attempt.text("number") ?? ""
            destinationID = attempt.text("destination_id") ?? number
            result = attempt.text("result").flatMap(AttemptResult.init)
            ringSeconds = attempt.seconds("ring_seconds")
            cause = attempt.text("cause") ?? ""
        }

        /// Nil: it rang until somebody else answered, the time was up or the caller hung up.
        func phone(_ answer: Phone.Answer) -> Phone? {
            switch result {
            case .answered: Phone(after: ringSeconds, act: .answers(answer))
            case .busy: Phone(after: ringSeconds, act: .busy)
            case .rejected: Phone(after: ringSeconds, act: .rejects)
            case .failed, .congestion: Phone(after: ringSeconds, act: .fails(cause: cause))
            case .noAnswer, .lostRace, .callerHangup, nil: nil
            }
        }
    }
}

/// Where a call ended up, in the words that tell one end from another.
enum Whereabouts {
    /// - Parameter mailbox: whose carrier's mailbox took the call.
    static func text(outcome: CallOutcome?, endReason: String?, destination: String?, dialled: [String], mailbox: String?) -> String {
        switch outcome {
        case .answered: return destination ?? "answered"
        case .voicemail: return mailbox.map { "mailbox of \($0)" } ?? "voicemail"
        case .blocked, .notRouted: return endReason ?? "not routed"
        default: return dialled.isEmpty ? "nobody" : "nobody at \(dialled.joined(separator: ", "))"
        }
    }

    static func text(_ record: CallRecord) -> String {
        text(
            outcome: record.outcome, endReason: record.endReason, destination: record.destinationID,
            dialled: record.attempts.map { $0.destinationID ?? $0.number ?? "" },
            mailbox: record.flags.contains(.likelyVoicemail) ? record.attempts.first { $0.result == .answered }?.destinationID : nil)
    }
}

extension Phone {
    /// Longer than any ring.
    static let silent = Phone(after: 86_400, act: .busy)
}

extension DocumentValue {
    /// Nil where it is missing or null.
    fileprivate func text(_ key: String) -> String? {
        guard let value = self[key], !value.isNull else { return nil }
        return value.word
    }

    fileprivate func seconds(_ key: String) -> Double { text(key).flatMap(Double.init) ?? 0 }
}
