extension DirectoryReader {
    /// At most so many phones ring at once (directory.md §2).
    private static let mostAtOnce = 10

    mutating func ring(_ kind: Ring.Kind, _ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> Ring? {
        let tiers = tiers(kind, section, nodes.scope)
        let ringSeconds = integer(section, "ring_seconds", in: 5...300) ?? kind.defaultRingSeconds
        let screening = flag(section, "screening", default: false)
        refuseStickiness(section)
        let then = child(section, "then", place: place, &nodes)
        return tiers.map { Ring(kind: kind, tiers: $0, ringSeconds: ringSeconds, screening: screening, then: then) }
    }

    private mutating func tiers(_ kind: Ring.Kind, _ section: DocumentSection, _ scope: NodeScope) -> [[Int]]? {
        let key = kind.rawValue
        let path = section.path.key(key)
        guard let value = section[key] else {
            report(path, line: section.line, "names no destination; write the id of one, or a list of ids")
            return nil
        }
        switch kind {
        case .dial:
            return place(section, key, in: scope.destinations, "destination").map { [[$0]] }
        case .simultaneous:
            return together(value, at: path, least: 2, scope).map { [$0] }
        case .sequential, .roundRobin, .weighted:
            let items = items(value, at: path)
            let named = items.map { destination($0.value, at: $0.path, scope) }
            if case .sequence = value, items.count < 2 {
                report(path, line: value.line, "names \(items.count); write two destinations or more, or use dial")
            }
            return named.map { $0.map { [$0] } ?? [] }
        case .priority:
            let items = items(value, at: path)
            if case .sequence = value, items.isEmpty {
                report(path, line: value.line, "has no tier; write a list of lists, such as [[a, b], [c]]")
            }
            return items.map { together($0.value, at: $0.path, least: 1, scope) ?? [] }
        }
    }

    /// Destinations that ring at once; nil, reported, when it is no list.
    private mutating func together(_ value: DocumentValue, at path: DocumentPath, least: Int, _ scope: NodeScope) -> [Int]? {
        guard case .sequence = value else {
            report(path, line: value.line, "\(value.summary) is not a list of destinations; write [ … ]")
            return nil
        }
        let items = items(value, at: path)
        if !(least...Self.mostAtOnce).contains(items.count) {
            report(path, line: value.line, "names \(items.count); write \(least) to \(Self.mostAtOnce) destinations")
        }
        var places: [Int] = []
        for item in items {
            guard let place = destination(item.value, at: item.path, scope) else { continue }
            if places.contains(place) {
                report(item.path, line: item.value.line, "\(item.value.summary) rings here already; name it once")
            }
            places.append(place)
        }
        return places
    }

    private mutating func destination(_ value: DocumentValue, at path: DocumentPath, _ scope: NodeScope) -> Int? {
        text(value, at: path).flatMap { place(of: $0, in: scope.destinations, "destination", at: path, line: value.line) }
    }

    /// Both need a caller's history; 0 days of stickiness are none.
    private mutating func refuseStickiness(_ section: DocumentSection) {
        if let value = section["sticky_days"] {
            if case .scalar(let scalar) = value, scalar.isPlain, scalar.text == "0" { return }
            report(section.path.key("sticky_days"), line: value.line, "not supported by this version; leave it out or write 0")
        }
        if let value = section["avoid_days"] {
            report(section.path.key("avoid_days"), line: value.line, "not supported by this version; leave it out")
        }
    }
}
