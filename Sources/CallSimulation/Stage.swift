import CallModel
import CallRouting

/// The state of a simulation at one virtual moment.
struct Stage {
    private var table = RoutingTable()
    private var agenda = Agenda()
    private var calls: [SimulatedCall] = []
    private var subjects: [Subject] = []
    private var subjectByCall: [String: Int] = [:]
    private var exchangeCount = 0
    private let account: String

    /// - Parameter entries: all of the timeline, so that records come in the order of the file.
    init(_ directory: Directory, _ entries: [TimelineEntry]) throws(SimulationError) {
        account = directory.account
        table.install(directory, at: entries.first?.at ?? Timestamp(milliseconds: 0))
        var lineByCall: [String: Int] = [:]
        for entry in entries.sorted(by: { $0.line < $1.line }) {
            switch entry.action {
            case .call(let script):
                if let earlier = lineByCall.updateValue(entry.line, forKey: script.id) {
                    throw SimulationError(line: entry.line, "call \(script.id) is in line \(earlier) already; give each call an id of its own")
                }
                introduce(script.id)
            case .event(let event): introduce(event.callID)
            case .apply, .set: continue
            }
        }
    }

    private mutating func introduce(_ callID: String) {
        guard subjectByCall[callID] == nil else { return }
        subjectByCall[callID] = subjects.count
        subjects.append(Subject(callID: callID))
    }

    var records: [CallRecord] { subjects.map { $0.record() } }

    private func subject(of callID: String) -> Int {
        // Every call of the timeline was introduced before it began.
        guard let subject = subjectByCall[callID] else { preconditionFailure("call \(callID) was not introduced") }
        return subject
    }

    /// Plays what is due, the earliest first.
    mutating func play(while isDue: (Timestamp) -> Bool) throws(SimulationError) {
        while let next = agenda.next, isDue(next.at), let appointment = agenda.takeNext() { try keep(appointment) }
    }

    mutating func perform(_ entry: TimelineEntry) throws(SimulationError) {
        switch entry.action {
        case .call(let script): try begin(script, at: entry.at)
        case .event(let event):
            let subject = subject(of: event.callID)
            if !event.to.isEmpty { subjects[subject].pin(table.owner(of: event.to)?.directory) }
            subjects[subject].tell(event)
        case .apply(let document):
            let version = (table.directory(of: account)?.version ?? 0) + 1
            let directory: Directory
            do throws(DirectoryError) {
                directory = try Directory(yaml: document, version: version)
            } catch {
                throw SimulationError(line: entry.line, "apply is refused: \(error.problems.map(\.description).joined(separator: "; "))")
            }
            guard directory.account == account else {
                throw SimulationError(line: entry.line, "apply is for account \(directory.account); this timeline plays \(account)")
            }
            table.install(directory, at: entry.at)
        case .set(let schedule, let manual):
            guard table.set(manual, schedule: schedule, account: account) else {
                throw SimulationError(line: entry.line, "set.schedule: \"\(schedule)\" is no schedule of \(account)")
            }
        }
    }
}

// MARK: - A call's course

extension Stage {
    private mutating func begin(_ script: ScriptedCall, at now: Timestamp) throws(SimulationError) {
        let subject = subject(of: script.id)
        let call = calls.count
        calls.append(SimulatedCall(script: script, subject: subject))
        if let patience = script.hangsUpAfter {
            agenda.add(Appointment(at: now.advanced(bySeconds: patience), act: .callerHangsUp, call: call, turn: nil))
        }
        let inbound = InboundCall(callID: script.id, to: script.to, from: script.from, callerName: script.callerName, at: now)
        subjects[subject].pin(table.owner(of: script.to)?.directory)
        let decision = Router(table).route(inbound, at: now)
        tell(.route(inbound), decision, of: call, at: now)
        follow(decision, call, at: now)
    }

    private mutating func proceed(_ ringing: SimulatedCall.Ringing, _ call: Int, at now: Timestamp) {
        let progress = CallProgress(
            callID: calls[call].script.id, continuation: ringing.decision.continuation, at: now, attempts: ringing.reports.map(\.report))
        let decision: RouteDecision
        do throws(RoutingError) {
            decision = try Router(table).proceed(progress, at: now)
        } catch {
            // The continuation is the router's own and the results are ours.
            preconditionFailure("the router does not know its own continuation: \(error)")
        }
        tell(.proceed(progress), decision, of: call, at: now)
        follow(decision, call, at: now)
    }

    private mutating func follow(_ decision: RouteDecision, _ call: Int, at now: Timestamp) {
        switch decision.action {
        case .connect(let dial): ring(dial, decision, call, at: now)
        case .voicemail(let voicemail):
            let length = min(calls[call].script.voicemailSeconds, Double(voicemail.maxSeconds))
            guard length > 0 else { return end(call, by: "caller", at: now) }
            enter(.leavingMessage(since: now), call)
            appoint(.messageEnds, call, at: now.advanced(bySeconds: length))
        case .reject: end(call, by: "platform", at: now)
        // Reading a timeline refuses digits, and a directory has no keypad node yet.
        case .gather: preconditionFailure("a decision asks for keys")
        }
    }

