import CallModel

/// In which order a node's tiers ring for one call.
struct RingOrder {
    /// Looked at while the order was made.
    var considered: [Consideration] = []
    var tiers: [[Candidate]]
    /// Why the first of them is the first.
    var preference: Consideration.Preference
    /// A weighted node's after this call; nil where they stay as they are.
    var counters: [WeightCounter]?
}

extension LiveView {
    /// A node that was entered before goes on with what is left; one that is entered now: the sticky destination first and alone, if it
    /// can be dialled, then the node's own order without it (directory.md §2, "Stickiness").
    ///
    /// - Parameter planned: who rings before, in a plan.
    mutating func order(of ring: RingQuestion, account: String, at now: Timestamp, planned: [String] = []) -> RingOrder {
        guard ring.isEntered else { return RingOrder(tiers: ring.tiers, preference: ring.kind.preference) }
        guard let sticky = ring.stickyCandidate else { return ownOrder(of: ring, account: account, at: now, planned, isTurn: true) }
        let reason = reason(against: sticky, account: account, at: now, planned: planned)
        var order = ownOrder(of: ring, account: account, at: now, planned, isTurn: reason != nil)
        if let reason {
            order.considered.removeAll { $0.destinationID == sticky.id }
            order.considered.insert(Consideration(destinationID: sticky.id, verdict: .skipped(reason)), at: 0)
        } else {
            for place in order.tiers.indices { order.tiers[place].removeAll { $0.id == sticky.id } }
            order.tiers.removeAll(where: \.isEmpty)
            order.tiers.insert([sticky.settled(nil)], at: 0)
            order.preference = .sticky
        }
        return order
    }

    /// - Parameter isTurn: whether the call takes its turn in a weighted rotation.
    private mutating func ownOrder(
        of ring: RingQuestion, account: String, at now: Timestamp, _ planned: [String], isTurn: Bool
    ) -> RingOrder {
        var order = RingOrder(tiers: ring.tiers, preference: ring.kind.preference)
        switch ring.kind {
        case .dial, .simultaneous, .sequential, .priority: break
        case .roundRobin:
            // A destination that has left the node is nobody's turn: from the first again.
            let pointer = pointer(of: ring, account: account)
            guard let first = ring.tiers.firstIndex(where: { $0.first?.id == pointer }) else { break }
            order.tiers = Array(ring.tiers[first...] + ring.tiers[..<first])
        case .weighted:
            order.tiers = []
            weigh(ring, into: &order, account: account, at: now, planned, isTurn: isTurn)
        }
        return order
    }

    /// Smooth weighted rotation (directory.md §2, `weighted`). Who cannot be dialled keeps its counter and its place in the order: its turn may
    /// come while the others ring.
    private mutating func weigh(
        _ ring: RingQuestion, into order: inout RingOrder, account: String, at now: Timestamp, _ planned: [String], isTurn: Bool
    ) {
        let counters = counters(of: ring, account: account)
        var places: [WeightedPlace] = []
        places.reserveCapacity(ring.tiers.count)
        var total = 0
        var best: Int?
        for (tier, weight) in zip(ring.tiers, ring.weights) where weight > 0 {
            guard var candidate = tier.first else { continue }
            var counter = counters.value(of: candidate.id, near: places.count)
            if isTurn {
                let reason = reason(against: candidate, account: account, at: now, planned: planned)
                candidate = candidate.settled(reason)
                if let reason {
                    order.considered.append(Consideration(destinationID: candidate.id, verdict: .skipped(reason)))
                } else {
                    counter += weight
                    total += weight
                    if best.map({ places[$0].counter < counter }) ?? true { best = places.count }
                }
            }
            places.append(WeightedPlace(candidate: candidate, counter: counter, number: places.count))
        }
        if let best {
            places[best].counter -= total
            order.counters = places.map { WeightCounter(id: $0.candidate.id, value: $0.counter) }
            order.tiers.reserveCapacity(places.count)
            order.tiers.append([places.remove(at: best).candidate])
        }
        places.sort { ($0.counter, $1.number) > ($1.counter, $0.number) }
        for place in places { order.tiers.append([place.candidate]) }
    }
}

private struct WeightedPlace {
    var candidate: Candidate
    var counter: Int
    /// In the document's order, which decides between equal counters.
    var number: Int
}

extension Ring.Kind {
    /// Why a destination of such a node has its turn.
    fileprivate var preference: Consideration.Preference {
        switch self {
        case .dial, .simultaneous, .sequential, .priority: .order
        case .roundRobin: .rotation
        case .weighted: .weight
        }
    }
}

extension RingQuestion {
    /// Nil where the node has none, or one with weight 0, which is never chosen.
    fileprivate var stickyCandidate: Candidate? {
        guard let sticky else { return nil }
        for (place, tier) in tiers.enumerated() {
            guard let candidate = tier.first(where: { $0.id == sticky }) else { continue }
            return kind == .weighted && weights[place] == 0 ? nil : candidate
        }
        return nil
    }
}

extension Candidate {
    /// With what was found: it is not looked at again for the same decision.
    fileprivate func settled(_ reason: Ineligibility?) -> Candidate {
        Candidate(id: id, ineligibility: reason)
    }
}
