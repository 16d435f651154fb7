public import CallModel

/// What routing asks of the state that all routing workers share, for one decision of one call (directory.md §3, §4; interfaces.md §1).
///
/// It says everything the answer depends on, so whoever keeps the state needs no directory, and a call stays on the version it began with.
public struct LiveQuestion: Hashable, Sendable {
    public var account: String
    public var callID: String
    /// Which decision of the call this is: 0 for RouteCall, one more for each ContinueCall that goes on from it.
    public var step: Int
    /// When the destinations would be offered the call.
    public var at: Timestamp
    /// A call with no end gives its slots back after this.
    public var maxCallSeconds: Int
    /// A test call sees the state and changes none of it (records.md §2).
    public var isTest: Bool
    /// What became of the destinations that the last decision dialled; empty at step 0.
    public var ended: [EndedAttempt]
    /// The dialling nodes that come next, in the order in which they are reached when nobody answers.
    public var rings: [RingQuestion]

    public init(
        account: String, callID: String, step: Int, at: Timestamp, maxCallSeconds: Int, isTest: Bool, ended: [EndedAttempt],
        rings: [RingQuestion]
    ) {
        self.account = account
        self.callID = callID
        self.step = step
        self.at = at
        self.maxCallSeconds = maxCallSeconds
        self.isTest = isTest
        self.ended = ended
        self.rings = rings
    }
}

/// An attempt that is over, as ContinueCall tells it.
public struct EndedAttempt: Hashable, Sendable {
    public var destinationID: String
    public var result: AttemptResult

    public init(destinationID: String, result: AttemptResult) {
        self.destinationID = destinationID
        self.result = result
    }
}

/// One dialling node, with what the directory, the clock and the caller's history say of its destinations.
public struct RingQuestion: Hashable, Sendable {
    /// Rotation state belongs to (flow id, the node's place in the flow) and outlives versions (directory.md §2).
    public var flow: String
    public var place: String
    public var kind: Ring.Kind
    /// By id: the node's own tiers in the document's order when it is entered now; else what is left of the order that was made then.
    public var tiers: [[Candidate]]
    /// Whether the node is entered now, so that rotation makes an order.
    public var isEntered: Bool
    /// Weighted: of the tiers, in their order; empty for other kinds.
    public var weights: [Int]
    /// Who answered this caller last, where the node is sticky and it is one of the node's.
    public var sticky: String?

    public init(
        flow: String, place: String, kind: Ring.Kind, tiers: [[Candidate]], isEntered: Bool, weights: [Int] = [], sticky: String? = nil
    ) {
        self.flow = flow
        self.place = place
        self.kind = kind
        self.tiers = tiers
        self.isEntered = isEntered
        self.weights = weights
        self.sticky = sticky
    }
}

/// A destination of a dialling node.
public struct Candidate: Hashable, Sendable {
    public var id: String
    /// What holds before any limit is looked at: `disabled`, or `closed`.
    public var ineligibility: Ineligibility?
    /// Kept from this caller; a limit that is reached is named before it.
    public var isAvoided: Bool
    public var limits: [Limit]

    public init(id: String, ineligibility: Ineligibility? = nil, isAvoided: Bool = false, limits: [Limit] = []) {
        self.id = id
        self.ineligibility = ineligibility
        self.isAvoided = isAvoided
        self.limits = limits
    }
}

/// What the shared state says to a question.
public enum LiveAnswer: Hashable, Sendable {
    /// The call was answered, the caller is gone, or a later decision has been made: nobody is dialled (`call_over`).
    case over
    case choice(RingChoice)
}

/// Who is offered the call now; their slots are taken.
public struct RingChoice: Hashable, Sendable {
    /// Of the rings asked for in their order, up to and with the one that rings; all of them when nobody can be dialled.
    public var passes: [RingPass]
    /// What would ring after that if nobody answered, as the state is now: nothing of it is taken.
    public var plan: [PlannedRing]

    public init(passes: [RingPass], plan: [PlannedRing]) {
        self.passes = passes
        self.plan = plan
    }
}

/// What was found at one dialling node.
public struct RingPass: Hashable, Sendable {
    /// Each destination that was looked at, in that order.
    public var considered: [Consideration]
    /// Who rings, in the tier's order; empty: nobody here could be dialled.
    public var targets: [String]
    /// The order that is left when these do not answer.
    public var rest: [[String]]

    public init(considered: [Consideration], targets: [String], rest: [[String]]) {
        self.considered = considered
        self.targets = targets
        self.rest = rest
    }
}

/// One destination that was looked at, and why it rings or not: the reason of a trace step (calls.proto, `TraceStep`).
public struct Consideration: Hashable, Sendable {
    public var destinationID: String
    public var verdict: Verdict

    public enum Verdict: Hashable, Sendable {
        case chosen(Preference)
        case skipped(Ineligibility)
    }

    /// Why this one and not another.
    public enum Preference: String, Hashable, Sendable, CaseIterable {
        /// The order of the document.
        case order
        /// The round robin's pointer.
        case rotation
        /// The weighted node's counters.
        case weight
        /// It answered this caller last.
        case sticky
    }

    public init(destinationID: String, verdict: Verdict) {
        self.destinationID = destinationID
        self.verdict = verdict
    }
}

public struct PlannedRing: Hashable, Sendable {
    /// Place in the question's `rings`.
    public var ring: Int
    public var targets: [String]

    public init(ring: Int, targets: [String]) {
        self.ring = ring
        self.targets = targets
    }
}
