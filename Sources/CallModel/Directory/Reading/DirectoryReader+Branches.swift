extension DirectoryReader {
    mutating func scheduleBranch(_ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> ScheduleBranch? {
        if section["schedule"] == nil {
            report(section.path.key("schedule"), line: section.line, "names no schedule; write the id of one")
        }
        let schedule = self.place(section, "schedule", in: nodes.scope.schedules, "schedule")
        let open = child(section, "open", place: place, &nodes)
        let closed = child(section, "closed", place: place, &nodes)
        return schedule.map { ScheduleBranch(schedule: $0, open: open, closed: closed) }
    }

    mutating func clockBranch(_ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> ClockBranch? {
        nodes.zone = zone(section) ?? nodes.zone
        let zone = nodes.zone
        var branches: [ClockBranch.Branch] = []
        for (number, (path, value)) in items(section, "branches").enumerated() {
            guard let branch = self.section(value, at: path, keys: ["days", "between", "to"]) else { continue }
            let days = days(branch)
            let window = text(branch, "between").flatMap { self.window($0, at: path.key("between"), line: branch.line(of: "between")) }
            if branch["days"] == nil, branch["between"] == nil {
                report(path, line: branch.line, "has no condition; write days: or between:, or use otherwise")
            }
            guard let to = target(branch, place: "\(place).branches[\(number)]", &nodes) else { continue }
            branches.append(ClockBranch.Branch(days: days, window: window ?? .wholeDay, to: to))
        }
        let otherwise = child(section, "otherwise", place: place, &nodes)
        return ClockBranch(zone: zone, branches: branches, otherwise: otherwise)
    }

    private mutating func days(_ branch: DocumentSection) -> Set<Weekday> {
        var days: Set<Weekday> = []
        for (path, value) in items(branch, "days") {
            guard let text = text(value, at: path) else { continue }
            guard let day = Weekday(text) else {
                report(path, line: value.line, "\(quoted(text)) is no day; write mon, tue, wed, thu, fri, sat or sun")
                continue
            }
            days.insert(day)
        }
        if let value = branch["days"], case .sequence(let items, _) = value, items.isEmpty {
            report(branch.path.key("days"), line: value.line, "names no day; write mon, tue, … or leave days out for every day")
        }
        return days
    }

    /// Where a branch leads; nil, reported, when it is missing.
    mutating func target(_ branch: DocumentSection, place: String, _ nodes: inout NodeReading) -> Node? {
        guard branch["to"] != nil else {
            report(branch.path.key("to"), line: branch.line, "is missing; write to: {dial: …} or another node")
            return nil
        }
        return child(branch, "to", place: place, &nodes)
    }

    mutating func prefixBranch(_ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> PrefixBranch {
        let branches = children(section, "prefix", example: "\"+1312\"", place: place, &nodes) { reader, key, path, line in
            reader.prefix(key, at: path, line: line)
        }
        return PrefixBranch(
            branches: branches.map { PrefixBranch.Branch(prefix: $0.key, to: $0.to) },
            otherwise: child(section, "otherwise", place: place, &nodes))
    }
}
