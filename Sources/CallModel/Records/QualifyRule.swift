/// A rule of a directory's `qualify:`: what a call must be to count as a lead (records.md §5).
public struct QualifyRule: Hashable, Sendable {
    public let name: String
    /// `all:`: every condition must hold; `any:`: one is enough.
    public let isEnoughIfOne: Bool
    public let conditions: [Condition]

    public init(name: String, isEnoughIfOne: Bool, conditions: [Condition]) {
        self.name = name
        self.isEnoughIfOne = isEnoughIfOne
        self.conditions = conditions
    }

    /// One field of the record, and what it must be. A field that is null satisfies nothing.
    public struct Condition: Hashable, Sendable {
        public let field: Field
        public let test: Test

        public init(field: Field, test: Test) {
            self.field = field
            self.test = test
        }
    }

    public enum Test: Hashable, Sendable {
        case number(Comparison, Double)
        case truth(Bool)
        /// Exactly that.
        case text(String)
    }

    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case more = ">"
        case less = "<"
        case equal = "="

        public func holds(_ value: Double, _ bound: Double) -> Bool {
            switch self {
            case .atLeast: value >= bound
            case .atMost: value <= bound
            case .more: value > bound
            case .less: value < bound
            case .equal: value == bound
            }
        }
    }

    /// The fields of a record that may be asked for, by their names in records.md §3.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case durationSeconds = "duration_seconds"
        case ringSeconds = "ring_seconds"
        case talkSeconds = "talk_seconds"
        case voicemailSeconds = "voicemail_seconds"
        case priorCalls = "prior_calls"
        case value
        case firstTime = "first_time"
        case answered, spam
        case outcome
        case endReason = "end_reason"
        case endedBy = "ended_by"
        case routingType = "routing_type"
        case trackingNumber = "tracking_number"
        case trackingName = "tracking_name"
        case destinationID = "destination_id"
        case callerNumber = "caller_number"
        case flow, digits, attribution, source, medium, campaign, keyword, content

        public enum Kind: Sendable {
            case number, truth, text
        }

        public var kind: Kind {
            switch self {
            case .durationSeconds, .ringSeconds, .talkSeconds, .voicemailSeconds, .priorCalls, .value: .number
            case .firstTime, .answered, .spam: .truth
            default: .text
            }
        }

        /// Whether the caller's other calls say it, and not the call's own inputs.
        public var isOfCaller: Bool { self == .firstTime || self == .priorCalls }
    }
}

extension QualifyRule.Test {
    /// What a document writes after a field: ">= 60", a number, true or false, or a word; nil where the field is of another kind.
    public init?(_ text: String, of kind: QualifyRule.Field.Kind) {
        switch kind {
        case .text: self = .text(text)
        case .truth:
            guard text == "true" || text == "false" else { return nil }
            self = .truth(text == "true")
        case .number:
            // The longer signs first: ">=" begins with ">".
            let comparison = QualifyRule.Comparison.allCases.first { text.hasPrefix($0.rawValue) }
            let rest = text.dropFirst(comparison?.rawValue.count ?? 0).drop { $0 == " " }
            guard let bound = Double(rest), bound.isFinite else { return nil }
            self = .number(comparison ?? .equal, bound)
        }
    }
}
