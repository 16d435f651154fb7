import Yams

extension BrokerConfiguration {
    /// Reads a broker's file (wire.md §8; YAML, and so JSON) on top of `base`: what the file does not name stays as it is there, and services add to and override the services there, setting by setting.
    ///
    /// Throws `ConfigurationError` with every problem of the file and of the whole that it makes with `base`.
    public init(yaml text: String, over base: BrokerConfiguration = BrokerConfiguration()) throws(ConfigurationError) {
        self = base
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, Resolver.basic)
        } catch {
            throw ConfigurationError(yaml: error)
        }
        guard let root, !root.isNull else {
            try check()
            return
        }
        guard case .mapping(let mapping) = root else {
            throw ConfigurationError(problems: [.init(path: "", line: root.mark?.line, message: "the file must hold settings, as in \"window: 1024\"")])
        }
        var section = SettingsSection(mapping)
        read(&section)
        section.refuseUnknown()
        // A check of the whole would only repeat, in other words, what is wrong with a part.
        let wrong = Set(section.problems.map(\.path))
        let problems = section.problems + findings().filter { !wrong.contains($0.path) }
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    }

    private mutating func read(_ section: inout SettingsSection) {
        if let endpoints = section.texts("front") { front = endpoints }
        if let endpoints = section.texts("back") { back = endpoints }
        if let folder = section.text("data") { data = folder }
        section.duration("heartbeat", &heartbeat, 10...3_600_000)
        section.duration("mdp_heartbeat", &mdpHeartbeat, 10...3_600_000)
        section.size("max_body", &maxBody, 1...(1 << 30))
        section.size("max_frame", &maxFrame, 1...(4 << 30))
        section.count("window", &window, 1...1_000_000)
        section.choice("durability", &durability)
        section.duration("dedupe_window", &dedupeWindow, 0...(3650 * 86_400_000))
        section.size("dedupe_replies", &dedupeReplies, 0...(1 << 40))
        section.count("dedupe_ids", &dedupeIDs, 0...1_000_000_000)
        section.count("peers", &peers, 1...1_000_000)
        section.count("undeclared_services", &undeclaredServices, 0...1_000_000)
        section.size("disk_reserve", &diskReserve, 0...(1 << 50))
        section.size("memory_limit", &memoryLimit, (32 << 20)...(1 << 50))
        for key in ["keys", "metrics"] where section.keys.contains(key) {
            section.refuse(key, "not supported by this version: leave the key out" + (key == "keys" ? ", and bind loopback and ipc endpoints only" : ""))
        }
        section.forget("keys")
        section.forget("metrics")
        if var services = section.section("services", prefix: "services.") {
            for name in services.keys {
                read(name, &services)
            }
            section.adopt(services.problems)
        }
    }

    private mutating func read(_ name: String, _ services: inout SettingsSection) {
        guard var section = services.section(name, prefix: "services[\(name)].") else { return }
        if let policy = ServicePolicy.read(&section, over: self.services[name]) {
            self.services[name] = policy
            section.refuseUnknown()
        }
        services.adopt(section.problems)
    }
}

extension ConfigurationError {
    /// What the YAML reader found, without the file's text around it.
    fileprivate init(yaml error: any Error) {
        let problem: Problem =
            switch error as? YamlError {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
                Problem(path: "", line: mark.line, message: "no YAML: \(problem)")
            case .reader(let problem, _, _, _): Problem(path: "", message: "no YAML: \(problem)")
            case .duplicatedKeysInMapping(let duplicates, let context):
                Problem(path: "", line: context.mark.line, message: "given twice: \(duplicates.sorted().joined(separator: ", "))")
            default: Problem(path: "", message: "no YAML: \(error)")
            }
        self.init(problems: [problem])
    }
}
