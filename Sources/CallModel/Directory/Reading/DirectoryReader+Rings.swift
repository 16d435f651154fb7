extension DirectoryReader {
    /// At most so many phones ring at once (directory.md §2).
    private static let mostAtOnce = 10
    /// Of a weight; counters of a thousand such stay far below what an integer holds.
    private static let heaviest = 1_000_000_000

    mutating func ring(_ kind: Ring.Kind, _ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> Ring? {
        let members = kind == .weighted ? weighted(section, nodes.scope) : tiers(kind, section, nodes.scope).map { (tiers: $0, weights: []) }
        let ringSeconds = integer(section, "ring_seconds", in: 5...300) ?? kind.defaultRingSeconds
        let screening = flag(section, "screening", default: false)
        let stickiness = stickiness(section)
        let avoidance = avoidance(section)
        let then = child(section, "then", place: place, &nodes)
        return members.map { members in
            Ring(
                kind: kind, tiers: members.tiers, weights: members.weights, ringSeconds: ringSeconds, screening: screening,
                stickiness: stickiness, avoidance: avoidance, then: then)
        }
    }

    private mutating func tiers(_ kind: Ring.Kind, _ section: DocumentSection, _ scope: NodeScope) -> [[Int]]? {
        let key = kind.rawValue
        let path = section.path.key(key)
        guard let value = section[key] else {
            report(path, line: section.line, "names no destination; write \(kind.example)")
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
            if value.isSequence, items.count < 2 {
                report(path, line: value.line, "names \(items.count); write two destinations or more, or use dial")
            }
            if kind == .roundRobin { refuseRepeated(named, items) }
            return named.map { $0.map { [$0] } ?? [] }
        case .priority:
            let items = items(value, at: path)
            if value.isSequence, items.isEmpty {
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

    /// The pointer of a round robin stands at a destination, so each has one place.
    private mutating func refuseRepeated(_ named: [Int?], _ items: [(path: DocumentPath, value: DocumentValue)]) {
        var seen: Set<Int> = []
        for (place, item) in zip(named, items) {
            guard let place, !seen.insert(place).inserted else { continue }
            report(item.path, line: item.value.line, "\(item.value.summary) stands here already; name it once, or use weighted for a larger share")
        }
    }

    private mutating func weighted(_ section: DocumentSection, _ scope: NodeScope) -> (tiers: [[Int]], weights: [Int])? {
        let path = section.path.key("weighted")
        guard let value = section["weighted"] else {
            report(path, line: section.line, "names no destination; write \(Ring.Kind.weighted.example)")
            return nil
        }
        guard let map = self.section(value, at: path) else { return nil }
        if map.keys.isEmpty { report(path, line: value.line, "names no destination; write \(Ring.Kind.weighted.example)") }
        var members: (tiers: [[Int]], weights: [Int]) = ([], [])
        for id in map.keys {
            let place = place(of: id, in: scope.destinations, "destination", at: path.key(id), line: map.line(of: id))
            let weight = requiredInteger(map, id, in: 0...Self.heaviest, example: "50")
            guard let place, let weight else { continue }
            members.tiers.append([place])
            members.weights.append(weight)
        }
        return members
    }

    private mutating func stickiness(_ section: DocumentSection) -> Ring.Stickiness {
        guard let value = section["sticky_days"] else { return .off }
        if case .scalar(let scalar) = value {
            if scalar.text == "forever" { return .forever }
            if scalar.isPlain, let days = Int(scalar.text), (0...36_500).contains(days) { return days == 0 ? .off : .days(days) }
        }
        report(
            section.path.key("sticky_days"), line: value.line,
            "\(value.summary) is not allowed; write a whole number of days from 0 to 36500, or forever")
        return .off
    }

    private mutating func avoidance(_ section: DocumentSection) -> Ring.Avoidance? {
        guard let value = section["avoid_days"],
            let avoidance = self.section(value, at: section.path.key("avoid_days"), keys: ["after", "days"])
        else { return nil }
        let after = requiredWord(avoidance, "after", as: Ring.Avoidance.Occasion.self)
        let days = requiredInteger(avoidance, "days", in: 1...36_500, example: "30")
        guard let after, let days else { return nil }
        return Ring.Avoidance(after: after, days: days)
    }
}

extension Ring.Kind {
    /// What the node's value looks like.
    fileprivate var example: String {
        switch self {
        case .dial: "the id of one"
        case .simultaneous, .sequential, .roundRobin: "a list of ids"
        case .weighted: "ids with their weights, such as {a: 50, b: 25}"
        case .priority: "a list of lists of ids"
        }
    }
}
