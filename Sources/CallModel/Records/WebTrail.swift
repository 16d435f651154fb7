/// The mark an advertiser puts on a click, by the parameter that carries it (records.md §4.4).
public enum ClickID: String, Hashable, Sendable, CaseIterable {
    case gclid, gbraid, wbraid, msclkid, fbclid
}

/// What is known of a web visitor up to a call (records.md §3, §4).
public struct WebTrail: Hashable, Sendable {
    public var visitorID: String
    /// Names the latest visit: 16 hex digits, of the visitor and the moment it began. A visit begins with each page that was not reached from another page of the site.
    public var sessionID: String
    /// Of the visitor's first visit.
    public var firstTouch: TrafficSource
    /// Of the latest visit before the call.
    public var lastTouch: TrafficSource
    /// Where the latest visit began.
    public var landingPage: String
    /// The latest page before the call.
    public var page: String
    /// Where the latest visit came from; empty where nothing told.
    public var referrer: String
    /// The latest of each kind: one visit without does not take it away.
    public var clicks: [ClickID: String]
    /// When each of them was first seen.
    public var clickedAt: [ClickID: Timestamp] = [:]
    /// Of the latest page whose browser says it.
    public var device: DeviceKind?

    public init(
        visitorID: String, sessionID: String, firstTouch: TrafficSource, lastTouch: TrafficSource, landingPage: String, page: String,
        referrer: String, clicks: [ClickID: String], device: DeviceKind? = nil
    ) {
        self.visitorID = visitorID
        self.sessionID = sessionID
        self.device = device
        self.firstTouch = firstTouch
        self.lastTouch = lastTouch
        self.landingPage = landingPage
        self.page = page
        self.referrer = referrer
        self.clicks = clicks
    }
}

/// A visitor who may have been the caller (records.md §4.2).
public struct WebCandidate: Hashable, Sendable {
    public var trail: WebTrail
    /// All of a call's add up to 1.
    public var confidence: Double

    public init(trail: WebTrail, confidence: Double) {
        self.trail = trail
        self.confidence = confidence
    }
}
