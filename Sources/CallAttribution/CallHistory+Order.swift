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

    func latest(_ kind: CallEvent.Kind, _ tells: (CallEvent) -> Bool) -> CallEvent? {
        latestPlace(kind, tells).map { events[$0] }
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
