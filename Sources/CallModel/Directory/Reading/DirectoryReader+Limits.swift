extension DirectoryReader {
    mutating func limits(_ destination: DocumentSection, zone accountZone: ZoneRules) -> [Limit] {
        items(destination, "limits").compactMap { limit($0.value, at: $0.path, zone: accountZone) }
    }

    private mutating func limit(_ value: DocumentValue, at path: DocumentPath, zone accountZone: ZoneRules) -> Limit? {
        guard let section = section(value, at: path, keys: ["max", "per", "count", "time_zone", "from"]) else { return nil }
        let max = requiredInteger(section, "max", in: 0...Int.max, example: "10")
        let per = requiredWord(section, "per", as: Limit.Period.self)
        let count = word(section, "count", as: Limit.Count.self) ?? .attempts
        let zone = zone(section) ?? accountZone
        let from = date(section, "from")
        guard let max, let per else { return nil }
        return Limit(max: max, per: per, count: count, zone: zone, from: from)
    }
}
