/// A number the public dials (directory.md, "numbers").
public struct TrackingNumber: Sendable {
    public let number: PhoneNumber
    public let state: State
    /// Place in `Directory.flows`: its own, else its pool's.
    public let flow: Int?
    /// Place in `Directory.destinations` of the one a front dials that cannot reach the pool.
    public let fallback: Int?
    /// Empty where the document gives none.
    public let name: String
    public let assignment: Assignment?
    /// Attribution of its own (records.md §4.1); that of its pool is there.
    public let source: StaticSource?
    /// Place in `Directory.pools` of the one it belongs to, as a member or as the overflow.
    public let pool: Int?

    init(
        number: PhoneNumber, state: State = .active, flow: Int?, fallback: Int? = nil, name: String = "", assignment: Assignment? = nil,
        source: StaticSource? = nil, pool: Int? = nil
    ) {
        self.number = number
        self.state = state
        self.flow = flow
        self.fallback = fallback
        self.name = name
        self.assignment = assignment
        self.source = source
        self.pool = pool
    }

    public enum State: String, Hashable, Sendable, CaseIterable {
        case pending, active, paused, stopped, released
    }

    /// What the number stands for: the field `assigned_to`.
    public struct Assignment: Hashable, Sendable {
        public let kind: Kind
        public let value: String

        package init(kind: Kind, value: String) {
            self.kind = kind
            self.value = value
        }

        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case page, listing, campaign, source
        }
    }
}

/// Where the calls of a number come from, whatever the web says (records.md §4.1).
public struct StaticSource: Hashable, Sendable {
    public let source: String
    public let medium: String?
    public let campaign: String?

    package init(source: String, medium: String?, campaign: String?) {
        self.source = source
        self.medium = medium
        self.campaign = campaign
    }
}
