extension DirectoryReader {
    /// The key that says what a node is, with the keys it may have beside it.
    private static let kinds: [(key: String, options: [String])] = [
        ("dial", ringOptions), ("simultaneous", ringOptions), ("sequential", ringOptions), ("priority", ringOptions),
        ("schedule", ["open", "closed"]), ("branches", ["otherwise", "time_zone"]), ("prefix", ["otherwise"]),
        ("voicemail", []), ("reject", []), ("go", []),
    ]
    private static let ringOptions = ["ring_seconds", "screening", "then", "sticky_days", "avoid_days"]

    /// Nodes of directory.md §2 that are not built, each with what does nearly the same.
    private static let unsupported = [
        "round_robin": "use sequential", "weighted": "use sequential or priority", "keypad": "use schedule or prefix",
        "zip": "use prefix", "caller": "use prefix", "source": "give each source a flow of its own",
    ]

    /// Deeper than any flow a person writes; each level costs stack while a document is read.
    private static let deepest = 100

    /// Nil, reported, when it is no node.
    mutating func node(_ value: DocumentValue, at path: DocumentPath, place: String, _ nodes: inout NodeReading) -> Node? {
        guard let section = section(value, at: path) else { return nil }
        guard nodes.depth < Self.deepest else {
            report(path, line: section.line, "is more than \(Self.deepest) nodes deep; go on in another flow with go")
            return nil
        }
        let names = Self.kinds.map(\.key)
        let found = section.keys.filter { names.contains($0) || Self.unsupported[$0] != nil }
        guard found.count == 1, let key = found.first else {
            let said =
                found.isEmpty
                ? "is no node (\(section.keys.joined(separator: ", ")))" : "is several nodes (\(found.joined(separator: ", ")))"
            report(path, line: section.line, "\(said); write exactly one of \(names.joined(separator: ", "))")
            return nil
        }
        if let remedy = Self.unsupported[key] {
            report(path, line: section.line, "\(quoted(key)) is not supported by this version; \(remedy)")
            return nil
        }
        let options = Self.kinds.first { $0.key == key }?.options ?? []
        checkKeys(of: section, [key] + options)
        let index = nodes.nextIndex()
        let enclosingZone = nodes.zone
        nodes.depth += 1
        defer {
            nodes.depth -= 1
            nodes.zone = enclosingZone
        }
        return step(key, section, place: place, &nodes).map { Node(index: index, label: "\(place).\(key)", step: $0) }
    }

    private mutating func step(_ key: String, _ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> Step? {
        switch key {
        case "schedule": scheduleBranch(section, place: place, &nodes).map(Step.schedule)
        case "branches": clockBranch(section, place: place, &nodes).map(Step.clock)
        case "prefix": prefixBranch(section, place: place, &nodes).map(Step.prefix)
        case "voicemail": voicemail(section).map(Step.voicemail)
        case "reject": reject(section).map(Step.reject)
        case "go": self.place(section, "go", in: nodes.scope.flows, "flow").map { .go(flow: $0) }
        default: Ring.Kind(rawValue: key).flatMap { ring($0, section, place: place, &nodes) }.map(Step.ring)
        }
    }

    /// The node under a key; nil when it is missing, or reported.
    mutating func child(_ section: DocumentSection, _ key: String, place: String, _ nodes: inout NodeReading) -> Node? {
        section[key].flatMap { node($0, at: section.path.key(key), place: "\(place).\(key)", &nodes) }
    }

    private mutating func voicemail(_ section: DocumentSection) -> Voicemail? {
        // `voicemail:` with nothing after it is one without options.
        let options = section["voicemail"].map {
            self.section($0, at: section.path.key("voicemail"), keys: ["greeting", "max_seconds"])
        }
        guard let options else { return Voicemail(greeting: "", maxSeconds: 180) }
        return options.map { options in
            let greeting = text(options, "greeting") ?? ""
            return Voicemail(greeting: greeting, maxSeconds: integer(options, "max_seconds", in: 1...3600) ?? 180)
        }
    }

    private mutating func reject(_ section: DocumentSection) -> RejectCause? {
        let cause = word(section, "reject", as: RejectCause.self)
        if section["reject"] == nil {
            report(section.path.key("reject"), line: section.line, "says nothing; write one of busy, not_in_service, declined")
        }
        return cause
    }
}
