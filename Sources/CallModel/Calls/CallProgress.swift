/// What became of the last decision: the message `CallProgress` of calls.proto.
public struct CallProgress: Hashable, Sendable {
    public var callID: String
    /// The decision's `continuation`, handed back unchanged.
    public var continuation: String
    public var at: Timestamp?
    /// How the dialled targets ended.
    public var attempts: [AttemptReport]
    public var digits: String
    public var noInput: Bool

    public init(
        callID: String, continuation: String, at: Timestamp? = nil, attempts: [AttemptReport] = [],
        digits: String = "", noInput: Bool = false
    ) {
        self.callID = callID
        self.continuation = continuation
        self.at = at
        self.attempts = attempts
        self.digits = digits
        self.noInput = noInput
    }
}

/// How one dialled target ended, in the front's words: the message `AttemptResult` of calls.proto.
public struct AttemptReport: Hashable, Sendable {
    public var destinationID: String
    public var number: String
    /// One of `AttemptResult`, or a provider's word that `AttemptResult(word:)` maps (records.md §3).
    public var result: String
    public var ringSeconds: Double
    /// A Q.850 number or name, or a SIP status.
    public var cause: String

    public init(destinationID: String = "", number: String = "", result: String, ringSeconds: Double = 0, cause: String = "") {
        self.destinationID = destinationID
        self.number = number
        self.result = result
        self.ringSeconds = ringSeconds
        self.cause = cause
    }
}
