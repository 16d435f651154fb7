import CallModel

/// What a call's course asks of whoever plays it, in this order.
enum CourseStep {
    case tell(CallEvent)
    case appoint(CourseAppointment)
    /// ContinueCall; its decision is followed next.
    case ask(CallProgress)
}

/// An appointment of one call, whose place among others only the player knows.
struct CourseAppointment {
    var at: Timestamp
    var act: Appointment.Act
    var turn: Int?

    func of(_ call: Int) -> Appointment { Appointment(at: at, act: act, call: call, turn: turn) }
}

extension ScriptedCall {
    func inbound(at moment: Timestamp) -> InboundCall {
        InboundCall(callID: id, to: to, from: from, callerName: callerName, at: moment)
    }
}

extension CallCourse {
    var isOver: Bool {
        if case .over = phase { true } else { false }
    }

    /// When the call begins, before routing is asked.
    func begin(at now: Timestamp) -> [CourseStep] {
        guard let patience = script.hangsUpAfter else { return [] }
        return [.appoint(CourseAppointment(at: now.advanced(bySeconds: patience), act: .callerHangsUp, turn: nil))]
    }

    mutating func follow(_ decision: RouteDecision, at now: Timestamp) -> [CourseStep] {
        switch decision.action {
        case .connect(let dial): return ring(dial, decision, at: now)
        case .voicemail(let voicemail):
            let length = min(script.voicemailSeconds, Double(voicemail.maxSeconds))
            guard length > 0 else { return end(by: "caller", at: now) }
            enter(.leavingMessage(since: now))
            return [appointment(.messageEnds, at: now.advanced(bySeconds: length))]
        case .reject: return end(by: "platform", at: now)
        case .gather(let gather): return [enterKeys(gather, decision.continuation, at: now)]
        }
    }

    /// A key press takes no time, silence takes `timeout_seconds` (directory.md §5).
    private mutating func enterKeys(_ gather: Gather, _ continuation: String, at now: Timestamp) -> CourseStep {
        let entry = nextEntry(of: gather.maxDigits)
        enter(.silent(continuation: continuation))
        if entry.isEmpty { return appointment(.keypadTimesOut, at: now.advanced(bySeconds: Double(gather.timeoutSeconds))) }
        return .ask(CallProgress(callID: script.id, continuation: continuation, at: now, digits: entry))
    }

    private mutating func nextEntry(of length: Int) -> String {
        if !script.recordedDigits.isEmpty {
            let rest = script.recordedDigits.dropFirst(entryCount)
            entryCount += length
            return String(rest.prefix(length))
        }
        defer { entryCount += 1 }
        return entryCount < script.digits.count ? script.digits[entryCount] : ""
    }

    private mutating func ring(_ dial: Dial, _ decision: RouteDecision, at now: Timestamp) -> [CourseStep] {
        let legs = dial.targets.map { Leg(target: $0, phone: script.phones[$0.number] ?? script.otherPhone) }
        enter(.ringing(.init(decision: decision, since: now, legs: legs)))
        var steps: [CourseStep] = []
        for (place, leg) in legs.enumerated() {
            guard let phone = leg.phone else { continue }
            let act: Appointment.Act
            switch phone.act {
            case .answers(let answer):
                // Under screening a pick-up without the key is not an answer: it rings on (directory.md §5).
                if dial.screening, !answer.pressesOne { continue }
                act = .answers(leg: place)
            case .busy: act = .busy(leg: place)
            case .rejects: act = .rejects(leg: place)
            case .fails: act = .fails(leg: place)
            }
            steps.append(appointment(act, at: now.advanced(bySeconds: phone.after)))
        }
        return steps + [appointment(.ringingEnds, at: now.advanced(bySeconds: Double(dial.ringSeconds)))]
    }

