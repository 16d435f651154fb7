import CallModel

/// What was chosen, and what becomes of the rotation by it.
struct Chosen {
    var choice: RingChoice
    /// Of the weighted node that rings, after this call; nil where no rotation turns.
    var counters: [WeightCounter]?

    /// Place in the question's rings of the one that rings; nil: nobody can be dialled.
    var ring: Int? { choice.passes.last?.targets.isEmpty == false ? choice.passes.count - 1 : nil }
}

extension LiveView {
    /// Who rings now and what would follow: one function for whoever has the live state and whoever cannot ask for it (directory.md §2, §4).
    mutating func choose(_ rings: [RingQuestion], account: String, at now: Timestamp) -> Chosen {
        var chosen = Chosen(choice: RingChoice(passes: [], plan: []))
        for place in rings.indices {
            var order = order(of: rings[place], account: account, at: now)
            let pass = pass(&order, account: account, at: now)
            chosen.choice.passes.append(pass)
            if !pass.targets.isEmpty {
                chosen.counters = order.counters
                chosen.choice.plan = plan(after: order.tiers, at: place, dialled: pass.targets, rings, account: account, now)
                break
            }
        }
        return chosen
    }

    /// Goes through an order to the first tier in which somebody can be dialled; what follows is left in it.
    private mutating func pass(_ order: inout RingOrder, account: String, at now: Timestamp) -> RingPass {
        var considered = order.considered
        var targets: [String] = []
        var next = order.tiers.startIndex
        while next < order.tiers.endIndex, targets.isEmpty {
            for candidate in order.tiers[next] {
                if let reason = reason(against: candidate, account: account, at: now) {
                    // A sticky destination that cannot be dialled was named before the node's own order.
                    if !considered.contains(where: { $0.destinationID == candidate.id }) {
                        considered.append(Consideration(destinationID: candidate.id, verdict: .skipped(reason)))
                    }
                } else {
                    targets.append(candidate.id)
                    considered.append(Consideration(destinationID: candidate.id, verdict: .chosen(order.preference)))
                }
            }
            next += 1
        }
        order.tiers.removeFirst(next)
        return RingPass(considered: considered, targets: targets, rest: order.tiers.map { $0.map(\.id) })
    }

    /// Whom the following tiers and nodes would ring if nobody answered at this very moment.
    private mutating func plan(
        after rest: [[Candidate]], at place: Int, dialled: [String], _ rings: [RingQuestion], account: String, _ now: Timestamp
    ) -> [PlannedRing] {
        var plan: [PlannedRing] = []
        var before = dialled
        for ring in place..<rings.count {
            let tiers = ring == place ? rest : order(of: rings[ring], account: account, at: now, planned: before).tiers
            for tier in tiers {
                var targets: [String] = []
                for candidate in tier where reason(against: candidate, account: account, at: now, planned: before) == nil {
                    targets.append(candidate.id)
                }
                if targets.isEmpty { continue }
                before += targets
                plan.append(PlannedRing(ring: ring, targets: targets))
            }
        }
        return plan
    }

    /// The first reason that holds, in the order of directory.md §2, "Eligibility".
    mutating func reason(against candidate: Candidate, account: String, at now: Timestamp, planned: [String] = []) -> Ineligibility? {
        if let ineligibility = candidate.ineligibility { return ineligibility }
        if !candidate.limits.isEmpty {
            let before = planned.count { $0 == candidate.id }
            if let reached = reached(candidate, account: account, at: now, planned: before) { return reached }
        }
        return candidate.isAvoided ? .avoided : nil
    }
}
