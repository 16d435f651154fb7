package import CallModel

extension CallHistory {
    /// The record of the call: a function of the inputs and the facts alone (records.md §2, §3).
    ///
    /// - Parameters:
    ///   - facts: of the number dialled; nil: it is nobody's, or not yet told.
    ///   - now: closes a call that has had no end for `max_call_seconds`; nil: leaves it open.
    ///   - places: where the record has looked up what its caller's number tells; nil: no number tells anything.
    package func record(facts: CallFacts?, now: Timestamp? = nil, places: PlaceLookup = PlaceLookup(nil)) -> CallRecord {
        let derivation = Derivation(self, facts: facts)
        var record = CallRecord(callID: callID, startedAt: derivation.startedAt())
        derivation.fill(&record, now: now)
        if let erasure { record = erasure.anonymous(record) }
        record.places = places
        return record
    }

    /// The places of the events, and of the words, that decided something in the record (records.md §2).
    package func decisive(facts: CallFacts?) -> (events: Set<Int>, words: Set<Int>) {
        let derivation = Derivation(self, facts: facts, notesDecisive: true)
        var record = CallRecord(callID: callID, startedAt: derivation.startedAt())
        derivation.fill(&record, now: nil)
        return (derivation.decisive, derivation.decisiveWords)
    }
}

extension Derivation {
    /// All that the call's own inputs say.
    fileprivate func fill(_ record: inout CallRecord, now: Timestamp?) {
        record.revision = history.count
        identify(&record)
        describeNumber(&record)
        var ledger = attempts()
        let answer = answer(completing: &ledger)
        let mailbox = mailbox(answer)
        if !ledger.attempts.isEmpty { record.attempts = ledger.attempts.map(recorded) }
        record.ringSeconds = seconds(ledger.ringMilliseconds)
        let dialled = dial(at: answer?.at ?? Timestamp.writable.upperBound, for: answer?.destinationID.nonEmpty)
        record.routingType = dialled?.made.routingType.nonEmpty
        if let answer, mailbox == nil { describe(answer, &record) }
        if mailbox != nil { record.flags.insert(.likelyVoicemail) }
        if let told = mailbox ?? message { record.voicemailSeconds = seconds(milliseconds(history.events[told].durationSeconds)) }
        finish(&record, ledger, answer, hasMailbox: mailbox != nil, now: now)
        annotate(&record)
        flag(&record, ledger)
    }

    private func recorded(_ attempt: ToldAttempt) -> RecordedAttempt {
        RecordedAttempt(
            destinationID: attempt.destinationID.nonEmpty, number: attempt.number.nonEmpty, startedAt: Timestamp(milliseconds: attempt.span.start),
            // A word in no table: it was dialled and did not connect, that much is certain.
            result: attempt.result ?? .failed, ringSeconds: seconds(attempt.span.end - attempt.span.start), cause: attempt.cause.nonEmpty)
    }

    private func identify(_ record: inout CallRecord) {
        let inbound = steps.first?.inbound
        record.account = decisions.first?.made.account.nonEmpty ?? facts?.account
        record.isTest = inbound?.isTest == true || history.events.contains(where: \.isTest)
        record.provider = inbound?.provider.nonEmpty ?? latestOfAny { $0.provider }
        record.providerCallID = inbound?.providerCallID.nonEmpty ?? latestOfAny { $0.providerCallID }
        record.callerName =
            inbound?.callerName.nonEmpty
            ?? latestPlace(.arrived) { $0.attributes["caller_name"]?.isEmpty == false }.flatMap { history.events[$0].attributes["caller_name"] }
        let told = latestPlace(.arrived) { !$0.from.isEmpty }.map { history.events[$0].from }
        let asked = inbound?.from.nonEmpty
        if let from = fallback == nil ? asked ?? told : told ?? asked { record.callerNumber = e164(from) }
    }

    private func latestOfAny(_ field: (CallEvent) -> String) -> String? {
        var winner: Int?
        for place in history.events.indices where !field(history.events[place]).isEmpty {
            if let current = winner, !history.events[place].outranks(history.events[current]) { continue }
            winner = place
        }
        return winner.map { field(history.events[$0]) }
    }

    private func describeNumber(_ record: inout CallRecord) {
        let first = decisions.first
        let isUnknown = if case .reject("unknown_number", _) = steps.first?.decision?.made.action { true } else { false }
        record.trackingNumber = isUnknown ? nil : first?.made.trackingNumber.nonEmpty ?? facts?.trackingNumber
        record.flow = first?.made.flow.nonEmpty ?? facts?.flow.nonEmpty
        record.directoryVersion = first?.made.directoryVersion ?? facts?.directoryVersion
        if let routed = latestPlace(.arrived, { !$0.routedBy.isEmpty }), fallback != nil || first == nil {
            record.routedBy = history.events[routed].routedBy
        } else {
            record.routedBy = first?.made.routedBy.nonEmpty
        }
        if fallback == nil { record.trace = decisions.count == 1 ? decisions[0].made.trace : decisions.flatMap(\.made.trace) }
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
    private func toldSource() -> TrafficSource? {
        // The names are `TrafficSource.toldNames`.
        guard let place = latestPlace(.arrived, { $0.attributes["source"]?.isEmpty == false }) else { return nil }
        let told = history.events[place].attributes
        guard let source = told["source"] else { return nil }
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
