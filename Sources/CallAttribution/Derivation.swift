internal import CallModel

/// One pass over a history that ends in its record. Reads nothing but what it is given.
///
/// A class, and of events only their places: what decides much is asked often, and an event is twenty texts to copy.
final class Derivation {
    let history: CallHistory
    let facts: CallFacts?
    let steps: [Step]
    /// Those of them that the call followed.
    let decisions: [Decision]
    /// What ended the call.
    let end: CallEnd?
    /// The place of the `arrived` that says that the front routed the call without waiting for the pool (records.md §2).
    let fallback: Int?
    /// The places of the events that decided something.
    private(set) var decisive: Set<Int> = []
    /// As well of the words.
    private(set) var decisiveWords: Set<Int> = []
    private let notesDecisive: Bool

    init(_ history: CallHistory, facts: CallFacts?, notesDecisive: Bool = false) {
        self.history = history
        self.facts = facts
        self.notesDecisive = notesDecisive
        steps = history.steps
        decisions = steps.compactMap { $0.decision }
        let endPlace = history.endPlace
        end = endPlace.map { CallEnd(history.events[$0]) }
        let routed = history.latestPlace(.arrived) { !$0.routedBy.isEmpty }
        fallback = routed.flatMap { history.events[$0].routedBy == "fallback" ? $0 : nil }
        if let endPlace, notesDecisive { decisive.insert(endPlace) }
    }

    /// The place of the winner among the events of `kind` that tell something.
    func latestPlace(_ kind: CallEvent.Kind, _ tells: (CallEvent) -> Bool) -> Int? {
        let place = history.latestPlace(kind, tells)
        note(place)
        return place
    }

    func note(_ place: Int?) {
        if notesDecisive, let place { decisive.insert(place) }
    }

    func note(word place: Int) {
        if notesDecisive { decisiveWords.insert(place) }
    }

    /// `text` as E.164 by the account's country; nil when it is no number.
    func e164(_ text: String) -> String? {
        PhoneNumber.parse(text, country: facts?.country).number?.e164
    }

    func number(of destinationID: String) -> String? {
        steps.number(of: destinationID) ?? facts?.destinations.first { $0.id == destinationID }?.number
    }

    /// Both names of a destination, as far as decisions and directory know them.
    func destination(id: String, number: String) -> (id: String, number: String) {
        if !id.isEmpty { return (id, self.number(of: id) ?? e164(number) ?? number) }
        if number.isEmpty { return ("", "") }
        let number = e164(number) ?? number
        return (steps.destination(at: number) ?? facts?.destinations.first { $0.number == number }?.id ?? "", number)
    }

    /// When the call began: as the front said, else the earliest moment anything tells of.
    func startedAt() -> Timestamp {
        let arrived = latestPlace(.arrived) { _ in true }
        if let fallback { return history.events[fallback].at }
        if let first = steps.first, first.isFirst { return first.at }
        if let arrived { return history.events[arrived].at }
        var earliest = Timestamp.writable.upperBound.milliseconds
        for event in history.events {
            let before =
                switch event.kind {
                case .attempt: milliseconds(event.attempt?.ringSeconds ?? 0)
                case .ended: milliseconds(event.durationSeconds)
                default: Int64(0)
                }
            earliest = min(earliest, event.at.milliseconds - before)
        }
        for step in steps {
            let ring = step.progress?.attempts.map { milliseconds($0.ringSeconds) }.max() ?? 0
            earliest = min(earliest, step.at.milliseconds - ring)
        }
        if history.events.isEmpty, steps.isEmpty { earliest = history.words.map(\.at.milliseconds).min() ?? earliest }
        return Timestamp(milliseconds: earliest)
    }
}

/// What an `ended` says of the end.
struct CallEnd {
    var at: Timestamp
    /// Empty where it does not say.
    var endedBy: String
    var cause: String
    /// Of the whole call, in seconds; 0 where it does not say.
    var durationSeconds: Double

    init(_ event: CallEvent) {
        at = event.at
        endedBy = event.endedBy
        cause = event.cause
        durationSeconds = event.durationSeconds
    }
}
