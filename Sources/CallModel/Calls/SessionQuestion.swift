/// What routing asks of the web session that a call comes from (records.md §4; directory.md §2, `source`).
public struct SessionQuestion: Hashable, Sendable {
    public var account: String
    /// The call being routed, which is none of its own past.
    public var callID: String
    /// When it began.
    public var startedAt: Timestamp
    /// E.164, the one dialled.
    public var trackingNumber: String
    /// Whether it is a pool's: then its leases say whose session it is.
    public var isOfPool: Bool
    /// Nil: withheld.
    public var caller: PhoneNumber?
    /// Of the directory that the call is routed by.
    public var touch: AccountSettings.Touch
    public var sources: [SourceRule]

    public init(
        account: String, callID: String, startedAt: Timestamp, trackingNumber: String, isOfPool: Bool, caller: PhoneNumber?,
        touch: AccountSettings.Touch, sources: [SourceRule]
    ) {
        self.account = account
        self.callID = callID
        self.startedAt = startedAt
        self.trackingNumber = trackingNumber
        self.isOfPool = isOfPool
        self.caller = caller
        self.touch = touch
        self.sources = sources
    }
}

/// What is known of a call's web session, as its record will say it; without a source where there is no session.
public struct CallSession: Hashable, Sendable {
    public var source: TrafficSource?
    public var landingPage: String?
    public var page: String?
    public var referrer: String?
    public var device: String?

    public init(source: TrafficSource? = nil, landingPage: String? = nil, page: String? = nil, referrer: String? = nil, device: String? = nil) {
        self.source = source
        self.landingPage = landingPage
        self.page = page
        self.referrer = referrer
        self.device = device
    }
}
