extension DirectoryReader {
    /// The key that says what a node is, with the keys it may have beside it.
    private static let kinds: [(key: String, options: [String])] = [
        ("dial", ringOptions), ("simultaneous", ringOptions), ("sequential", ringOptions), ("round_robin", ringOptions),
        ("weighted", ringOptions), ("priority", ringOptions), ("schedule", ["open", "closed"]), ("branches", ["otherwise", "time_zone"]),
        ("keypad", ["prompt", "timeout_seconds", "retries", "invalid", "no_input"]), ("prefix", ["otherwise"]),
        ("zip", ["prompt", "otherwise"]), ("caller", ["otherwise"]), ("source", ["otherwise"]), ("voicemail", []), ("reject", []), ("go", []),
    ]
    private static let ringOptions = ["ring_seconds", "screening", "then", "sticky_days", "avoid_days"]

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
        let found = section.keys.filter(names.contains)
        guard found.count == 1, let key = found.first else {
            let said =
                found.isEmpty
                ? "is no node (\(section.keys.joined(separator: ", ")))" : "is several nodes (\(found.joined(separator: ", ")))"
            report(path, line: section.line, "\(said); write exactly one of \(names.joined(separator: ", "))")
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
        case "prefix": .prefix(prefixBranch(section, place: place, &nodes))
        case "keypad": .keypad(keypadBranch(section, place: place, &nodes))
        case "zip": .zip(zipBranch(section, place: place, &nodes))
        case "caller": callerBranch(section, place: place, &nodes).map(Step.caller)
        case "source": .source(sourceBranch(section, place: place, &nodes))
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

    /// The nodes under the keys of a map, each with what `read` makes of its key; a key or a node that is none is reported and left out.
    mutating func children<Key>(
        _ section: DocumentSection, _ key: String, example: String, place: String, _ nodes: inout NodeReading,
        read: (inout DirectoryReader, _ key: String, DocumentPath, _ line: Int) -> Key?
    ) -> [(key: Key, to: Node)] {
        let path = section.path.key(key)
        guard let value = section[key] else {
            report(path, line: section.line, "leads nowhere; write {\(example): {dial: …}}")
            return []
        }
        guard let map = self.section(value, at: path) else { return [] }
        if map.keys.isEmpty { report(path, line: value.line, "leads nowhere; write {\(example): {dial: …}}") }
        var children: [(key: Key, to: Node)] = []
        for entry in map.entries {
            let read = read(&self, entry.key, path.key(entry.key), entry.line)
            if entry.value.isNull { report(path.key(entry.key), line: entry.line, "leads nowhere; write a node") }
            if let to = child(map, entry.key, place: "\(place).\(key)", &nodes), let read { children.append((read, to)) }
        }
        return children
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
