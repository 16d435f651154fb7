package import CallModel

/// A page that a visitor of an account's site looked at: the message `PageVisit` of calls.proto.
package struct PageView: Hashable, Sendable {
    package var at: Timestamp
    /// URL with its query.
    package var page: String
    package var referrer: String
    package var userAgent: String

    package init(at: Timestamp, page: String, referrer: String = "", userAgent: String = "") {
        self.at = at
        self.page = page
        self.referrer = referrer
        self.userAgent = userAgent
    }
}

extension PageView: Comparable {
    /// By time; those of one instant by what they say, so that nobody's order of telling shows.
    package static func < (a: PageView, b: PageView) -> Bool {
        a.at != b.at ? a.at < b.at : (a.page, a.referrer, a.userAgent) < (b.page, b.referrer, b.userAgent)
    }
}

/// Where a page view came from (records.md §4.4).
struct Touch {
    let source: TrafficSource
    let clicks: [ClickID: String]
    /// Reached from another page of the site: no visit of its own.
    let isNavigation: Bool

    /// - Parameter rules: of the account, before those that everybody has.
    init(_ view: PageView, rules: [SourceRule]) {
        let page = WebAddress(view.page)
        let referrer = WebAddress(view.referrer).host
        let isOwn = !referrer.isEmpty && Self.site(referrer) == Self.site(page.host)
        var clicks: [ClickID: String] = [:]
        for id in ClickID.allCases { clicks[id] = page[id.rawValue] }
        self.clicks = clicks
        // The mark itself is gone with the person, whose advertisement it was is not.
        let click = ClickID.allCases.first { clicks[$0] != nil } ?? page["erased_click"].flatMap(ClickID.init)
        let rule = rules.first { rule in
            rule.holds { $0 == .referrer ? (referrer.isEmpty ? nil : referrer) : page[$0.rawValue] }
        }
        var found: TrafficSource
        if let rule {
            found = TrafficSource(source: rule.source.source, medium: rule.source.medium ?? page["utm_medium"], campaign: rule.source.campaign)
        } else if let named = page["utm_source"] {
            found = TrafficSource(source: named, medium: page["utm_medium"])
        } else if let click {
            found = TrafficSource(source: click.source.source, medium: click.source.medium)
        } else if referrer.isEmpty || isOwn {
            found = TrafficSource(source: "direct", medium: "none")
        } else {
            found = TrafficSource(referrer: referrer)
        }
        found.campaign = found.campaign ?? page["utm_campaign"]
        found.keyword = page["utm_term"]
        found.content = page["utm_content"]
        source = found
        isNavigation = rule == nil && page["utm_source"] == nil && click == nil && isOwn
    }

    /// A site is the same with and without www.
    private static func site(_ host: String) -> Substring { host.hasPrefix("www.") ? host.dropFirst(4) : host[...] }
}

extension ClickID {
    /// Whose advertisement it was (records.md §4.4).
    fileprivate var source: (source: String, medium: String) {
        switch self {
        case .gclid, .gbraid, .wbraid: ("google", "cpc")
        case .msclkid: ("bing", "cpc")
        case .fbclid: ("facebook", "paid-social")
        }
    }
}