    /// Nothing, where the call has moved on since the appointment was made.
    mutating func keep(_ appointment: Appointment) -> [CourseStep] {
        let now = appointment.at
        if let turn = appointment.turn, turn != self.turn { return [] }
        switch (phase, appointment.act) {
        case (.silent(let continuation), .keypadTimesOut):
            return [.ask(CallProgress(callID: script.id, continuation: continuation, at: now, noInput: true))]
        case (.silent, .callerHangsUp): return end(by: "caller", at: now)
        case (.talking(let talk), .callEnds): return hangUp(talk, by: talk.answer.endedBy, at: now)
        case (.talking(let talk), .callerHangsUp): return hangUp(talk, by: "caller", at: now)
        case (.leavingMessage(let since), .messageEnds), (.leavingMessage(let since), .callerHangsUp):
            let length = now.seconds(since: since)
            let isCut = length < script.voicemailSeconds && !appointment.isHangUp
            let message = length > 0 ? [tell(CallEvent(callID: script.id, kind: .voicemail, at: now, durationSeconds: length))] : []
            return message + end(by: isCut ? "platform" : "caller", at: now)
        case (.ringing(var ringing), .callerHangsUp):
            ringing.endAll(.callerHangup, at: now)
            return tellAttempts(ringing) + end(by: "caller", at: now)
        case (.ringing(var ringing), .answers(let leg)):
            ringing.legs[leg].end = .init(at: now, result: .answered)
            ringing.endAll(.lostRace, at: now)
            return connect(ringing, leg, at: now)
        case (.ringing(let ringing), .busy(let leg)): return lose(leg, ringing, .init(at: now, result: .busy))
        case (.ringing(let ringing), .rejects(let leg)): return lose(leg, ringing, .init(at: now, result: .rejected))
        case (.ringing(let ringing), .fails(let leg)):
            guard case .fails(let cause) = ringing.legs[leg].phone?.act else { return [] }
            return lose(leg, ringing, .init(at: now, result: .failed, cause: cause))
        case (.ringing(var ringing), .ringingEnds):
            ringing.endAll(.noAnswer, at: now)
            return [ask(ringing, at: now)]
        default: return []
        }
    }

    private func ask(_ ringing: Ringing, at now: Timestamp) -> CourseStep {
        .ask(
            CallProgress(
                callID: script.id, continuation: ringing.decision.continuation, at: now, attempts: ringing.reports.map(\.report)))
    }

    /// One phone is out; the others ring on, and when it was the last the flow goes on at once.
    private mutating func lose(_ leg: Int, _ ringing: Ringing, _ end: Leg.End) -> [CourseStep] {
        var ringing = ringing
        ringing.legs[leg].end = end
        guard ringing.isOver else {
            phase = .ringing(ringing)
            return []
        }
        return [ask(ringing, at: end.at)]
    }

    private mutating func connect(_ ringing: Ringing, _ leg: Int, at now: Timestamp) -> [CourseStep] {
        guard case .answers(let answer) = ringing.legs[leg].phone?.act else { return [] }
        let target = ringing.legs[leg].target
        var steps = tellAttempts(ringing)
        steps.append(
            tell(CallEvent(callID: script.id, kind: .answered, at: now, destinationID: target.destinationID, destinationNumber: target.number)))
        enter(.talking(.init(target: target, since: now, answer: answer)))
        return steps + [appointment(.callEnds, at: now.advanced(bySeconds: answer.talk))]
    }

    private mutating func hangUp(_ talk: Talk, by side: String, at now: Timestamp) -> [CourseStep] {
        var steps: [CourseStep] = []
        if talk.answer.isMailbox {
            steps.append(
                tell(
                    CallEvent(
                        callID: script.id, kind: .voicemail, at: now, destinationID: talk.target.destinationID,
                        destinationNumber: talk.target.number, durationSeconds: now.seconds(since: talk.since))))
        }
        return steps + end(by: side, at: now)
    }

    private mutating func end(by side: String, at now: Timestamp) -> [CourseStep] {
        let ended = tell(CallEvent(callID: script.id, kind: .ended, at: now, endedBy: side))
        enter(.over)
        return [ended]
    }

    private mutating func enter(_ phase: Phase) {
        self.phase = phase
        turn += 1
    }

    private func appointment(_ act: Appointment.Act, at moment: Timestamp) -> CourseStep {
        .appoint(CourseAppointment(at: moment, act: act, turn: turn))
    }

    private mutating func tell(_ event: CallEvent) -> CourseStep {
        var event = event
        eventCount += 1
        event.eventID = "timeline-\(eventCount)"
        return .tell(event)
    }

    /// A ringing that ends the flow is told by events; one after which it goes on, by ContinueCall.
    private mutating func tellAttempts(_ ringing: Ringing) -> [CourseStep] {
        ringing.reports.sorted { $0.at < $1.at }.map { at, report in
            tell(CallEvent(callID: script.id, kind: .attempt, at: at, attempt: report))
        }
    }
}

extension Appointment {
    fileprivate var isHangUp: Bool {
        if case .callerHangsUp = act { true } else { false }
    }
}
