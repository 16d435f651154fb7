import CallModel
import CallRouting

/// A live state and what a store would have of it.
struct LiveDisk {
    static let key = SecretKey(first: 7, second: 11)

    var state = LiveState(key: key)
    private var rows = LiveRows()

    /// As after a kill: what the changes told is all there is.
    mutating func restart() {
        keep()
        state = LiveState(rows, key: Self.key)
    }

    mutating func keep() {
        let changes = state.takeChanges()
        let calls = Set(changes.calls.map(\.callID) + changes.removedCalls)
        rows.calls.removeAll { calls.contains($0.callID) }
        rows.calls += changes.calls
        rows.quarters.removeAll { row in
            changes.resetDestinations.contains { $0.account == row.account && $0.destinationID == row.destinationID }
                || changes.quarters.contains { ($0.account, $0.destinationID, $0.quarter) == (row.account, row.destinationID, row.quarter) }
        }
        rows.quarters += changes.quarters
        rows.destinations.removeAll { row in changes.destinations.contains { $0.account == row.account && $0.destinationID == row.destinationID } }
        rows.destinations += changes.destinations
        rows.rotations.removeAll { row in changes.rotations.contains { ($0.account, $0.flow, $0.place) == (row.account, row.flow, row.place) } }
        rows.rotations += changes.rotations
        if let oldest = changes.marksKeptFrom { rows.marks.removeAll { $0.minute < oldest } }
        rows.marks += changes.marks
    }

    var callRows: [LiveCall] { rows.calls }
}

extension LiveAnswer {
    var choice: RingChoice? {
        if case .choice(let choice) = self { choice } else { nil }
    }

    /// Who rings; nil when the call is over.
    var targets: [String]? { choice.map { $0.passes.last?.targets ?? [] } }

    /// Why nobody rings, or why some do not.
    var skipped: [String: Ineligibility] {
        var skipped: [String: Ineligibility] = [:]
        for consideration in choice?.passes.flatMap(\.considered) ?? [] {
            if case .skipped(let reason) = consideration.verdict { skipped[consideration.destinationID] = reason }
        }
        return skipped
    }
}

extension RingQuestion {
    static func entered(
        _ kind: Ring.Kind, _ tiers: [[Candidate]], place: String = "start", weights: [Int] = [], sticky: String? = nil
    ) -> RingQuestion {
        RingQuestion(flow: "main", place: place, kind: kind, tiers: tiers, isEntered: true, weights: weights, sticky: sticky)
    }
}

extension Candidate {
    /// Without limits.
    static func free(_ id: String) -> Candidate { Candidate(id: id) }
}

extension Limit {
    static func times(
        _ max: Int, per: Period, count: Count = .attempts, zone: String = "America/New_York", from: String? = nil
    ) throws -> Limit {
        guard let rules = ZoneRules.named(zone) else { throw NoSuchZone(name: zone) }
        return Limit(max: max, per: per, count: count, zone: rules, from: from.flatMap { CivilDate($0) })
    }
}

struct NoSuchZone: Error { let name: String }
