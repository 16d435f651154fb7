package import CallModel

extension CallHistory {
    /// The record of the call: a function of the inputs and the facts alone (records.md §2, §3).
    ///
    /// - Parameters:
    ///   - facts: of the number dialled; nil: it is nobody's, or not yet told.
    ///   - now: closes a call that has had no end for `max_call_seconds`; nil: leaves it open.
    package func record(facts: CallFacts?, now: Timestamp? = nil) -> CallRecord {
        var derivation = Derivation(self, facts: facts)
        let record = derivation.record(now: now)
        return erasure?.anonymous(record) ?? record
    }

    /// The places of the events, and of the words, that decided something in the record (records.md §2).
    package func decisive(facts: CallFacts?) -> (events: Set<Int>, words: Set<Int>) {
        var derivation = Derivation(self, facts: facts, notesDecisive: true)
        _ = derivation.record(now: nil)
        return (derivation.decisive, derivation.decisiveWords)
    }
}

extension Derivation {
    mutating func record(now: Timestamp?) -> CallRecord {
        var record = CallRecord(callID: history.callID, startedAt: startedAt())
        record.revision = history.count
        identify(&record)
        describeNumber(&record)
        var ledger = attempts()
        let answer = answer(completing: &ledger)
        let mailbox = mailbox(answer)
        record.attempts = ledger.attempts.map(recorded)
        record.ringSeconds = seconds(ledger.ringMilliseconds)
        let dialled = dial(at: answer?.at ?? Timestamp.writable.upperBound, for: answer?.destinationID.nonEmpty)
        record.routingType = dialled?.decision?.routingType.nonEmpty
        if let answer, mailbox == nil { describe(answer, &record) }
        if mailbox != nil { record.flags.insert(.likelyVoicemail) }
        record.voicemailSeconds = seconds(milliseconds((mailbox ?? message)?.durationSeconds ?? 0))
        finish(&record, ledger, answer, hasMailbox: mailbox != nil, now: now)
        annotate(&record)
        flag(&record, ledger)
        return record
    }

    private func recorded(_ attempt: ToldAttempt) -> RecordedAttempt {
        RecordedAttempt(
            destinationID: attempt.destinationID.nonEmpty, number: attempt.number.nonEmpty, startedAt: Timestamp(milliseconds: attempt.span.start),
            // A word in no table: it was dialled and did not connect, that much is certain.
            result: attempt.result ?? .failed, ringSeconds: seconds(attempt.span.end - attempt.span.start), cause: attempt.cause.nonEmpty)
    }

    private mutating func identify(_ record: inout CallRecord) {
        let inbound = steps.first?.inbound
        record.account = decisions.first?.decision?.account.nonEmpty ?? facts?.account
        record.isTest = inbound?.isTest == true || history.events.contains(where: \.isTest)
        record.provider = inbound?.provider.nonEmpty ?? latestOfAny { $0.provider }
        record.providerCallID = inbound?.providerCallID.nonEmpty ?? latestOfAny { $0.providerCallID }
        record.callerName = inbound?.callerName.nonEmpty ?? latest(.arrived) { $0.attributes["caller_name"]?.isEmpty == false }?.attributes["caller_name"]
        let told = latest(.arrived) { !$0.from.isEmpty }?.from
        let asked = inbound?.from.nonEmpty
        if let from = fallback == nil ? asked ?? told : told ?? asked { record.callerNumber = e164(from) }
    }

    private func latestOfAny(_ field: (CallEvent) -> String) -> String? {
        var winner: CallEvent?
        for event in history.events where !field(event).isEmpty {
            if let current = winner, !event.outranks(current) { continue }
            winner = event
        }
        return winner.map(field)
    }

    private mutating func describeNumber(_ record: inout CallRecord) {
        let first = decisions.first?.decision
        let isUnknown = if case .reject("unknown_number", _) = steps.first?.decision?.action { true } else { false }
        record.trackingNumber = isUnknown ? nil : first?.trackingNumber.nonEmpty ?? facts?.trackingNumber
        record.flow = first?.flow.nonEmpty ?? facts?.flow.nonEmpty
        record.directoryVersion = first.map(\.directoryVersion) ?? facts?.directoryVersion
        if let routed = latest(.arrived, { !$0.routedBy.isEmpty }), fallback != nil || first == nil {
            record.routedBy = routed.routedBy
        } else {
            record.routedBy = first?.routedBy.nonEmpty
        }
        if fallback == nil { record.trace = decisions.count == 1 ? decisions[0].decision?.trace ?? [] : decisions.flatMap { $0.decision?.trace ?? [] } }
        record.trackingName = facts?.trackingName.nonEmpty
        record.assignedTo = facts?.assignedTo
        record.repeatScope = facts?.repeatScope
        record.repeatWindowDays = facts?.repeatWindowDays
        record.source = facts?.source ?? toldSource() ?? facts?.pool?.source
        record.attribution = facts?.source == nil ? .none : .certain
        record.pool = facts?.pool?.id
        // As long as no lease is known that says whose number it was.
        record.poolNumberWithoutSession = facts?.source == nil && facts?.pool != nil
    }

    /// What a front with routing of its own says the call came from, as another tracker's export does: shown as long as no session says more, and
    /// never instead of the number's own.
    private mutating func toldSource() -> TrafficSource? {
        guard let told = latest(.arrived, { $0.attributes["source"]?.isEmpty == false })?.attributes, let source = told["source"] else { return nil }
        return TrafficSource(
            source: source, medium: told["medium"]?.nonEmpty, campaign: told["campaign"]?.nonEmpty, keyword: told["keyword"]?.nonEmpty,
            content: told["content"]?.nonEmpty)
    }

    private func describe(_ answer: Answer, _ record: inout CallRecord) {
        record.answeredAt = answer.at
        record.destinationID = answer.destinationID.nonEmpty
        record.destinationNumber = answer.number == record.trackingNumber ? nil : answer.number.nonEmpty
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
