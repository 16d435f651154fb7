internal import CallModel

extension Derivation {
    /// The place of the word of a carrier's mailbox that took the call: a message reported with the destination that had answered, or with one though none had (records.md §3).
    func mailbox(_ answer: Answer?) -> Int? {
        latestPlace(.voicemail) { event in
            let (id, number) = destination(id: event.destinationID, number: event.destinationNumber)
            if id.isEmpty && number.isEmpty { return false }
            guard let answer else { return true }
            return event.at >= answer.at && (answer.destination.isEmpty || answer.destination == (id.isEmpty ? number : id))
        }
    }

    /// The place of the word of a message left with our own voicemail step.
    var message: Int? {
        history.latestPlace(.voicemail) { event in
            event.destinationID.isEmpty && event.destinationNumber.isEmpty && (milliseconds(event.durationSeconds) > 0 || !event.url.isEmpty)
        }
    }

    /// The REJECT that ended the call; nil where the caller was gone before it.
    private var rejection: (at: Timestamp, cause: String)? {
        guard fallback == nil, let last = decisions.last, case .reject(let cause, _) = last.made.action else { return nil }
        if let end, end.endedBy == "caller", end.at < last.at { return nil }
        return (last.at, cause)
    }

    func finish(_ record: inout CallRecord, _ ledger: AttemptLedger, _ answer: Answer?, hasMailbox: Bool, now: Timestamp?) {
        let rejection = rejection
        guard let endedAt = end?.at ?? rejection?.at else {
            let limit = Double(facts?.maxCallSeconds ?? CallFacts.defaultMaxCallSeconds)
            guard let now, now.bounded >= record.startedAt.advanced(bySeconds: limit) else { return }
            record.outcome = Verdict.noTerminalEvent.outcome
            record.endReason = Verdict.noTerminalEvent.endReason
            return
        }
        let lasted = max(endedAt.milliseconds - record.startedAt.milliseconds, 0)
        let told = milliseconds(end?.durationSeconds ?? 0)
        record.endedAt = endedAt
        record.durationSeconds = seconds(told > 0 ? told : lasted)
        let endedBy = endedBy(ledger, isRejected: rejection != nil)
        record.endedBy = endedBy
        let isAnswered = answer != nil && !hasMailbox
        let verdict = Verdict(
            .init(
                isAnswered: isAnswered, hasMessage: hasMailbox || message != nil, rejectCause: rejection?.cause, endedBy: endedBy ?? "platform",
                endCause: end?.cause ?? "", milliseconds: lasted, missedAfterSeconds: facts?.missedAfterSeconds ?? CallFacts.defaultMissedAfterSeconds,
                wasDialled: wasDialled(ledger), results: ledger.attempts.map { $0.result ?? .failed },
                lastResult: ledger.last.map { $0.result ?? .failed } ?? (endedBy == "caller" ? nil : AttemptResult(word: "", cause: end?.cause ?? ""))))
        record.outcome = verdict.outcome
        record.endReason = verdict.endReason
        record.talkSeconds = isAnswered ? seconds(endedAt.milliseconds - (answer?.at ?? endedAt).milliseconds) : 0
    }

    private func endedBy(_ ledger: AttemptLedger, isRejected: Bool) -> String? {
        if let told = end?.endedBy.nonEmpty { return told }
        if isRejected { return "platform" }
        let caller = ledger.attempts.contains { $0.result == .callerHangup } || AttemptResult(word: "", cause: end?.cause ?? "") == .callerHangup
        return caller ? "caller" : nil
    }

    private func wasDialled(_ ledger: AttemptLedger) -> Bool {
        if !ledger.attempts.isEmpty { return true }
        if ownRouting != nil { return true }
        return fallback == nil && decisions.contains { !$0.targets.isEmpty }
    }

    func flag(_ record: inout CallRecord, _ ledger: AttemptLedger) {
        // 9 s: records.md §3.
        if record.outcome == .answered, record.endedBy == "destination", let talk = record.talkSeconds, talk <= 9 { record.flags.insert(.shortAnswer) }
        if ledger.attempts.contains(where: \.isPermanent) { record.flags.insert(.configError) }
        if history.cameOutOfOrder { record.flags.insert(.outOfOrder) }
    }
}