    private mutating func ring(_ dial: Dial, _ decision: RouteDecision, _ call: Int, at now: Timestamp) {
        let legs = dial.targets.map { SimulatedCall.Leg(target: $0, phone: calls[call].script.phones[$0.number]) }
        enter(.ringing(.init(decision: decision, since: now, legs: legs)), call)
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
            appoint(act, call, at: now.advanced(bySeconds: phone.after))
        }
        appoint(.ringingEnds, call, at: now.advanced(bySeconds: Double(dial.ringSeconds)))
    }

    private mutating func keep(_ appointment: Appointment) throws(SimulationError) {
        let call = appointment.call
        let now = appointment.at
        if let turn = appointment.turn, turn != calls[call].turn { return }
        switch (calls[call].phase, appointment.act) {
        case (.talking(let talk), .callEnds): hangUp(talk, call, by: talk.answer.endedBy, at: now)
        case (.talking(let talk), .callerHangsUp): hangUp(talk, call, by: "caller", at: now)
        case (.leavingMessage(let since), .messageEnds), (.leavingMessage(let since), .callerHangsUp):
            let isCut = now.seconds(since: since) < calls[call].script.voicemailSeconds && !appointment.isHangUp
            if now > since { tell(CallEvent(callID: calls[call].script.id, kind: .voicemail, at: now, durationSeconds: now.seconds(since: since)), of: call) }
            end(call, by: isCut ? "platform" : "caller", at: now)
        case (.ringing(var ringing), .callerHangsUp):
            ringing.endAll(.callerHangup, at: now)
            tellAttempts(ringing, of: call)
            end(call, by: "caller", at: now)
        case (.ringing(var ringing), .answers(let leg)):
            ringing.legs[leg].end = .init(at: now, result: .answered)
            ringing.endAll(.lostRace, at: now)
            connect(ringing, leg, call, at: now)
        case (.ringing(let ringing), .busy(let leg)): lose(leg, ringing, call, .init(at: now, result: .busy))
        case (.ringing(let ringing), .rejects(let leg)): lose(leg, ringing, call, .init(at: now, result: .rejected))
        case (.ringing(let ringing), .fails(let leg)):
            guard case .fails(let cause) = ringing.legs[leg].phone?.act else { return }
            lose(leg, ringing, call, .init(at: now, result: .failed, cause: cause))
        case (.ringing(var ringing), .ringingEnds):
            ringing.endAll(.noAnswer, at: now)
            proceed(ringing, call, at: now)
        default: return
        }
    }

    /// One phone is out; the others ring on, and when it was the last the flow goes on at once.
    private mutating func lose(_ leg: Int, _ ringing: SimulatedCall.Ringing, _ call: Int, _ end: SimulatedCall.Leg.End) {
        var ringing = ringing
        ringing.legs[leg].end = end
        guard ringing.isOver else { return calls[call].phase = .ringing(ringing) }
        proceed(ringing, call, at: end.at)
    }

    private mutating func connect(_ ringing: SimulatedCall.Ringing, _ leg: Int, _ call: Int, at now: Timestamp) {
        guard case .answers(let answer) = ringing.legs[leg].phone?.act else { return }
        let target = ringing.legs[leg].target
        tellAttempts(ringing, of: call)
        tell(
            CallEvent(callID: calls[call].script.id, kind: .answered, at: now, destinationID: target.destinationID, destinationNumber: target.number),
            of: call)
        enter(.talking(.init(target: target, since: now, answer: answer)), call)
        appoint(.callEnds, call, at: now.advanced(bySeconds: answer.talk))
    }

    private mutating func hangUp(_ talk: SimulatedCall.Talk, _ call: Int, by side: String, at now: Timestamp) {
        if talk.answer.isMailbox {
            tell(
                CallEvent(
                    callID: calls[call].script.id, kind: .voicemail, at: now, destinationID: talk.target.destinationID,
                    destinationNumber: talk.target.number, durationSeconds: now.seconds(since: talk.since)), of: call)
        }
        end(call, by: side, at: now)
    }

    private mutating func end(_ call: Int, by side: String, at now: Timestamp) {
        tell(CallEvent(callID: calls[call].script.id, kind: .ended, at: now, endedBy: side), of: call)
        enter(.over, call)
    }

    private mutating func enter(_ phase: SimulatedCall.Phase, _ call: Int) {
        calls[call].phase = phase
        calls[call].turn += 1
    }

    private mutating func appoint(_ act: Appointment.Act, _ call: Int, at moment: Timestamp) {
        agenda.add(Appointment(at: moment, act: act, call: call, turn: calls[call].turn))
    }
}

// MARK: - What attribution is told

extension Stage {
    private mutating func tell(_ question: Exchange.Question, _ decision: RouteDecision, of call: Int, at now: Timestamp) {
        exchangeCount += 1
        let id = String(exchangeCount, radix: 16)
        let exchange = Exchange(
            exchangeID: String(repeating: "0", count: 32 - id.utf8.count) + id, question: question, status: 0, decision: decision, receivedAt: now,
            dispatchedAt: now, endedAt: now)
        subjects[calls[call].subject].tell(exchange)
    }

    private mutating func tell(_ event: CallEvent, of call: Int) {
        var event = event
        calls[call].eventCount += 1
        event.eventID = "simulated-\(calls[call].eventCount)"
        subjects[calls[call].subject].tell(event)
    }

    /// A ringing that ends the flow is told by events; one after which it goes on, by ContinueCall.
    private mutating func tellAttempts(_ ringing: SimulatedCall.Ringing, of call: Int) {
        for (at, report) in ringing.reports.sorted(by: { $0.at < $1.at }) {
            tell(CallEvent(callID: calls[call].script.id, kind: .attempt, at: at, attempt: report), of: call)
        }
    }
}

extension Appointment {
    fileprivate var isHangUp: Bool {
        if case .callerHangsUp = act { true } else { false }
    }
}
