import CallAttribution
import CallModel
import Testing

@Suite("Where a web visit came from")
struct WebBookTests {
    private let start = Timestamp(milliseconds: 1_780_000_000_000)

    private func directory() throws -> Directory {
        try Directory(
            yaml: """
                account: acme
                country: US
                time_zone: Etc/UTC
                destinations: [{id: a, number: "+12125550111", kind: landline}]
                flows: [{id: main, start: {dial: a}}]
                numbers: []
                pools: [{id: web, flow: main, numbers: ["+12125550180"], lease_seconds: 600, cooldown_seconds: 300}]
                sources: [{match: {referrer: news.example}, source: News, medium: pr}]
                """, version: 1)
    }

    private func trail(_ views: [(page: String, referrer: String)]) throws -> WebTrail {
        let directory = try directory()
        var book = WebBook()
        for (place, view) in views.enumerated() {
            let seen = PageView(at: start.advanced(bySeconds: Double(place)), page: view.page, referrer: view.referrer)
            _ = book.visit("v", seen, try #require(directory.pools.first)) { _ in true }
        }
        return try #require(book.trail(of: "v", until: start.advanced(bySeconds: 3600), rules: directory.sources))
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
    }
}
