import CallModel

/// Why a destination cannot be dialled now; of several reasons the first is named (directory.md §2).
enum Ineligibility: String {
    case disabled, closed

    /// What the call ends with when nobody is eligible and nothing follows.
    var rejection: Rejection {
        switch self {
        case .disabled: .noDestination
        case .closed: .closed
        }
    }
}

extension Directory {
    /// Nil: the destination at `place` may be dialled. Read at the moment it would be, not when the call began.
    func ineligibility(of place: Int, at now: Timestamp) -> Ineligibility? {
        if !destinations[place].enabled { return .disabled }
        if let hours = destinations[place].hours, !schedules[hours].isOpen(at: now) { return .closed }
        return nil
    }
}
