import CallModel

/// How far limits and rotation have come, as much of it as the choice of a destination depends on.
protocol LiveView {
    /// `capped` or `busy_concurrent` where one of the destination's limits is reached; nil where each has a slot.
    ///
    /// - Parameter planned: how often the plan at hand has the destination ring before.
    mutating func reached(_ candidate: Candidate, account: String, at: Timestamp, planned: Int) -> Ineligibility?

    /// Whose turn it is in a round robin; nil before its first answer.
    func pointer(of ring: RingQuestion, account: String) -> String?

    /// The counters of a weighted node; of whoever is not among them it stands at 0.
    func counters(of ring: RingQuestion, account: String) -> [WeightCounter]
}

/// The view of whoever asks nobody: for nodes without limits and rotation, and while the live state cannot be asked.
///
/// Rotation begins anew with each call then: a round robin in the document's order, weights largest first (directory.md, `live_state_unknown`).
struct UnaskedState: LiveView {
    let onLimits: AccountSettings.LiveStateUnknown

    func reached(_ candidate: Candidate, account: String, at: Timestamp, planned: Int) -> Ineligibility? {
        onLimits == .skip && !candidate.limits.isEmpty ? .liveStateUnknown : nil
    }

    func pointer(of ring: RingQuestion, account: String) -> String? { nil }

    func counters(of ring: RingQuestion, account: String) -> [WeightCounter] { [] }
}

/// How much of its share in a weighted rotation a destination has to come, or has had too much.
struct WeightCounter: Hashable {
    var id: String
    var value: Int
}

extension [WeightCounter] {
    /// - Parameter place: where it stood when the document was the same: there it is looked for first.
    func value(of id: String, near place: Int) -> Int {
        if indices.contains(place), self[place].id == id { return self[place].value }
        return first { $0.id == id }?.value ?? 0
    }
}
