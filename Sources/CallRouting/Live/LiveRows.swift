public import CallModel

/// A call that is under way, as far as limits, rotation and its winner are concerned.
public struct LiveCall: Hashable, Sendable {
    public var callID: String
    public var account: String
    /// Of the latest question.
    public var step: Int
    /// Which nodes it was about.
    public var fingerprint: UInt64
    /// What it was answered; nil once the call has been answered or is over.
    public var choice: RingChoice?
    /// In the order in which they were made.
    public var offers: [LiveOffer]
    /// The round robin in which the call rings; nil where its answer moves none.
    public var turn: RoundRobinTurn?
    /// When its `ended` said that it ended.
    public var endedAt: Timestamp?
    /// By the worker's clock.
    public var expiresAt: Timestamp

    public init(
        callID: String, account: String, step: Int, fingerprint: UInt64, choice: RingChoice?, offers: [LiveOffer], turn: RoundRobinTurn?,
        endedAt: Timestamp?, expiresAt: Timestamp
    ) {
        self.callID = callID
        self.account = account
        self.step = step
        self.fingerprint = fingerprint
        self.choice = choice
        self.offers = offers
        self.turn = turn
        self.endedAt = endedAt
        self.expiresAt = expiresAt
    }
}

/// A destination that was offered a call.
public struct LiveOffer: Hashable, Sendable {
    public var destinationID: String
    /// Of the decision that made it.
    public var step: Int
    /// When it was made; its slot belongs to this moment's period.
    public var at: Timestamp
    /// When it ended unanswered; nil while it rings and when it was answered.
    public var until: Timestamp?
    public var state: State
    /// Whether it was routing that made it, or only an event told of it.
    public var isAsked: Bool
    /// The `at` of the event that told of it; nil: none has.
    public var toldAt: Timestamp?
    /// Whether a limit on connections counts it: then it matters whether it is answered.
    public var isConnection: Bool
    /// How often the destination's counters had been reset then.
    public var resets: Int

    public enum State: UInt8, Hashable, Sendable {
        case ringing, answered, unanswered
    }

    public init(
        destinationID: String, step: Int, at: Timestamp, until: Timestamp?, state: State, isAsked: Bool, toldAt: Timestamp? = nil,
        isConnection: Bool, resets: Int
    ) {
        self.destinationID = destinationID
        self.step = step
        self.at = at
        self.until = until
        self.state = state
        self.isAsked = isAsked
        self.toldAt = toldAt
        self.isConnection = isConnection
        self.resets = resets
    }
}

/// A round robin's members in the document's order when the call entered it: the pointer moves to the one after who answers.
public struct RoundRobinTurn: Hashable, Sendable {
    public var flow: String
    public var place: String
    public var members: [String]

    public init(flow: String, place: String, members: [String]) {
        self.flow = flow
        self.place = place
        self.members = members
    }
}

/// A destination that has had limits: only such are counted.
public struct CountedDestination: Hashable, Sendable {
    public var account: String
    public var destinationID: String
    /// How often its counters have been reset.
    public var resets: Int

    public init(account: String, destinationID: String, resets: Int) {
        self.account = account
        self.destinationID = destinationID
        self.resets = resets
    }
}

/// What a destination was offered in a quarter of an hour of UTC.
public struct QuarterCount: Hashable, Sendable {
    public var account: String
    public var destinationID: String
    /// Quarters of an hour since 1970.
    public var quarter: Int
    public var attempts: Int
    /// Answered, or still ringing.
    public var connections: Int

    public init(account: String, destinationID: String, quarter: Int, attempts: Int, connections: Int) {
        self.account = account
        self.destinationID = destinationID
        self.quarter = quarter
        self.attempts = attempts
        self.connections = connections
    }
}

/// How far the rotation of one node has come: by (flow, the node's place in the flow), whatever the version (directory.md §2).
public struct RotationState: Hashable, Sendable {
    public var account: String
    public var flow: String
    public var place: String
    /// Who is next in a round robin; nil before its first answer.
    public var pointer: String?
    /// Of a weighted node.
    public var counters: [String: Int]

    public init(account: String, flow: String, place: String, pointer: String? = nil, counters: [String: Int] = [:]) {
        self.account = account
        self.flow = flow
        self.place = place
        self.pointer = pointer
        self.counters = counters
    }
}

/// The calls that were found to be over within one minute, by the keyed hash of their ids.
public struct OverMarks: Hashable, Sendable {
    /// Minutes since 1970 by the worker's clock.
    public var minute: Int
    public var hashes: [UInt64]

    public init(minute: Int, hashes: [UInt64]) {
        self.minute = minute
        self.hashes = hashes
    }
}

/// All of a `LiveState`, as a store keeps it.
public struct LiveRows: Hashable, Sendable {
    public var calls: [LiveCall] = []
    public var destinations: [CountedDestination] = []
    public var quarters: [QuarterCount] = []
    public var rotations: [RotationState] = []
    /// Several of one minute are one.
    public var marks: [OverMarks] = []

    public init() {}
}

/// What has become different since the last time: each row replaces the one of the same name.
public struct LiveChanges: Hashable, Sendable {
    public var calls: [LiveCall] = []
    /// Ids of calls whose rows go.
    public var removedCalls: [String] = []
    /// All of whose quarters go, before `quarters` come; the resets are no news.
    public var resetDestinations: [CountedDestination] = []
    public var destinations: [CountedDestination] = []
    public var quarters: [QuarterCount] = []
    public var rotations: [RotationState] = []
    /// Added to those that are kept.
    public var marks: [OverMarks] = []
    /// Marks of earlier minutes go; nil: none.
    public var marksKeptFrom: Int?

    public init() {}

    public var isEmpty: Bool { self == LiveChanges() }
}
