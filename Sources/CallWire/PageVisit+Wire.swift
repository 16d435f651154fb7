public import CallModel
import SwiftProtobuf

extension PageVisit {
    /// Reads and checks a `PageVisit` of calls.proto.
    ///
    /// - Throws: `malformed`, `missing` (account, pool, visitor_id), `tooLong` or `outOfRange` (at).
    public init(body: RawSpan, _ form: BodyForm, unknownFields: UnknownFields = .refused) throws(CallWireError) {
        let wire = try Trunkline_V1_PageVisit(body: body, form, unknownFields)
        try Checks.name(wire.account, "account", "the account whose site it is")
        try Checks.name(wire.pool, "pool", "the id of the pool that the page is to show a number of")
        try Checks.name(wire.visitorID, "visitor_id", "what the site's cookie says")
        try Checks.length(wire.page, "page", Checks.longestAddress)
        try Checks.length(wire.referrer, "referrer", Checks.longestAddress)
        try Checks.length(wire.userAgent, "user_agent", Checks.longestUserAgent)
        self.init(
            account: wire.account, pool: wire.pool, visitorID: wire.visitorID, at: wire.hasAt ? try Timestamp(wire.at, "at") : nil, page: wire.page,
            referrer: wire.referrer, userAgent: wire.userAgent)
    }

    public func body(_ form: BodyForm) throws(CallWireError) -> [UInt8] {
        var wire = Trunkline_V1_PageVisit()
        wire.account = account
        wire.pool = pool
        wire.visitorID = visitorID
        if let at { wire.at = at.wire }
        wire.page = page
        wire.referrer = referrer
        wire.userAgent = userAgent
        return try wire.body(form)
    }
}

extension VisitorHeartbeat {
    /// Reads and checks a `VisitorHeartbeat` of calls.proto.
    ///
    /// - Throws: `malformed`, `missing` (account, visitor_id), `tooLong` or `outOfRange` (at).
    public init(body: RawSpan, _ form: BodyForm, unknownFields: UnknownFields = .refused) throws(CallWireError) {
        let wire = try Trunkline_V1_VisitorHeartbeat(body: body, form, unknownFields)
        try Checks.name(wire.account, "account", "the account whose site it is")
        try Checks.name(wire.visitorID, "visitor_id", "what the site's cookie says")
        self.init(account: wire.account, visitorID: wire.visitorID, at: wire.hasAt ? try Timestamp(wire.at, "at") : nil)
    }

    public func body(_ form: BodyForm) throws(CallWireError) -> [UInt8] {
        var wire = Trunkline_V1_VisitorHeartbeat()
        wire.account = account
        wire.visitorID = visitorID
        if let at { wire.at = at.wire }
        return try wire.body(form)
    }
}

extension LeasedNumber {
    /// Reads a `NumberLease` of calls.proto.
    ///
    /// - Throws: `malformed`, `missing` (a number without its end) or `outOfRange` (a number that is none, a time that cannot be written).
    public init(body: RawSpan, _ form: BodyForm, unknownFields: UnknownFields = .refused) throws(CallWireError) {
        let wire = try Trunkline_V1_NumberLease(body: body, form, unknownFields)
        guard !wire.number.isEmpty else {
            self.init(number: nil, expiresAt: nil)
            return
        }
        guard let number = PhoneNumber(e164: wire.number) else { throw CallWireError(.outOfRange, "number is not in E.164; write + and the country's code") }
        guard wire.hasExpiresAt else { throw CallWireError(.missing, "expires_at is missing; a leased number has an end") }
        self.init(number: number, expiresAt: try Timestamp(wire.expiresAt, "expires_at"), isOverflow: wire.overflow)
    }

    /// - Throws: `outOfRange` where a time cannot be written.
    public func body(_ form: BodyForm) throws(CallWireError) -> [UInt8] {
        var wire = Trunkline_V1_NumberLease()
        wire.number = number?.e164 ?? ""
        wire.display = display
        if let expiresAt { wire.expiresAt = expiresAt.wire }
        wire.overflow = isOverflow
        return try wire.body(form)
    }
}

extension Checks {
    /// What browsers and servers let an address be.
    static let longestAddress = 8192
    static let longestUserAgent = 2048
    static let longestName = 128

    /// - Parameter meaning: what to say in the field.
    static func name(_ text: String, _ field: String, _ meaning: String) throws(CallWireError) {
        guard !text.isEmpty else { throw CallWireError(.missing, "\(field) is missing; give \(meaning), 1 to \(longestName) characters") }
        guard text.utf8.count <= longestName || text.unicodeScalars.count <= longestName else {
            throw CallWireError(.tooLong, "\(field) has \(text.unicodeScalars.count) characters; at most \(longestName) are allowed")
        }
    }

    static func length(_ text: String, _ field: String, _ longest: Int) throws(CallWireError) {
        guard text.utf8.count <= longest else { throw CallWireError(.tooLong, "\(field) has \(text.utf8.count) bytes; at most \(longest) are kept") }
    }
}
