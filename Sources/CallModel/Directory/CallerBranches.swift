/// `caller:`: by whether the caller has called before (records.md §1). A withheld caller is neither.
public struct CallerBranch: Sendable {
    public let firstTime: Node?
    public let repeated: Node?
    /// Nil: the call ends, `no_destination`.
    public let otherwise: Node?
}

/// `source:`: by the call's attribution, the first branch that holds.
public struct SourceBranch: Sendable {
    public let branches: [Branch]
    /// Nil: the call ends, `no_destination`.
    public let otherwise: Node?

    public struct Branch: Sendable {
        /// All must hold, each exactly.
        public let conditions: [Condition]
        public let to: Node
    }

    public struct Condition: Hashable, Sendable {
        public let field: Field
        public let value: String
    }

    /// Fields of the attribution (records.md §3). On a number with a source of its own only the first three are known.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case source, medium, campaign, keyword, content
        case landingPage = "landing_page"
        case page, referrer, device

        public var isStatic: Bool { self == .source || self == .medium || self == .campaign }
    }
}
