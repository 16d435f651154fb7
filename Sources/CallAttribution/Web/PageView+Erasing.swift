internal import CallModel

extension PageView {
    /// The view without what tells of the person: of the page and the page before it their sites, and of the page's parameters those that say where visitors come from. Its source, and whether it begins a visit, stay (records.md §7).
    package var anonymous: PageView {
        var view = self
        var kept: [String] = []
        for (name, value) in WebAddress.pairs(of: page) {
            if name.hasPrefix("utm_") {
                kept.append("\(name)=\(value)")
            } else if name == "erased_click" || ClickID(rawValue: name) != nil && !value.isEmpty {
                kept.append("erased_click=\(name == "erased_click" ? value : name)")
            }
        }
        let site = Self.site(of: page)
        view.page = site + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        view.referrer = Self.site(of: referrer)
        view.userAgent = ""
        return view
    }

    private static func site(of address: String) -> String {
        let host = WebAddress(address).host
        return host.isEmpty ? "" : "https://\(host)/"
    }
}
