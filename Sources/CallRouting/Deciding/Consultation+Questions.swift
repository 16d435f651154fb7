import CallModel

extension Consultation {
    /// Days of `sticky_days` and `avoid_days` are so long whatever the clocks do (directory.md §2).
    private static let millisecondsPerDay: Int64 = 86_400_000

    var callerQuestion: CallerQuestion {
        // Only a caller with a number has a past to ask for.
        guard let number = caller.number else { preconditionFailure("a withheld caller has no history") }
        return CallerQuestion(
            account: directory.account, caller: number, callID: callID, startedAt: startedAt, trackingNumber: trackingNumber,
            scope: directory.settings.repeatScope, windowDays: directory.settings.repeatWindowDays)
    }

    var sessionQuestion: SessionQuestion {
        SessionQuestion(
            account: directory.account, callID: callID, startedAt: startedAt, trackingNumber: trackingNumber, isOfPool: pool != nil,
            caller: isTest ? nil : caller.number, touch: directory.settings.touch, sources: directory.sources)
    }

    /// What `source` nodes go by: the number's own source; else the session's, as far as it is known; else the pool's.
    var attribution: CallAttributes {
        if let source { return .of(source) }
        let fallback = pool.flatMap { directory.pools[$0].source }
        switch session {
        case .known(let session) where session.source != nil: return .session(session)
        case .known: return .of(fallback)
        case .unknown: return .unknown
        // Only an account with pools has sessions; without its pool's leases only a caller with a number has one, an earlier call's.
        case .notAsked: return pool != nil || caller.number != nil && !isTest && !directory.pools.isEmpty ? .open : .of(fallback)
        }
    }

    func question(_ chain: Chain) -> LiveQuestion {
        // Counted from the call's beginning; a second that has begun is a whole one.
        let lasted = max(0, Int((now.milliseconds - startedAt.milliseconds) / 1000))
        return LiveQuestion(
            account: directory.account, callID: callID, step: number, at: now, maxCallSeconds: max(0, directory.settings.maxCallSeconds - lasted),
            isTest: isTest, ended: ended, rings: chain.links.map { question($0.place) })
    }

    private func question(_ place: Walk.Place) -> RingQuestion {
        let node = directory.flows[place.flow].nodes[place.node]
        // A link of a chain is a dialling node: the walk made it.
        guard case .ring(let ring) = node.step else { preconditionFailure("\(node.label) does not dial") }
        let kept = ring.avoidance.map(avoided) ?? []
        func candidate(_ place: Int) -> Candidate {
            let destination = directory.destinations[place]
            return Candidate(
                id: destination.id, ineligibility: directory.ineligibility(of: place, at: now), isAvoided: kept.contains(destination.id),
                limits: destination.limits)
        }
        let isEntered = place.rest == nil
        return RingQuestion(
            flow: directory.flows[place.flow].id, place: node.label, kind: ring.kind,
            tiers: (place.rest ?? ring.distinctTiers).map { $0.map(candidate) }, isEntered: isEntered, weights: isEntered ? ring.weights : [],
            sticky: isEntered ? sticky(in: ring) : nil)
    }

    /// Who answered the caller's latest answered call, where that was recently enough.
    private func sticky(in ring: Ring) -> String? {
        guard case .known(let past) = past, let latest = past.answered.first else { return nil }
        switch ring.stickiness {
        case .off: return nil
        case .days(let days): return isWithin(days, latest) ? latest.destinationID : nil
        case .forever: return latest.destinationID
        }
    }

    private func avoided(_ avoidance: Ring.Avoidance) -> [String] {
        guard case .known(let past) = past else { return [] }
        let answers = avoidance.after == .connected ? past.answered : past.converted
        return answers.filter { isWithin(avoidance.days, $0) }.map(\.destinationID)
    }

    private func isWithin(_ days: Int, _ answer: CallerPast.Answer) -> Bool {
        now.milliseconds - answer.at.milliseconds <= Int64(days) * Self.millisecondsPerDay
    }
}

extension RingQuestion {
    /// Whether what other calls have done decides here.
    var isShared: Bool {
        isEntered && (kind == .roundRobin || kind == .weighted) || tiers.contains { $0.contains { !$0.limits.isEmpty } }
    }
}

extension Ring {
    /// Nobody is dialled twice in one node; only these kinds can name somebody twice.
    fileprivate var distinctTiers: [[Int]] {
        switch kind {
        case .dial, .simultaneous, .weighted: return tiers
        case .sequential, .roundRobin, .priority:
            var seen: Set<Int> = []
            return tiers.map { $0.filter { seen.insert($0).inserted } }.filter { !$0.isEmpty }
        }
    }
}
