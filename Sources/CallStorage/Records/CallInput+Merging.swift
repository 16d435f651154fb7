internal import CallAttribution
internal import CallModel

extension CallHistory {
    /// False when it was known already.
    mutating func add(_ input: CallInput) -> Bool {
        switch input {
        case .exchange(let exchange): add(exchange)
        case .event(let event): add(event)
        case .word(_, let word): add(word)
        }
    }
}

extension CallInput {
    /// Whether the directory has to be asked again: after a decision, for a destination not told before, for a number told again, or as long as none is known.
    func mayChangeFacts(_ facts: CallFacts?) -> Bool {
        switch self {
        case .exchange: true
        case .word: false
        case .event(let event):
            facts == nil || !event.destinationID.isEmpty || !event.destinationNumber.isEmpty
                || event.attempt.map { !$0.destinationID.isEmpty || !$0.number.isEmpty } ?? false || event.kind == .arrived && !event.to.isEmpty
        }
    }
}

extension CallFacts? {
    var maxCallSeconds: Int { self?.maxCallSeconds ?? CallFacts.defaultMaxCallSeconds }
}
