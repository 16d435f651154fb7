import CallModel

/// Why a destination cannot be dialled now; of several reasons the first is named (directory.md §2).
public enum Ineligibility: String, Hashable, Sendable, CaseIterable {
    case disabled, closed, capped
    case busyConcurrent = "busy_concurrent"
    case avoided
    /// It has limits, nobody could be asked, and the account says `live_state_unknown: skip`.
    case liveStateUnknown = "live_state_unknown"

    /// What the call ends with when nobody is eligible and nothing follows.
    var rejection: Rejection {
        switch self {
        case .disabled, .avoided: .noDestination
        case .closed: .closed
        case .capped, .busyConcurrent, .liveStateUnknown: .capped
        }
    }
}

extension Directory {
    /// Nil: but for limits and the caller's history, the destination at `place` may be dialled. Read at the moment it would be, not when the call began.
    func ineligibility(of place: Int, at now: Timestamp) -> Ineligibility? {
        if !destinations[place].enabled { return .disabled }
        if let hours = destinations[place].hours, !schedules[hours].isOpen(at: now) { return .closed }
        return nil
    }
}
