internal import CallModel

extension CallEvent {
    /// Whether this one wins over `other` where both tell a field: the later `at`, then the higher sequence, then the larger event id, then the larger JSON (records.md §2).
    func outranks(_ other: CallEvent) -> Bool {
        if at != other.at { return at > other.at }
        if sequence != other.sequence { return sequence > other.sequence }
        if eventID != other.eventID { return other.eventID.utf8.lexicographicallyPrecedes(eventID.utf8) }
        return other.canonicalJSON.utf8.lexicographicallyPrecedes(canonicalJSON.utf8)
    }
}

extension CallHistory {
    /// The place of the winner among the events of `kind` that tell something.
    func latestPlace(_ kind: CallEvent.Kind, _ tells: (CallEvent) -> Bool) -> Int? {
        guard has(kind) else { return nil }
        var winner: Int?
        for place in events.indices where events[place].kind == kind && tells(events[place]) {
            if let current = winner, !events[place].outranks(events[current]) { continue }
            winner = place
        }
        return winner
    }

    /// The place of the latest word that says something; of two at one moment, of the one with the larger id.
    func latestWord(_ says: (PersonsWord) -> Bool) -> Int? {
        var winner: Int?
        for place in words.indices where says(words[place].word) {
            if let current = winner, !words[place].outranks(words[current]) { continue }
            winner = place
        }
        return winner
    }

    /// The end: the earliest of several (records.md §2).
    var endPlace: Int? {
        guard has(.ended) else { return nil }
        var winner: Int?
        for place in events.indices where events[place].kind == .ended {
            if let current = winner {
                let (event, other) = (events[place], events[current])
                if event.at > other.at || event.at == other.at && !event.outranks(other) { continue }
            }
            winner = place
        }
        return winner
    }
}

extension SaidWord {
    fileprivate func outranks(_ other: SaidWord) -> Bool {
        at != other.at ? at > other.at : other.id.utf8.lexicographicallyPrecedes(id.utf8)
    }
}
