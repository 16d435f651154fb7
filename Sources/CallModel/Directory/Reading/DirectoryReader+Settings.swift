extension DirectoryReader {
    /// The whole document; nil, reported, when it has no account to speak of.
    ///
    mutating func contents(_ document: DocumentValue, _ source: NumberSource) -> Directory.Contents? {
        let keys = [
            "account", "name", "country", "time_zone", "repeat_caller", "missed_after_seconds", "live_state_unknown",
            "max_call_seconds", "touch", "conversion_dedupe_hours", "retention", "sites", "destinations", "schedules", "flows",
            "numbers", "pools", "blocks", "sources", "qualify", "tests",
        ]
        guard let root = section(document, at: .root, keys: keys) else { return nil }
        let settings = settings(root)
        // Whatever the account's zone, the rest of the document is still worth checking.
        guard let zone = settings?.zone ?? ZoneRules.named("Etc/UTC") else { return nil }
        var contents = Directory.Contents(settings: settings ?? AccountSettings(account: "", zone: zone))
        let schedulePlaces: [String: Int]
        (contents.schedules, schedulePlaces) = schedules(root, zone: zone)
        let destinationPlaces: [String: Int]
        (contents.destinations, destinationPlaces) = destinations(
            root, schedules: schedulePlaces, zone: zone, country: contents.settings.country)
        let flows = flows(root, destinations: destinationPlaces, schedules: schedulePlaces, zone: zone)
        contents.flows = flows.flows
        let owned = destinationNumbers(contents.destinations)
        var numbers = numbers(
            root, source, flows: flows.places, destinations: destinationPlaces, owned: owned, country: contents.settings.country)
        contents.pools = pools(root, flows: flows.places, owned: owned, country: contents.settings.country, &numbers)
        if case .known(let known) = source {
            contents.numbers = known
        } else {
            contents.numbers = numbers.table
            refuseVisitConditions(contents.numbers, flows)
        }
        contents.blocks = blocks(root, country: contents.settings.country)
        contents.sources = sources(root)
        contents.qualify = qualify(root)
        contents.tests = tests(root)
        return settings == nil ? nil : contents
    }

    private mutating func settings(_ root: DocumentSection) -> AccountSettings? {
        let account = account(root)
        let country = country(root)
        let zone = root["time_zone"] == nil ? ZoneRules.named("Etc/UTC") : zone(root)
        let repeatCaller = root["repeat_caller"].flatMap {
            section($0, at: root.path.key("repeat_caller"), keys: ["scope", "window_days"])
        }
        let scope = repeatCaller.flatMap { word($0, "scope", as: AccountSettings.RepeatScope.self) }
        let windowDays = repeatCaller.flatMap { integer($0, "window_days", in: 1...36_500) }
        let missedAfter = integer(root, "missed_after_seconds", in: 0...86_400)
        let liveStateUnknown = word(root, "live_state_unknown", as: AccountSettings.LiveStateUnknown.self)
        let maxCall = integer(root, "max_call_seconds", in: 1...31_536_000)
        let touch = word(root, "touch", as: AccountSettings.Touch.self)
        let dedupe = integer(root, "conversion_dedupe_hours", in: 0...87_600)
        let retention = root["retention"].flatMap { section($0, at: root.path.key("retention"), keys: ["days"]) }
        let retentionDays = retention.flatMap { integer($0, "days", in: 1...36_500) }
        let sites = sites(root)
        let name = text(root, "name")
        guard let account, let zone else { return nil }
        var settings = AccountSettings(account: account, zone: zone)
        settings.name = name ?? ""
        settings.country = country
        settings.repeatScope = scope ?? settings.repeatScope
        settings.repeatWindowDays = windowDays ?? settings.repeatWindowDays
        settings.missedAfterSeconds = missedAfter ?? settings.missedAfterSeconds
        settings.liveStateUnknown = liveStateUnknown ?? settings.liveStateUnknown
        settings.maxCallSeconds = maxCall ?? settings.maxCallSeconds
        settings.touch = touch ?? settings.touch
        settings.conversionDedupeHours = dedupe ?? settings.conversionDedupeHours
        settings.retentionDays = retentionDays
        settings.sites = sites
        return settings
    }

    private mutating func account(_ root: DocumentSection) -> String? {
        guard let account = requiredText(root, "account", example: "acme") else { return nil }
        let isName = account.utf8.count <= 63 && account.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard isName else {
            report(
                root.path.key("account"), line: root.line(of: "account"),
                "\(quoted(account)) is not allowed; write 1 to 63 of a-z, 0-9 and -")
            return nil
        }
        return account
    }

    private mutating func country(_ root: DocumentSection) -> Country? {
        guard let value = root["country"], let text = text(root, "country") else { return nil }
        guard let country = Country(text) else {
            let remedy =
                Country(text.uppercased()).map { "did you mean \($0.code)?" } ?? "write an ISO code of two letters such as US or GB"
            report(root.path.key("country"), line: value.line, "\(quoted(text)) is no country; \(remedy)")
            return nil
        }
        return country
    }

    private mutating func sites(_ root: DocumentSection) -> [String] {
        var sites: [String] = []
        for (path, value) in items(root, "sites") {
            guard let site = text(value, at: path) else { continue }
            let host = site.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            if host.count == 3, ["https:", "http:"].contains(host[0]), host[1].isEmpty, !host[2].isEmpty, !host[2].contains("/") {
                sites.append(site)
            } else {
                report(path, line: value.line, "\(quoted(site)) is no origin; write one such as https://acme.example, without a path")
            }
        }
        return sites
    }
}
