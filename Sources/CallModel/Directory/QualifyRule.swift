/// `qualify:`: which calls are worth something (records.md §5). The first rule that holds names itself.
public struct QualifyRule: Hashable, Sendable {
    public let name: String
    public let combination: Combination
    /// At least one.
    public let conditions: [RecordCondition]

    public init(name: String, combination: Combination, conditions: [RecordCondition]) {
        self.name = name
        self.combination = combination
        self.conditions = conditions
    }

    public enum Combination: String, Hashable, Sendable, CaseIterable {
        case all, any
    }

    /// - Parameter value: of the record; `none` where it has none.
    public func holds(_ value: (RecordField) -> RecordValue) -> Bool {
        switch combination {
        case .all: conditions.allSatisfy { $0.holds(value($0.field)) }
        case .any: conditions.contains { $0.holds(value($0.field)) }
        }
    }
}

/// What one field of a record must be.
public struct RecordCondition: Hashable, Sendable {
    public let field: RecordField
    public let test: Test

    public init(field: RecordField, test: Test) {
        self.field = field
        self.test = test
    }

    public enum Test: Hashable, Sendable {
        case number(Comparison, Double)
        case flag(Bool)
        /// Exactly this.
        case text(String)
    }

    /// As a rule writes it before the number; a number alone is `equal`.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case more = ">"
        case less = "<"
        case unequal = "!="
        case equal = "="
    }

    /// A field without a value meets no condition.
    public func holds(_ value: RecordValue) -> Bool {
        switch (test, value) {
        case (.number(let comparison, let bound), .number(let number)): comparison.holds(number, bound)
        case (.flag(let expected), .flag(let flag)): flag == expected
        case (.text(let expected), .text(let text)): text == expected
        default: false
        }
    }
}

extension RecordCondition.Comparison {
    fileprivate func holds(_ number: Double, _ bound: Double) -> Bool {
        switch self {
        case .atLeast: number >= bound
        case .atMost: number <= bound
        case .more: number > bound
        case .less: number < bound
        case .unequal: number != bound
        case .equal: number == bound
        }
    }
}

/// What a record says in one field.
public enum RecordValue: Hashable, Sendable {
    case none
    case number(Double)
    case flag(Bool)
    case text(String)
}

/// Fields of a record (records.md §3) that a rule may look at, by the name they have there.
public enum RecordField: String, Hashable, Sendable, CaseIterable {
    case talkSeconds = "talk_seconds"
    case ringSeconds = "ring_seconds"
    case durationSeconds = "duration_seconds"
    case voicemailSeconds = "voicemail_seconds"
    case priorCalls = "prior_calls"
    case value

    case answered
    case firstTime = "first_time"
    case spam
    case isTest = "is_test"
    case poolNumberWithoutSession = "pool_number_without_session"

    case outcome
    case endReason = "end_reason"
    case endedBy = "ended_by"
    case routingType = "routing_type"
    case routedBy = "routed_by"
    case digits, flow, pool, provider
    case trackingNumber = "tracking_number"
    case trackingName = "tracking_name"
    case destinationID = "destination_id"
    case destinationNumber = "destination_number"
    case callerNumber = "caller_number"
    case callerName = "caller_name"
    case callerCountry = "caller_country"
    case callerRegion = "caller_region"
    case callerCity = "caller_city"
    case callerLineType = "caller_line_type"
    case attribution, source, medium, campaign, keyword, content
    case landingPage = "landing_page"
    case page, referrer, device, currency
    case visitorID = "visitor_id"
    case sessionID = "session_id"

    var kind: Kind {
        switch self {
        case .talkSeconds, .ringSeconds, .durationSeconds, .voicemailSeconds, .priorCalls, .value: .number
        case .answered, .firstTime, .spam, .isTest, .poolNumberWithoutSession: .flag
        default: .text
        }
    }

    enum Kind {
        case number, flag, text
    }
}
