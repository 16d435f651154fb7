internal import CallModel

extension TrafficSource {
    /// What a page that linked to the site says: a search engine, a social network, or itself (records.md §4.4). Compared name by name, never by a part.
    ///
    /// - Parameter host: lower case.
    init(referrer host: String) {
        let labels = host.split(separator: ".").map(String.init)
        let name = labels.first == "www" ? Array(labels.dropFirst()) : labels
        if let engine = Self.searchEngine(name) {
            self.init(source: engine, medium: "organic")
        } else if let network = (0..<max(name.count - 1, 0)).lazy.compactMap({ Self.socialNetworks[name[$0...].joined(separator: ".")] }).first {
            self.init(source: network, medium: "social")
        } else {
            self.init(source: host, medium: "referral")
        }
    }

    /// `google.com`, `google.de`, `google.co.uk`: a name, and a country's or a common ending.
    private static func searchEngine(_ name: [String]) -> String? {
        if let engine = searchEngines[name.joined(separator: ".")] { return engine }
        guard name.count == 2 || name.count == 3, let first = name.first, nationalEngines.contains(first) else { return nil }
        let ending = name.dropFirst()
        if ending.count == 1 { return ending[1] == "com" || ending[1].utf8.count == 2 ? first : nil }
        return ["co", "com"].contains(ending[1]) && ending[2].utf8.count == 2 ? first : nil
    }

    /// Those with a site for each country.
    private static let nationalEngines: Set<String> = ["google", "bing", "yandex"]

    private static let searchEngines = [
        "search.yahoo.com": "yahoo", "yahoo.com": "yahoo", "duckduckgo.com": "duckduckgo", "ecosia.org": "ecosia", "baidu.com": "baidu",
        "m.baidu.com": "baidu", "search.brave.com": "brave", "startpage.com": "startpage", "qwant.com": "qwant", "search.naver.com": "naver",
        "seznam.cz": "seznam", "search.seznam.cz": "seznam", "ask.com": "ask", "search.aol.com": "aol", "kagi.com": "kagi", "cn.bing.com": "bing",
        "swisscows.com": "swisscows", "search.marginalia.nu": "marginalia", "ya.ru": "yandex",
    ]

    private static let socialNetworks = [
        "facebook.com": "facebook", "fb.me": "facebook", "instagram.com": "instagram", "linkedin.com": "linkedin", "lnkd.in": "linkedin",
        "twitter.com": "twitter", "x.com": "twitter", "t.co": "twitter", "youtube.com": "youtube", "youtu.be": "youtube", "pinterest.com": "pinterest",
        "reddit.com": "reddit", "tiktok.com": "tiktok", "nextdoor.com": "nextdoor", "threads.net": "threads", "bsky.app": "bluesky", "vk.com": "vk",
        "snapchat.com": "snapchat", "whatsapp.com": "whatsapp", "tumblr.com": "tumblr", "quora.com": "quora", "xing.com": "xing",
    ]
}
