internal import CallModel

/// Which destination picked up, and when.
struct Answer {
    var at: Timestamp
    /// Empty where nothing tells.
    var destinationID: String
    var number: String

    var destination: String { destinationID.isEmpty ? number : destinationID }
}

extension Derivation {
    /// What was dialled: as `ContinueCall` and the events told it.
    ///
    /// An event for a time after the end changes nothing (records.md §2). A front that comes back after the end tells of what rang until then.
    func attempts() -> AttemptLedger {
        if steps.count < 2, !history.has(.attempt), steps.first?.isFirst != false { return AttemptLedger([], dialled: []) { _, _ in false } }
        var told: [ToldAttempt] = []
        for step in steps {
            guard let progress = step.progress, !progress.attempts.isEmpty else { continue }
            // Those of one decision began to ring together, and the last of them brought the front back here.
            let start = step.at.milliseconds - (progress.attempts.map { milliseconds($0.ringSeconds) }.max() ?? 0)
            for report in progress.attempts {
                let (id, number) = destination(id: report.destinationID, number: report.number)
                let span = RingSpan(start: start, end: start + milliseconds(report.ringSeconds)).cut(at: end?.at.milliseconds)
                told.append(ToldAttempt(report, id: id, number: number, span: span, event: nil))
            }
        }
        for place in history.events.indices where history.events[place].kind == .attempt {
            let event = history.events[place]
            guard let report = event.attempt, isBeforeEnd(event) else { continue }
            let (id, number) = destination(
                id: event.destinationID.isEmpty ? report.destinationID : event.destinationID,
                number: event.destinationNumber.isEmpty ? report.number : event.destinationNumber)
            let span = RingSpan(start: event.at.milliseconds - milliseconds(report.ringSeconds), end: event.at.milliseconds)
            told.append(ToldAttempt(report, id: id, number: number, span: span, event: place))
        }
        if told.isEmpty { return AttemptLedger(told, dialled: []) { _, _ in false } }
        let dialled = told.count > 1 ? decisions.flatMap { $0.targets.map(\.destinationID) } : []
        let ledger = AttemptLedger(told, dialled: dialled) { history.events[$0].outranks(history.events[$1]) }
        for attempt in ledger.attempts { note(attempt.event) }
        return ledger
    }

    /// The pick-up that counts: the latest told one that is not after the end; its attempt is added where nothing else told it.
    func answer(completing ledger: inout AttemptLedger) -> Answer? {
        let told = history.latestPlace(.answered, isBeforeEnd)
        if told == nil, ledger.attempts.isEmpty { return nil }
        let attempt = ledger.attempts.filter { $0.result == .answered }.max { $0.span.end < $1.span.end }
        if told == nil, attempt == nil { return nil }
        var answer = Answer(at: Timestamp(milliseconds: attempt?.span.end ?? 0), destinationID: attempt?.destinationID ?? "", number: attempt?.number ?? "")
        if let told, history.events[told].at.milliseconds >= attempt?.span.end ?? .min {
            note(told)
            answer.at = history.events[told].at
            if let naming = history.latestPlace(.answered, { isBeforeEnd($0) && !($0.destinationID.isEmpty && $0.destinationNumber.isEmpty) }) {
                (answer.destinationID, answer.number) = destination(
                    id: history.events[naming].destinationID, number: history.events[naming].destinationNumber)
            }
        }
        if answer.destination.isEmpty { nameOnlyCandidate(&answer) }
        complete(&ledger, answer)
        return answer
    }

    private func isBeforeEnd(_ event: CallEvent) -> Bool {
        guard let end else { return true }
        return event.at <= end.at
    }

    /// Nobody said who answered: it is known all the same when only one was dialled.
    private func nameOnlyCandidate(_ answer: inout Answer) {
        if let own = ownRouting {
            (answer.destinationID, answer.number) = destination(id: history.events[own].destinationID, number: history.events[own].destinationNumber)
        } else if let targets = dial(at: answer.at)?.targets, targets.count == 1 {
            (answer.destinationID, answer.number) = (targets[0].destinationID, targets[0].number)
        }
    }

    /// The place of the `arrived` by which a front with its own routing says where it sent the call (records.md §2); nil where the pool decided that.
    var ownRouting: Int? {
        if let fallback, !(history.events[fallback].destinationID.isEmpty && history.events[fallback].destinationNumber.isEmpty) { return fallback }
        guard fallback != nil || decisions.isEmpty else { return nil }
        return history.latestPlace(.arrived) { !($0.destinationID.isEmpty && $0.destinationNumber.isEmpty) }
    }

    private func complete(_ ledger: inout AttemptLedger, _ answer: Answer) {
        guard !answer.destination.isEmpty else { return }
        let moment = RingSpan(start: answer.at.milliseconds, end: answer.at.milliseconds)
        let same = ledger.attempts.indices.filter { ledger.attempts[$0].destination == answer.destination }
        if same.contains(where: { ledger.attempts[$0].result == .answered }) { return }
        if let place = same.last(where: { ledger.attempts[$0].span.isSameAttempt(as: moment) }) {
            ledger.markAnswered(place, at: moment.end)
            return
        }
        let rang = dial(at: answer.at, for: answer.destinationID)?.at.milliseconds ?? moment.end
        let report = AttemptReport(destinationID: answer.destinationID, number: answer.number, result: AttemptResult.answered.rawValue)
        ledger.add(ToldAttempt(report, id: answer.destinationID, number: answer.number, span: RingSpan(start: min(rang, moment.end), end: moment.end), event: nil))
    }

    /// The latest decision before `moment` that dials, and dials `destinationID` where one is given.
    func dial(at moment: Timestamp, for destinationID: String? = nil) -> Decision? {
        guard fallback == nil else { return nil }
        func dials(_ decision: Decision) -> Bool {
            !decision.targets.isEmpty && (destinationID == nil || decision.targets.contains { $0.destinationID == destinationID })
        }
        // Where two clocks disagree the answer may seem to come before its dialling.
        return decisions.last { $0.at <= moment && dials($0) } ?? decisions.last(where: dials)
    }
}
