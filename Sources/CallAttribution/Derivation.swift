internal import CallModel

/// One pass over a history that ends in its record. Reads nothing but what it is given.
struct Derivation {
    let history: CallHistory
    let facts: CallFacts?
    let steps: [Step]
    /// Those of them with a decision that the call followed.
    let decisions: [Step]
    /// The event that ended the call.
    let end: CallEvent?
    /// The front routed the call without waiting for the pool (records.md §2).
    let fallback: CallEvent?
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
        decisions = steps.filter { $0.decision != nil }
        let endPlace = history.endPlace
        end = endPlace.map { history.events[$0] }
        let routed = history.latest(.arrived) { !$0.routedBy.isEmpty }
        fallback = routed?.routedBy == "fallback" ? routed : nil
        if let endPlace, notesDecisive { decisive.insert(endPlace) }
    }

    /// The winner among the events of `kind` that tell something.
    mutating func latest(_ kind: CallEvent.Kind, _ tells: (CallEvent) -> Bool) -> CallEvent? {
        guard let place = history.latestPlace(kind, tells) else { return nil }
        note(place)
        return history.events[place]
    }

    mutating func note(_ place: Int?) {
        if notesDecisive, let place { decisive.insert(place) }
    }

    mutating func note(word place: Int) {
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
    mutating func startedAt() -> Timestamp {
        let arrived = latest(.arrived) { _ in true }
        if let fallback { return fallback.at }
        if let first = steps.first, first.inbound != nil { return first.at }
        if let arrived { return arrived.at }
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
