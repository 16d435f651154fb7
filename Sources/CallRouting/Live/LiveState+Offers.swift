import CallModel

/// Offers: what they take, and what they give back (directory.md §3).
extension LiveState {
    /// Nil where the destination is not counted: it has never had a limit.
    func counted(_ id: String, account: String) -> Int? {
        counts.known(DestinationKey(account: account, destinationID: id))
    }

    /// Takes a slot of everything the destination may have a limit on, in the period of `at`.
    mutating func offer(_ call: inout LiveCall, _ id: String, to place: Int, at time: Timestamp, isAsked: Bool, isConnection: Bool = true) {
        counts.add(place, attempts: 1, connections: 1, at: time)
        counts.addUnderWay(place, 1)
        call.offers.append(
            LiveOffer(
                destinationID: id, step: call.step, at: time, until: nil, state: .ringing, isAsked: isAsked,
                isConnection: isConnection, resets: counts.resets(place)))
    }

    /// It did not answer: the slots of connections and of concurrency are free again.
    mutating func lapse(_ call: inout LiveCall, _ number: Int, at time: Timestamp) {
        let offer = call.offers[number]
        guard offer.state == .ringing, let place = counted(offer.destinationID, account: call.account) else { return }
        if call.holds(offer) { counts.addUnderWay(place, -1) }
        // A counter that was reset meanwhile no longer has this slot.
        if counts.resets(place) == offer.resets { counts.add(place, attempts: 0, connections: -1, at: offer.at) }
        call.offers[number].state = .unanswered
        call.offers[number].until = max(time, offer.at)
    }

    /// It answered, also when it was believed to have lapsed.
    mutating func connect(_ call: inout LiveCall, _ number: Int) {
        let offer = call.offers[number]
        guard offer.state != .answered, let place = counted(offer.destinationID, account: call.account) else { return }
        if offer.state == .unanswered {
            if call.endedAt == nil { counts.addUnderWay(place, 1) }
            if counts.resets(place) == offer.resets { counts.add(place, attempts: 0, connections: 1, at: offer.at) }
        }
        call.offers[number].state = .answered
        call.offers[number].until = nil
    }

    /// The call ended: what is held for those who ring or talk is free; an answer stays one.
    mutating func release(_ call: inout LiveCall, _ number: Int, at time: Timestamp) {
        lapse(&call, number, at: time)
        let offer = call.offers[number]
        guard offer.state == .answered, call.holds(offer), let place = counted(offer.destinationID, account: call.account) else { return }
        counts.addUnderWay(place, -1)
    }

    /// As if it had never been made: the decision that made it was made anew.
    mutating func withdraw(_ call: inout LiveCall, _ number: Int) {
        let offer = call.offers[number]
        guard offer.state == .ringing, let place = counted(offer.destinationID, account: call.account) else { return }
        lapse(&call, number, at: offer.at)
        if counts.resets(place) == offer.resets { counts.add(place, attempts: -1, connections: 0, at: offer.at) }
    }

    /// Who answered: the others' phones stop, and the turn of a round robin passes on.
    mutating func settle(_ call: inout LiveCall, answeredBy id: String, at time: Timestamp, now: Timestamp) {
        // A front may not say who it was: then the end of the call frees the others.
        for number in call.offers.indices where !id.isEmpty && call.offers[number].destinationID != id { lapse(&call, number, at: time) }
        if let turn = call.turn {
            rotations.move(turn, answeredBy: id, account: call.account)
            call.turn = nil
        }
        call.choice = nil
        over.insert(call.callID, now: now)
    }
}
