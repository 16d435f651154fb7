internal import CallModel

extension Erasure {
    /// The event without the person: what happened and when stays.
    ///
    /// - Parameter place: in the order in which events of one moment win, so that stripping does not change which one does.
    func stripped(_ event: CallEvent, place: Int) -> CallEvent {
        var kept = CallEvent(callID: event.callID, kind: event.kind, at: event.at)
        let digits = String(place)
        kept.eventID = "erased-" + String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
        kept.sequence = event.sequence
        kept.provider = event.provider
        kept.isTest = event.isTest
        kept.to = event.to
        kept.destinationID = event.destinationID
        kept.destinationNumber = event.destinationNumber
        kept.attempt = event.attempt.map { stripped($0) }
        kept.endedBy = event.endedBy
        kept.cause = withoutNumber(event.cause)
        kept.durationSeconds = event.durationSeconds
        // A message without a length is one by its recording alone, and the outcome stays.
        if event.kind == .voicemail, !event.url.isEmpty, event.durationSeconds == 0 { kept.url = Self.goneURL }
        kept.tags = event.tags.filter { !Mention.isOfSomeNumber($0) }
        kept.amount = event.amount
        kept.currency = event.currency
        kept.spam = event.spam
        kept.routedBy = event.routedBy
        // Where the call came from stays (records.md §7), also where the front said it.
        kept.attributes = event.attributes.filter { TrafficSource.toldNames.contains($0.key) }.mapValues(withoutNumber)
        return kept
    }

    private static let goneURL = "erased"

    /// The exchange without the person.
    func stripped(_ exchange: Exchange) -> Exchange {
        var kept = exchange
        switch exchange.question {
        case .route(let call):
            kept.question = .route(InboundCall(callID: call.callID, to: call.to, at: call.at, provider: call.provider, isTest: call.isTest))
        case .proceed(let progress):
            // It holds the caller's number; equal ones stay equal, since they tell the order of the steps.
            kept.question = .proceed(
                CallProgress(
                    callID: progress.callID, continuation: token(for: progress.continuation), at: progress.at,
                    attempts: progress.attempts.map { stripped($0) }, noInput: progress.noInput))
        }
        kept.decision = exchange.decision.map { stripped($0) }
        return kept
    }

    private func stripped(_ report: AttemptReport) -> AttemptReport {
        var report = report
        report.result = withoutNumber(report.result)
        report.cause = withoutNumber(report.cause)
        return report
    }

    private func stripped(_ decision: RouteDecision) -> RouteDecision {
        var kept = decision
        kept.continuation = token(for: decision.continuation)
        if case .connect(let dial) = decision.action { kept.action = .connect(stripped(dial, decision)) }
        kept.plan = decision.plan.map { stripped($0, decision) }
        kept.trace = decision.trace.map { step in
            var step = step
            step.reason = withoutNumber(step.reason)
            return step
        }
        return kept
    }

    /// What the destination saw is the caller's number, unless the flow hides it behind the one dialled.
    private func stripped(_ dial: Dial, _ decision: RouteDecision) -> Dial {
        var dial = dial
        if dial.callerID != decision.trackingNumber { dial.callerID = "" }
        return dial
    }
}

/// Nothing where the text has a phone number in it. Any: what comes after the erasure must be treated alike, and nobody knows then whose it was.
private func withoutNumber(_ text: String) -> String { Mention.isOfSomeNumber(text) ? "" : text }
