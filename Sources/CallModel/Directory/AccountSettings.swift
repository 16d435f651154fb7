/// What holds for a whole account (directory.md, the head of the document).
public struct AccountSettings: Sendable {
    /// [a-z0-9-]{1,63}, the tenant.
    public var account: String
    /// Empty where the document gives none.
    public var name = ""
    /// For numbers written without `+`; nil: these are refused.
    public var country: Country?
    public var zone: ZoneRules
    public var repeatScope = RepeatScope.account
    public var repeatWindowDays = 365
    /// A caller who hangs up unanswered before this has abandoned; later, the call is missed.
    public var missedAfterSeconds = 15
    public var liveStateUnknown = LiveStateUnknown.connect
    /// A call with no end is over after this.
    public var maxCallSeconds = 14_400
    public var touch = Touch.first
    /// 0: off.
    public var conversionDedupeHours = 0
    /// Nil: records are kept for ever.
    public var retentionDays: Int?
    /// Origins whose pages may ask for numbers.
    public var sites: [String] = []

    /// Which earlier calls make a caller a repeat one.
    public enum RepeatScope: String, Hashable, Sendable, CaseIterable {
        case account
        case trackingNumber = "tracking_number"
    }

    /// What a limit means while the live-calls worker cannot be asked.
    public enum LiveStateUnknown: String, Hashable, Sendable, CaseIterable {
        case connect, skip
    }

    /// Which visit names a pool call's source.
    public enum Touch: String, Hashable, Sendable, CaseIterable {
        case first, last
    }
}
