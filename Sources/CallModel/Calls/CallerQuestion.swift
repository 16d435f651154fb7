/// What routing asks of a caller's earlier calls (records.md §1; directory.md §2, "Stickiness", `avoid_days`, `caller`).
public struct CallerQuestion: Hashable, Sendable {
    public var account: String
    public var caller: PhoneNumber
    /// The call being routed, which is none of its own past.
    public var callID: String
    /// When it began; earlier is before this.
    public var startedAt: Timestamp
    /// E.164, for a scope of one tracking number.
    public var trackingNumber: String
    public var scope: AccountSettings.RepeatScope
    public var windowDays: Int

    public init(
        account: String, caller: PhoneNumber, callID: String, startedAt: Timestamp, trackingNumber: String,
        scope: AccountSettings.RepeatScope, windowDays: Int
    ) {
        self.account = account
        self.caller = caller
        self.callID = callID
        self.startedAt = startedAt
        self.trackingNumber = trackingNumber
        self.scope = scope
        self.windowDays = windowDays
    }
}

/// A caller's past in an account, without test calls and without voicemail.
public struct CallerPast: Hashable, Sendable {
    /// Whether no call of the scope and the window is earlier.
    public var isFirstTime: Bool
    /// Each destination that answered this caller, with when it last did; the latest first.
    public var answered: [Answer]
    /// The same of calls that were `qualified`.
    public var converted: [Answer]

    public struct Answer: Hashable, Sendable {
        public var destinationID: String
        public var at: Timestamp

        public init(destinationID: String, at: Timestamp) {
            self.destinationID = destinationID
            self.at = at
        }
    }

    public init(isFirstTime: Bool, answered: [Answer] = [], converted: [Answer] = []) {
        self.isFirstTime = isFirstTime
        self.answered = answered
        self.converted = converted
    }
}
