package import CallModel

extension WebTrail {
    /// What a visitor's page views say of where he came from; nil without any.
    ///
    /// - Parameter views: up to the call, in their order.
    package init?(_ visitor: String, _ views: [PageView], rules: [SourceRule]) {
        guard let first = views.first, let last = views.last else { return nil }
        let firstTouch = Touch(first, rules: rules)
        self.init(
            visitorID: visitor, sessionID: "", firstTouch: firstTouch.source, lastTouch: firstTouch.source, landingPage: first.page, page: last.page,
            referrer: first.referrer, clicks: [:])
        note(firstTouch.clicks, at: first.at)
        var visit = first.at
        for view in views {
            device = DeviceKind(userAgent: view.userAgent) ?? device
        }
        for view in views.dropFirst() {
            let touch = Touch(view, rules: rules)
            note(touch.clicks, at: view.at)
            if touch.isNavigation { continue }
            visit = view.at
            lastTouch = touch.source
            landingPage = view.page
            referrer = view.referrer
        }
        sessionID = Self.sessionID(visitor, visit)
    }

    /// A page that is loaded again has the same mark, and is no other click.
    private mutating func note(_ seen: [ClickID: String], at moment: Timestamp) {
        for (click, id) in seen where clicks[click] != id {
            clicks[click] = id
            clickedAt[click] = moment
        }
    }

    private static func sessionID(_ visitor: String, _ began: Timestamp) -> String {
        var hash = SipHash(.open, .tag)
        hash.feed(visitor)
        hash.feed(String(began.milliseconds))
        let digits = String(hash.finish(), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
