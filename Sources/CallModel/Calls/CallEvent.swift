/// Something that happened to a call: the message `CallEvent` of calls.proto (records.md §2).
public struct CallEvent: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case arrived, attempt, answered, digits, voicemail, ended, recording, tagged, note, value, spam
    }

    public var callID: String
    public var kind: Kind
    public var at: Timestamp
    /// The provider's id of the event; empty where it has none.
    public var eventID: String
    /// 0: the event carries no sequence.
    public var sequence: UInt64
    public var provider: String
    public var providerCallID: String
    public var isTest: Bool
    public var to: String
    public var from: String
    public var destinationID: String
    public var destinationNumber: String
    public var attempt: AttemptReport?
    public var digits: String
    /// caller, destination or platform.
    public var endedBy: String
    public var cause: String
    /// `ended`: of the whole call; `voicemail`, `recording`: of the message.
    public var durationSeconds: Double
    public var url: String
    public var tags: [String]
    public var note: String
    /// A decimal.
    public var amount: String
    public var currency: String
    public var spam: Bool
    public var attributes: [String: String]
    /// `arrived`: "fallback" where the front routed the call without the pool.
    public var routedBy: String

    public init(
        callID: String, kind: Kind, at: Timestamp, eventID: String = "", sequence: UInt64 = 0, provider: String = "",
        providerCallID: String = "", isTest: Bool = false, to: String = "", from: String = "", destinationID: String = "",
        destinationNumber: String = "", attempt: AttemptReport? = nil, digits: String = "", endedBy: String = "",
        cause: String = "", durationSeconds: Double = 0, url: String = "", tags: [String] = [], note: String = "",
        amount: String = "", currency: String = "", spam: Bool = false, attributes: [String: String] = [:], routedBy: String = ""
    ) {
        self.callID = callID
        self.kind = kind
        self.at = at
        self.eventID = eventID
        self.sequence = sequence
        self.provider = provider
        self.providerCallID = providerCallID
        self.isTest = isTest
        self.to = to
        self.from = from
        self.destinationID = destinationID
        self.destinationNumber = destinationNumber
        self.attempt = attempt
        self.digits = digits
        self.endedBy = endedBy
        self.cause = cause
        self.durationSeconds = durationSeconds
        self.url = url
        self.tags = tags
        self.note = note
        self.amount = amount
        self.currency = currency
        self.spam = spam
        self.attributes = attributes
        self.routedBy = routedBy
    }
}
