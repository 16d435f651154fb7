/// What must hold whatever happens to the processes (reliability.md, "Faults every release survives").
package enum FaultInvariant: String, Hashable, Sendable, CaseIterable {
    case recorded, events, once, sent, answers, limits, depth, alive, bounded

    package var text: String {
        switch self {
        case .recorded: "a call that was answered as recorded has a record"
        case .events: "an event that was accepted is in its call's record, once, and its id is known"
        case .once: "no call has two records"
        case .sent: "no record is of a call that nobody made"
        case .answers: "each call is answered once, with its own answer"
        case .limits: "no destination is offered more calls than its limit allows"
        case .depth: "nothing is left in a queue, and what is dead can be replayed"
        case .alive: "calls flow again after each fault, and no process ends by itself"
        case .bounded: "memory and descriptors go back to where they were"
        }
    }
}

/// One of them does not hold.
package struct FaultViolation: Hashable, Sendable {
    package var invariant: FaultInvariant
    /// Which call or process, when, and what was promised.
    package var text: String

    package init(_ invariant: FaultInvariant, _ text: String) {
        self.invariant = invariant
        self.text = text
    }
}
