/// What is known of one call, derived from its exchanges and events (records.md §3).
///
/// Nil means unknown, or not so for this call. Seconds may have fractions; times are UTC with milliseconds.
public struct CallRecord: Hashable, Sendable {
    public var callID: String
    /// Nil: the number dialled is nobody's, or not yet told.
    public var account: String?
    public var provider: String?
    public var providerCallID: String?
    public var isTest = false

    /// E.164.
    public var trackingNumber: String?
    public var trackingName: String?
    public var assignedTo: Assignment?
    /// Nil unless it answered.
    public var destinationID: String?
    /// Nil unless it answered; never the tracking number.
    public var destinationNumber: String?
    /// E.164; nil: withheld, or no number (directory.md §1).
    public var callerNumber: String?
    public var callerName: String?

    public var startedAt: Timestamp
    public var answeredAt: Timestamp?
    public var endedAt: Timestamp?
    /// Of the whole call.
    public var durationSeconds: Double?
    /// The time during which at least one destination rang.
    public var ringSeconds = 0.0
    public var talkSeconds: Double?
    public var voicemailSeconds = 0.0

    /// Nil while the call goes on.
    public var outcome: CallOutcome?
    public var endReason: String?
    /// caller, destination or platform.
    public var endedBy: String?
    /// regular, multi, priority or weighted.
    public var routingType: String?
    /// All entries, joined.
    public var digits: String?

    /// Only what was really dialled, in the order of dialling.
    public var attempts: [RecordedAttempt] = []
    public var trace: [TraceStep] = []
    /// The number's own.
    public var flow: String?
    public var directoryVersion: UInt64?
    /// flow or fallback.
    public var routedBy: String?

    /// Nil: withheld, or the number is nobody's. What the caller's other calls say, and so no part of what one call's inputs say.
    public var firstTime: Bool?
    /// How many calls of the scope and the window are earlier.
    public var priorCalls: Int?
    public var repeatScope: AccountSettings.RepeatScope?
    public var repeatWindowDays: Int?

    public var attribution = AttributionCertainty.none
    public var source: TrafficSource?
    /// Of the visitor who called; of several possible ones, of the one shown.
    public var web: WebTrail?
    /// Who may have called, where several may.
    public var candidates: [WebCandidate] = []
    /// Id of the pool that the tracking number belongs to.
    public var pool: String?
    /// It had never been leased to anybody.
    public var poolNumberWithoutSession = false

    /// Nil where the account has no rules and no person said so (records.md §5).
    public var qualified: Bool?
    /// The first that holds.
    public var qualifiedRule: String?
    public var tags: [String] = []
    public var note: String?
    /// A decimal, as it was told.
    public var value: String?
    public var currency: String?
    public var spam = false
    public var flags: RecordFlags = []
    public var recordingURL: String?

    /// When the caller was erased (records.md §7).
    public var erasedAt: Timestamp?
    /// When the store last changed it; nil before it is stored.
    public var updatedAt: Timestamp?
    /// How many inputs it was made of.
    public var revision = 0

    public init(callID: String, startedAt: Timestamp) {
        self.callID = callID
        self.startedAt = startedAt
    }

    /// Where `callerPlace` is looked up.
    public var places = PlaceLookup(nil)

    /// ISO 3166, from the number itself; nil where it is withheld or of no country.
    public var callerCountry: String? { caller?.country }

    /// IANA, from the number itself; nil where it is withheld or its digits belong to several zones.
    public var callerTimeZone: String? { caller?.timeZone }

    /// From the number itself; nil where it is withheld.
    public var callerPlace: NumberPlace? { caller.flatMap(places.place) }

    private var caller: PhoneNumber? { callerNumber.flatMap { PhoneNumber(e164: $0) } }

    /// Derived from the outcome (records.md §3).
    public var answered: Bool { outcome == .answered }
}
