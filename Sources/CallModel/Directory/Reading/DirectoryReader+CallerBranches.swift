extension DirectoryReader {
    mutating func callerBranch(_ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> CallerBranch? {
        let path = section.path.key("caller")
        guard let value = section["caller"] else {
            report(path, line: section.line, "leads nowhere; write {first_time: {dial: …}, repeat: {dial: …}}")
            return nil
        }
        guard let branches = self.section(value, at: path, keys: ["first_time", "repeat"]) else { return nil }
        if branches["first_time"] == nil, branches["repeat"] == nil {
            report(path, line: value.line, "leads nowhere; write {first_time: {dial: …}, repeat: {dial: …}}")
        }
        let firstTime = child(branches, "first_time", place: "\(place).caller", &nodes)
        let repeated = child(branches, "repeat", place: "\(place).caller", &nodes)
        return CallerBranch(firstTime: firstTime, repeated: repeated, otherwise: child(section, "otherwise", place: place, &nodes))
    }

    mutating func sourceBranch(_ section: DocumentSection, place: String, _ nodes: inout NodeReading) -> SourceBranch {
        let fields = SourceBranch.Field.allCases.map(\.rawValue)
        let items = items(section, "source")
        if items.isEmpty, section["source"].map(\.isSequence) ?? true {
            report(section.path.key("source"), line: section.line, "leads nowhere; write [{medium: cpc, to: {dial: …}}]")
        }
        var branches: [SourceBranch.Branch] = []
        for (number, (path, value)) in items.enumerated() {
            guard let branch = self.section(value, at: path, keys: fields + ["to"]) else { continue }
            let conditions = conditions(branch, &nodes)
            guard let to = target(branch, place: "\(place).source[\(number)]", &nodes) else { continue }
            branches.append(SourceBranch.Branch(conditions: conditions, to: to))
        }
        return SourceBranch(branches: branches, otherwise: child(section, "otherwise", place: place, &nodes))
    }

    private mutating func conditions(_ branch: DocumentSection, _ nodes: inout NodeReading) -> [SourceBranch.Condition] {
        var conditions: [SourceBranch.Condition] = []
        for field in SourceBranch.Field.allCases {
            guard let value = text(branch, field.rawValue) else { continue }
            conditions.append(SourceBranch.Condition(field: field, value: value))
            if !field.isStatic {
                let path = branch.path.key(field.rawValue)
                nodes.visitConditions.append(VisitCondition(field: field, path: path, line: branch.line(of: field.rawValue)))
            }
        }
        if conditions.isEmpty, !branch.keys.contains(where: { $0 != "to" }) {
            report(branch.path, line: branch.line, "has no condition; write one such as medium: cpc, or use otherwise")
        }
        return conditions
    }

    /// A number with a source of its own has no visit, so that its calls know no more than that source (directory.md §2, `source`).
    mutating func refuseVisitConditions(_ numbers: NumberTable, _ flows: FlowReading) {
        var users = numbers.firstWithSource(flows: flows.flows.count)
        var waiting = users.indices.filter { users[$0] != nil }
        while let flow = waiting.popLast() {
            for target in flows.flows[flow].successors where users[target] == nil {
                users[target] = users[flow]
                waiting.append(target)
            }
        }
        for (flow, conditions) in flows.visitConditions.enumerated() {
            guard let user = users[flow] else { continue }
            for condition in conditions {
                report(
                    condition.path, line: condition.line,
                    "\(condition.field.rawValue) is known of web visits only, and numbers[\(user)], which has a source of its own, comes here; "
                        + "use source, medium or campaign, or give that number another flow")
            }
        }
    }
}

/// A condition on what only a web visit tells.
struct VisitCondition {
    let field: SourceBranch.Field
    let path: DocumentPath
    let line: Int
}
