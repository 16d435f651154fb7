import CallAttribution
import CallModel
import Testing

@Suite("Where a web visit came from")
struct WebTrailTests {
    private let start = Timestamp(milliseconds: 1_780_000_000_000)

    private static let news = SourceRule(
        conditions: [.init(parameter: .referrer, value: "news.example")], source: StaticSource(source: "News", medium: "pr", campaign: nil))

    private func trail(_ views: [(page: String, referrer: String)], agents: [String] = []) throws -> WebTrail {
        let seen = views.enumerated().map { place, view in
            PageView(
                at: start.advanced(bySeconds: Double(place)), page: view.page, referrer: view.referrer,
                userAgent: agents.indices.contains(place) ? agents[place] : "")
        }
        return try #require(WebTrail("v", seen, rules: [Self.news]))
    }

    @Test(
        "is told by exact names, never by a part of one",
        arguments: [
            ("https://acme.example/?utm_source=mail&utm_medium=email&fbclid=1", "", "mail", "email"), ("https://acme.example/?fbclid=1", "", "facebook", "paid-social"),
            ("https://acme.example/?utm_source=&gbraid=x", "", "google", "cpc"), ("https://acme.example/?gclidx=1", "", "direct", "none"),
            ("https://acme.example/", "https://www.google.co.uk/", "google", "organic"), ("https://acme.example/", "https://google.evil.example/", "google.evil.example", "referral"),
            ("https://acme.example/", "https://l.facebook.com/l.php?u=x", "facebook", "social"), ("https://acme.example/", "https://notfacebook.com/", "notfacebook.com", "referral"),
            ("https://acme.example/", "https://DuckDuckGo.com:443/?q=a", "duckduckgo", "organic"), ("https://acme.example/", "https://me@news.example/x", "News", "pr"),
            ("https://acme.example/", "https://old.news.example/x", "old.news.example", "referral"), ("not an address", "neither", "direct", "none"),
            ("https://acme.example/", "http://[2001:DB8::1]:8080/x", "[2001:db8::1]", "referral"), ("https://acme.example/", "http://[::1", "[", "referral"),
            ("https://acme.example/", "https://www.acme.example/a", "direct", "none"), ("https://www.acme.example/", "https://acme.example/a", "direct", "none"),
            ("https://acme.example/", "https://shop.acme.example/a", "shop.acme.example", "referral"),
        ])
    func source(page: String, referrer: String, source: String, medium: String) throws {
        let touch = try trail([(page, referrer)]).firstTouch
        #expect(touch.source == source && touch.medium == medium)
    }

    @Test("values are decoded as browsers write them")
    func decoding() throws {
        let touch = try trail([("https://acme.example/?utm_term=flat+roof%20caf%C3%A9%2&utm_source=a%26b#utm_source=c", "")]).firstTouch
        #expect(touch.keyword == "flat roof café%2" && touch.source == "a&b")
    }

    @Test("a page reached from another page of the site is no visit of its own, and takes no click id away")
    func navigation() throws {
        let trail = try trail([
            ("https://acme.example/?gclid=1", "https://www.google.com/"), ("https://acme.example/contact", "https://acme.example/"),
        ])
        #expect(trail.lastTouch.source == "google" && trail.lastTouch.medium == "cpc" && trail.clicks == [.gclid: "1"])
        #expect(trail.landingPage == "https://acme.example/?gclid=1" && trail.page == "https://acme.example/contact")
        #expect(try self.trail([("https://acme.example/?gclid=1", ""), ("https://www.acme.example/b", "https://acme.example/")]).lastTouch.medium == "cpc")
    }

    @Test("a click was when its mark was first seen, whatever is loaded again")
    func clicked() throws {
        let views = ["?gclid=1", "?fbclid=a", "?gclid=1", "?gclid=2", "?gclid=2", ""].map { (page: "https://acme.example/" + $0, referrer: "") }
        let trail = try trail(views)
        #expect(trail.clicks == [.gclid: "2", .fbclid: "a"])
        #expect(trail.clickedAt == [.gclid: start.advanced(bySeconds: 3), .fbclid: start.advanced(bySeconds: 1)])
    }

    @Test("a session is a visit of a visitor: the same on all its pages, another for the next visit and for another visitor")
    func session() throws {
        let first = ("https://acme.example/?gclid=1", "https://www.google.com/")
        let visit = try trail([first])
        #expect(visit.sessionID.utf8.count == 16)
        #expect(try trail([first, ("https://acme.example/contact", "https://acme.example/")]).sessionID == visit.sessionID)
        #expect(try trail([first, ("https://acme.example/", "")]).sessionID != visit.sessionID)
        #expect(WebTrail("w", [PageView(at: start, page: first.0, referrer: first.1)], rules: [])?.sessionID != visit.sessionID)
    }

    @Test(
        "the device is told by what browsers call themselves",
        arguments: [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "mobile"),
            ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36", "mobile"),
            ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36", "tablet"),
            ("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1", "tablet"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36", "desktop"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:139.0) Gecko/20100101 Firefox/139.0", "desktop"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0", "desktop"), ("curl/8.14.1", nil), ("", nil),
        ] as [(String, String?)])
    func device(agent: String, device: String?) throws {
        #expect(try trail([("https://acme.example/", "")], agents: [agent]).device?.rawValue == device)
        // What a later page does not say stays.
        #expect(try trail([("https://acme.example/", ""), ("https://acme.example/", "")], agents: [agent]).device?.rawValue == device)
    }

    @Test(
        "an erased page view tells its source, and nothing of the person",
        arguments: [
            ("https://acme.example/my/roof?utm_source=mail&utm_medium=email&name=Ann&gclid=G1#top", ""), ("https://acme.example/a?gclid=G1&x=1", "https://www.google.com/search?q=ann"),
            ("https://acme.example/b", "https://acme.example/secret?name=Ann"), ("https://acme.example/c?id=7", "https://me@news.example:443/ann"),
            ("https://acme.example/", "https://t.co/Ann"), ("?fbclid=F1", ""), ("no address", "neither"),
        ])
    func erased(page: String, referrer: String) throws {
        let first = PageView(at: start, page: "https://acme.example/?utm_source=first", referrer: "")
        let view = PageView(at: start.advanced(bySeconds: 1), page: page, referrer: referrer, userAgent: "Ann's phone")
        let before = try #require(WebTrail("v", [first, view], rules: [Self.news]))
        let after = try #require(WebTrail("v", [first.anonymous, view.anonymous], rules: [Self.news]))
        #expect(after.firstTouch == before.firstTouch && after.lastTouch == before.lastTouch && after.sessionID == before.sessionID)
        #expect(after.clicks.isEmpty && view.anonymous.anonymous == view.anonymous && view.anonymous.userAgent.isEmpty)
        for trace in ["Ann", "ann", "G1", "F1", "secret", "roof", "7"] {
            #expect(!view.anonymous.page.contains(trace) && !view.anonymous.referrer.contains(trace), "\(trace)")
        }
    }
}
