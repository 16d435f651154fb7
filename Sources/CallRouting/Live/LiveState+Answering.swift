public import CallModel

extension LiveState: LiveView {
    func pointer(of ring: RingQuestion, account: String) -> String? { rotations.pointer(of: ring, account: account) }

    func counters(of ring: RingQuestion, account: String) -> [WeightCounter] { rotations.counters(of: ring, account: account) }

    mutating func reached(_ candidate: Candidate, account: String, at time: Timestamp, planned: Int) -> Ineligibility? {
        let key = DestinationKey(account: account, destinationID: candidate.id)
        let place = counts.known(key)
        if place == nil { unmet.insert(key) }
        var isBusy = false
        for limit in candidate.limits {
            if limit.per == .concurrent {
                if (place.map { counts.underWay($0) } ?? 0) >= limit.max { isBusy = true }
            } else {
                guard let used = counts.used(place, of: limit, at: time) else { continue }
                if used + (limit.count == .attempts ? planned : 0) >= limit.max { return .capped }
            }
        }
        return isBusy ? .busyConcurrent : nil
    }
}

extension LiveState {
    /// Chooses who rings, and takes their slots; the same question again is answered the same.
    ///
    /// - Parameter now: the worker's clock, by which calls expire. The limits' periods go by the question's own time.
    public mutating func answer(_ question: LiveQuestion, now: Timestamp) -> LiveAnswer {
        expire(now: now)
        // A test call makes nobody known.
        defer { unmet = [] }
        let isDone = question.ended.contains { $0.result == .answered || $0.result == .callerHangup }
        if question.isTest { return isDone ? .over : .choice(choose(question.rings, account: question.account, at: question.at).choice) }
        if isDone {
            conclude(question, now: now)
            return .over
        }
        let fingerprint = fingerprint(of: question)
        guard var call = calls[question.callID] else {
            if over.contains(question.callID) { return .over }
            guard question.rings.contains(where: \.isShared) || question.ended.contains(where: { counted($0.destinationID, account: question.account) != nil })
            else { return .choice(choose(question.rings, account: question.account, at: question.at).choice) }
            var call = LiveCall(
                callID: question.callID, account: question.account, step: question.step, fingerprint: fingerprint, choice: nil, offers: [], turn: nil,
                endedAt: nil, expiresAt: now)
            return choose(question, &call, now: now)
        }
        guard let choice = call.choice, question.step >= call.step else { return .over }
        if question.step == call.step {
            if fingerprint == call.fingerprint { return .choice(choice) }
            // Another version, or another account's call of the same id: the first answer was never heard.
            for number in call.offers.indices where call.offers[number].step == call.step { withdraw(&call, number) }
            if call.account != question.account { leave(&call, for: question.account, at: question.at) }
        } else {
            // What the last decision dialled has ended, whether the front says how or not.
            for number in call.offers.indices { lapse(&call, number, at: question.at) }
        }
        call.step = question.step
        call.fingerprint = fingerprint
        return choose(question, &call, now: now)
    }

    private mutating func choose(_ question: LiveQuestion, _ call: inout LiveCall, now: Timestamp) -> LiveAnswer {
        count(question.ended, of: &call, at: question.at)
        let chosen = choose(question.rings, account: question.account, at: question.at)
        // From its first limit on, for as long as the state is kept: also for attempts that only events will tell of.
        for key in unmet { _ = counts.place(key) }
        if let place = chosen.ring {
            let ring = question.rings[place]
            let pass = chosen.choice.passes[place]
            if let counters = chosen.counters { rotations.set(counters, of: ring, account: question.account) }
            for id in pass.targets { offer(&call, id, of: ring, at: question.at) }
            call.turn = turn(of: ring, pass, before: call.turn)
        }
        call.choice = chosen.choice
        call.expiresAt = now.advanced(bySeconds: Double(question.maxCallSeconds))
        keep(call)
        return .choice(chosen.choice)
    }

    private mutating func offer(_ call: inout LiveCall, _ id: String, of ring: RingQuestion, at time: Timestamp) {
        guard let place = counted(id, account: call.account) else { return }
        let limits = ring.tiers.lazy.joined().first { $0.id == id }?.limits ?? []
        offer(&call, id, to: place, at: time, isAsked: true, isConnection: limits.contains { $0.count == .connections })
    }

    /// Another tenant's call has the same id: what the first one held is free.
    private mutating func leave(_ call: inout LiveCall, for account: String, at time: Timestamp) {
        for number in call.offers.indices { release(&call, number, at: time) }
        call.offers = []
        call.turn = nil
        call.account = account
    }

    /// Moves the pointer when it is answered, unless stickiness chose the first (directory.md §2, `round_robin`).
    private func turn(of ring: RingQuestion, _ pass: RingPass, before: RoundRobinTurn?) -> RoundRobinTurn? {
        guard ring.kind == .roundRobin else { return nil }
        guard ring.isEntered else { return before.flatMap { $0.flow == ring.flow && $0.place == ring.place ? $0 : nil } }
        if pass.considered.contains(where: { $0.verdict == .chosen(.sticky) }) { return nil }
        return RoundRobinTurn(flow: ring.flow, place: ring.place, members: ring.tiers.compactMap { $0.first?.id })
    }

    /// Attempts that routing never asked for, because it could not: they count all the same.
    private mutating func count(_ ended: [EndedAttempt], of call: inout LiveCall, at time: Timestamp) {
        for attempt in ended where !call.offers.contains(where: { $0.destinationID == attempt.destinationID }) {
            guard let place = counted(attempt.destinationID, account: call.account) else { continue }
            offer(&call, attempt.destinationID, to: place, at: time, isAsked: true)
            lapse(&call, call.offers.count - 1, at: time)
        }
    }

    /// The progress says that somebody answered, or that the caller is gone.
    private mutating func conclude(_ question: LiveQuestion, now: Timestamp) {
        if let winner = question.ended.first(where: { $0.result == .answered }) {
            hearAnswer(question.callID, winner.destinationID, at: question.at, ringSeconds: 0, now: now)
        } else {
            hearHangup(question.callID, "", at: question.at, ringSeconds: 0, now: now)
        }
    }

    /// Whether two questions are about the same nodes with the same destinations: an answer to one is one to the other.
    private func fingerprint(of question: LiveQuestion) -> UInt64 {
        var hash = SipHash(.open, .table)
        hash.feed(question.account)
        for ring in question.rings {
            hash.feed(ring.flow)
            hash.feed(ring.place)
            hash.feed(ring.isEntered ? 1 : 0)
            for tier in ring.tiers {
                for candidate in tier { hash.feed(candidate.id) }
                hash.feed(0xFE)
            }
            hash.feed(0xFD)
        }
        return hash.finish()
    }
}
