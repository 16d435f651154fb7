/// What became of a finished call (records.md §3, "Outcome").
public enum CallOutcome: String, Hashable, Sendable, CaseIterable {
    case answered, voicemail, abandoned, missed, blocked
    case notRouted = "not_routed"
    case failed, unknown
}

/// How sure the source of a call is (records.md §4).
public enum AttributionCertainty: String, Hashable, Sendable, CaseIterable {
    case certain, inherited, late, ambiguous, none
}

/// Where a call came from; nil where the number's owner did not say.
public struct TrafficSource: Hashable, Sendable {
    public var source: String
    public var medium: String?
    public var campaign: String?
    public var keyword: String?
    public var content: String?

    public init(source: String, medium: String? = nil, campaign: String? = nil, keyword: String? = nil, content: String? = nil) {
        self.source = source
        self.medium = medium
        self.campaign = campaign
        self.keyword = keyword
        self.content = content
    }
}

/// What a tracking number stands for (directory.md, `assigned_to`).
public struct Assignment: Hashable, Sendable {
    /// page, listing, campaign or source.
    public var kind: String
    public var value: String

    public init(kind: String, value: String) {
        self.kind = kind
        self.value = value
    }
}

/// One destination that was dialled (records.md §3, `attempts[]`).
public struct RecordedAttempt: Hashable, Sendable {
    public var destinationID: String?
    public var number: String?
    public var startedAt: Timestamp
    public var result: AttemptResult
    public var ringSeconds: Double
    public var cause: String?

    public init(destinationID: String?, number: String?, startedAt: Timestamp, result: AttemptResult, ringSeconds: Double, cause: String?) {
        self.destinationID = destinationID
        self.number = number
        self.startedAt = startedAt
        self.result = result
        self.ringSeconds = ringSeconds
        self.cause = cause
    }
}

/// What is worth a second look in a record (records.md §3, "Flags").
public struct RecordFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The destination hung up within 9 s.
    public static let shortAnswer = RecordFlags(rawValue: 1)
    public static let likelyVoicemail = RecordFlags(rawValue: 2)
    /// A destination that will never work as it is written in the directory.
    public static let configError = RecordFlags(rawValue: 4)
    /// An event came after one of a later stage: the one field that tells of arrival.
    public static let outOfOrder = RecordFlags(rawValue: 8)

    public var names: [String] {
        let all: [(RecordFlags, String)] = [
            (.shortAnswer, "short_answer"), (.likelyVoicemail, "likely_voicemail"), (.configError, "config_error"), (.outOfOrder, "out_of_order"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
