extension DirectoryReader {
    private static let longestLease = 31_536_000

    /// Adds the pools' numbers to `numbers`, and makes those that are there already the pools'.
    mutating func pools(
        _ root: DocumentSection, flows: [String: Int], owned: [PhoneNumber: String], country: Country?, _ numbers: inout NumberTable.Builder
    ) -> [NumberPool] {
        var pools: [NumberPool] = []
        var places: [String: Int] = [:]
        for (path, value) in items(root, "pools") {
            let keys = [
                "id", "name", "flow", "numbers", "lease_seconds", "max_lease_seconds", "cooldown_seconds", "overflow", "source",
            ]
            guard let section = section(value, at: path, keys: keys) else { continue }
            let id = uniqueID(section, example: "website", taken: places)
            let name = text(section, "name")
            let flow = place(section, "flow", in: flows, "flow")
            var members = PoolMembers(pool: pools.count, flow: flow, ids: pools.map(\.id) + [id ?? ""], owned: owned, country: country)
            if section["numbers"] == nil {
                report(path.key("numbers"), line: section.line, "is missing; write numbers: [\"+12125550180\"]")
            }
            for (path, value) in items(section, "numbers") { member(value, at: path, &members, &numbers) }
            let inRow = members.numbers
            if let value = section["overflow"] { member(value, at: path.key("overflow"), &members, &numbers) }
            let (lease, longest) = leases(section)
            let cooldown = integer(section, "cooldown_seconds", in: 0...Self.longestLease)
            let source = source(section)
            if let id { places[id] = pools.count }
            pools.append(
                NumberPool(
                    id: id ?? "", name: name ?? "", flow: flow, numbers: inRow, overflow: members.numbers.dropFirst(inRow.count).first,
                    leaseSeconds: lease, maxLeaseSeconds: longest, cooldownSeconds: cooldown ?? 300, source: source))
        }
        return pools
    }

    private mutating func leases(_ section: DocumentSection) -> (lease: Int, longest: Int) {
        let lease = integer(section, "lease_seconds", in: 1...Self.longestLease) ?? 1800
        let longest = integer(section, "max_lease_seconds", in: 1...Self.longestLease)
        if let longest, longest < lease {
            report(
                section.path.key("max_lease_seconds"), line: section.line(of: "max_lease_seconds"),
                "\(longest) is less than one lease; write lease_seconds (\(lease)) or more")
        }
        return (lease, longest ?? max(lease, 86_400))
    }

    private mutating func member(
        _ value: DocumentValue, at path: DocumentPath, _ members: inout PoolMembers, _ numbers: inout NumberTable.Builder
    ) {
        guard let text = text(value, at: path), let number = number(text, at: path, line: value.line, country: members.country) else { return }
        refuseDestination(number, members.owned, at: path, line: value.line)
        guard let place = numbers.place(of: number) else {
            numbers.add(TrackingNumber(number: number, flow: members.flow, pool: members.pool))
            members.numbers.append(number)
            return
        }
        let known = numbers.table[place]
        if let pool = known.pool {
            let home = pool == members.pool ? "this pool" : "pool \(quoted(members.ids[pool]))"
            report(path, line: value.line, "\(number.e164) is in \(home) already; a number has one place in one pool")
            return
        }
        if known.state == .pending || known.state == .released {
            report(
                path, line: value.line,
                "\(number.e164) is \(known.state.rawValue), and such a number takes no calls; make it active in numbers, or leave it out here")
        }
        numbers.join(place, pool: members.pool, flow: members.flow)
        members.numbers.append(number)
    }
}

/// Where the reading of one pool's numbers stands.
private struct PoolMembers {
    /// Its place in the list of pools.
    let pool: Int
    let flow: Int?
    /// Of the pools so far, this one among them.
    let ids: [String]
    /// Numbers of destinations.
    let owned: [PhoneNumber: String]
    let country: Country?
    var numbers: [PhoneNumber] = []
}
