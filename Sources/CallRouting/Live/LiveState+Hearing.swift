public import CallModel

extension LiveState {
    /// How long a call that ended is kept when somebody may have answered it: the word of that may come after the end.
    private static let lateAnswerSeconds = 60.0

    /// Takes note of what happened to a call; whatever is repeated, late or of a test call changes nothing.
    ///
    /// - Parameter now: the worker's clock.
    public mutating func hear(_ event: CallEvent, now: Timestamp) {
        expire(now: now)
        if event.isTest { return }
        switch event.kind {
        case .answered: hearAnswer(event.callID, event.destinationID, at: event.at, ringSeconds: 0, now: now)
        case .attempt: hearAttempt(event, now: now)
        case .ended: hearEnd(event, now: now)
        case .arrived, .digits, .voicemail, .recording, .tagged, .note, .value, .spam: return
        }
    }

    private mutating func hearAttempt(_ event: CallEvent, now: Timestamp) {
        guard let report = event.attempt, let result = AttemptResult(word: report.result, cause: report.cause) else { return }
        let id = event.destinationID.isEmpty ? report.destinationID : event.destinationID
        switch result {
        case .answered: hearAnswer(event.callID, id, at: event.at, ringSeconds: report.ringSeconds, now: now)
        case .callerHangup: hearHangup(event.callID, id, at: event.at, ringSeconds: report.ringSeconds, now: now)
        case .noAnswer, .busy, .rejected, .congestion, .failed, .lostRace:
            guard var call = calls[event.callID], let number = offer(&call, id, until: event.at, ringSeconds: report.ringSeconds) else { return }
            lapse(&call, number, at: event.at)
            keep(call)
        }
    }

    mutating func hearAnswer(_ callID: String, _ id: String, at time: Timestamp, ringSeconds: Double, now: Timestamp) {
        guard var call = calls[callID] else {
            over.insert(callID, now: now)
            return
        }
        if let end = call.endedAt, time > end { return }
        let ringing = call.offers.filter { $0.state == .ringing }
        // A front that does not say who answered leaves no doubt where one alone was ringing.
        let id = id.isEmpty && ringing.count == 1 ? ringing[0].destinationID : id
        let hasWinner = call.offers.contains { $0.state == .answered }
        if !hasWinner, let number = offer(&call, id, until: time, ringSeconds: ringSeconds) { connect(&call, number) }
        if !call.isOver || call.turn != nil { settle(&call, answeredBy: id, at: time, now: now) }
        keep(call)
    }

    mutating func hearHangup(_ callID: String, _ id: String, at time: Timestamp, ringSeconds: Double, now: Timestamp) {
        guard var call = calls[callID] else {
            over.insert(callID, now: now)
            return
        }
        if call.endedAt != nil || call.offers.contains(where: { $0.state == .answered }) { return }
        // Counts it where nobody had asked for it.
        _ = offer(&call, id, until: time, ringSeconds: ringSeconds)
        keep(call)
        finish(callID, at: time, now: now)
    }

    private mutating func hearEnd(_ event: CallEvent, now: Timestamp) {
        guard var call = calls[event.callID], call.endedAt == nil else {
            over.insert(event.callID, now: now)
            return
        }
        // An answer decides what stays of a slot, and whose turn is next; nothing else of the call does.
        let isUndecided = call.turn != nil || call.offers.contains { $0.state == .ringing && $0.isConnection }
        guard isUndecided, event.endedBy != "platform" else { return finish(event.callID, at: event.at, now: now) }
        for number in call.offers.indices { release(&call, number, at: event.at) }
        call.endedAt = event.at
        call.choice = nil
        call.expiresAt = now.advanced(bySeconds: Self.lateAnswerSeconds)
        keep(call)
        over.insert(event.callID, now: now)
    }

    /// The offer that an event tells of: one destination at overlapping times is one attempt (records.md §2). One that was never asked for,
    /// as of a front that forks by the plan, is counted now; nil where the destination is not counted.
    private mutating func offer(_ call: inout LiveCall, _ id: String, until end: Timestamp, ringSeconds: Double) -> Int? {
        let start = end.advanced(bySeconds: -max(0, ringSeconds))
        if let known = call.offers.firstIndex(where: { $0.destinationID == id && ($0.toldAt == end || $0.overlaps(start, end)) }) {
            call.offers[known].toldAt = end
            return known
        }
        // Clocks differ: an offer that no event has told of yet, the latest that had been made by then.
        let untold = call.offers.indices.filter { call.offers[$0].destinationID == id && call.offers[$0].isAsked && call.offers[$0].toldAt == nil }
        if let untold = untold.last(where: { call.offers[$0].at <= end }) ?? untold.first {
            call.offers[untold].toldAt = end
            return untold
        }
        guard let place = counted(id, account: call.account), call.endedAt == nil else { return nil }
        offer(&call, id, to: place, at: start, isAsked: false)
        call.offers[call.offers.count - 1].toldAt = end
        return call.offers.count - 1
    }
}

extension LiveOffer {
    /// An attempt that took no time still took a moment.
    fileprivate func overlaps(_ start: Timestamp, _ end: Timestamp) -> Bool {
        let ownEnd = until.map { max($0.milliseconds, at.milliseconds + 1) } ?? .max
        return at.milliseconds < max(end.milliseconds, start.milliseconds + 1) && start.milliseconds < ownEnd
    }
}
