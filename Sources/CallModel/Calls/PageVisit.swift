/// A page of a site that a visitor looks at, and the number it asks for: the message of calls.proto.
public struct PageVisit: Hashable, Sendable {
    public var account: String
    /// Id of the pool whose number the page is to show.
    public var pool: String
    /// The site's cookie.
    public var visitorID: String
    /// Nil: when it is received.
    public var at: Timestamp?
    /// URL with its query.
    public var page: String
    public var referrer: String
    public var userAgent: String

    public init(
        account: String, pool: String, visitorID: String, at: Timestamp? = nil, page: String = "", referrer: String = "", userAgent: String = ""
    ) {
        self.account = account
        self.pool = pool
        self.visitorID = visitorID
        self.at = at
        self.page = page
        self.referrer = referrer
        self.userAgent = userAgent
    }
}

/// A visitor's page is still open: the message of calls.proto.
public struct VisitorHeartbeat: Hashable, Sendable {
    public var account: String
    public var visitorID: String
    /// Nil: when it is received.
    public var at: Timestamp?

    public init(account: String, visitorID: String, at: Timestamp? = nil) {
        self.account = account
        self.visitorID = visitorID
        self.at = at
    }
}

/// What a page is to show: the message `NumberLease` of calls.proto.
public struct LeasedNumber: Hashable, Sendable {
    /// Nil: the site's own number stays.
    public var number: PhoneNumber?
    /// When the lease ends unless it is extended; nil without a number.
    public var expiresAt: Timestamp?
    /// Others may be shown it too.
    public var isOverflow: Bool

    /// As it is written at home; empty without a number.
    public var display: String

    /// - Parameter display: nil: as its digits stand, in North America's form where it is of there.
    public init(number: PhoneNumber?, expiresAt: Timestamp?, isOverflow: Bool = false, display: String? = nil) {
        self.number = number
        self.expiresAt = expiresAt
        self.isOverflow = isOverflow
        self.display = display ?? number?.national ?? ""
    }
}
