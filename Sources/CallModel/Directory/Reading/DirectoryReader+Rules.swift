extension DirectoryReader {
    mutating func sources(_ root: DocumentSection) -> [SourceRule] {
        items(root, "sources").compactMap { sourceRule($0.value, at: $0.path) }
    }

    private mutating func sourceRule(_ value: DocumentValue, at path: DocumentPath) -> SourceRule? {
        guard let section = section(value, at: path, keys: ["match", "source", "medium", "campaign"]) else { return nil }
        let parameters = SourceRule.Parameter.allCases.map(\.rawValue)
        let match = section["match"].flatMap { self.section($0, at: path.key("match"), keys: parameters) }
        var conditions: [SourceRule.Condition] = []
        for parameter in SourceRule.Parameter.allCases {
            guard let match, let value = text(match, parameter.rawValue) else { continue }
            if parameter == .referrer, value.contains("/") || value.contains(":") || value.contains(where: \.isUppercase) {
                report(
                    path.key("match").key(parameter.rawValue), line: match.line(of: parameter.rawValue),
                    "\(quoted(value)) is no host, and would never match; write it in small letters, without https:// and path, e.g. partner.example")
            }
            conditions.append(SourceRule.Condition(parameter: parameter, value: value))
        }
        if section["match"] == nil || match?.keys.isEmpty ?? false {
            report(path.key("match"), line: section.line, "has no condition; write {utm_source: adwords}")
        }
        let medium = text(section, "medium")
        let campaign = text(section, "campaign")
        guard let source = requiredText(section, "source", example: "google"), !conditions.isEmpty else { return nil }
        return SourceRule(conditions: conditions, source: StaticSource(source: source, medium: medium, campaign: campaign))
    }

    mutating func qualify(_ root: DocumentSection) -> [QualifyRule] {
        var rules: [QualifyRule] = []
        for (path, value) in items(root, "qualify") {
            guard let section = section(value, at: path, keys: ["name", "all", "any"]) else { continue }
            let name = requiredText(section, "name", example: "lead")
            if let name, rules.contains(where: { $0.name == name }) {
                report(path.key("name"), line: section.line(of: "name"), "\(quoted(name)) stands twice; give each rule its own name")
            }
            let given = QualifyRule.Combination.allCases.filter { section[$0.rawValue] != nil }
            guard given.count == 1, let combination = given.first else {
                report(path, line: section.line, "write either all: [ … ] or any: [ … ]")
                continue
            }
            let items = items(section, combination.rawValue)
            if items.isEmpty, section[combination.rawValue]?.isSequence ?? false {
                report(
                    path.key(combination.rawValue), line: section.line(of: combination.rawValue),
                    "has no condition; write one such as {talk_seconds: \">= 60\"}")
            }
            let conditions = items.compactMap { condition($0.value, at: $0.path) }
            if let name { rules.append(QualifyRule(name: name, combination: combination, conditions: conditions)) }
        }
        return rules
    }

    private mutating func condition(_ value: DocumentValue, at path: DocumentPath) -> RecordCondition? {
        guard let section = section(value, at: path, keys: RecordField.allCases.map(\.rawValue)) else { return nil }
        guard section.keys.count == 1, let key = section.keys.first else {
            report(path, line: section.line, "has \(section.keys.count) fields; write one, and each condition as an item of its own")
            return nil
        }
        guard let field = RecordField(rawValue: key) else { return nil }
        guard field.mayDecideQualification else {
            report(path.key(key), line: section.line(of: key), "is what the rules decide; look at what the call was, such as {talk_seconds: \">= 60\"}")
            return nil
        }
        return test(section, field).map { RecordCondition(field: field, test: $0) }
    }

    private mutating func test(_ section: DocumentSection, _ field: RecordField) -> RecordCondition.Test? {
        let key = field.rawValue
        guard let value = section[key] else {
            report(section.path.key(key), line: section.line, "says nothing; write what it must be")
            return nil
        }
        switch field.kind {
        case .number: return text(section, key).flatMap { comparison($0, at: section.path.key(key), line: value.line) }
        case .flag: return .flag(flag(section, key, default: false))
        case .choice where field == .outcome: return word(section, key, as: CallOutcome.self).map { .text($0.rawValue) }
        case .choice, .phone, .mark, .text, .list:
            guard let text = text(section, key) else { return nil }
            // Taken by the letter it would hold for no call.
            if let comparison = ["!=", ">=", "<="].first(where: text.hasPrefix) {
                report(section.path.key(key), line: value.line, "\(quoted(text)) compares, and only numbers are compared; write the text it must be, without \(comparison)")
                return nil
            }
            return .text(text)
        }
    }

    private mutating func comparison(_ text: String, at path: DocumentPath, line: Int) -> RecordCondition.Test? {
        let comparison = RecordCondition.Comparison.allCases.first { text.hasPrefix($0.rawValue) }
        let rest = text.dropFirst(comparison?.rawValue.count ?? 0).drop { $0 == " " }
        guard let number = Double(rest), number.isFinite else {
            report(path, line: line, "\(quoted(text)) is no comparison; write >=, <=, >, <, = or != and a number, such as \">= 60\"")
            return nil
        }
        return .number(comparison ?? .equal, number)
    }

    /// Their form alone: what a timeline's lines and the expectations mean is known where they are played.
    mutating func tests(_ root: DocumentSection) -> [DocumentValue] {
        for (path, value) in items(root, "tests") {
            guard let section = section(value, at: path, keys: ["name", "timeline", "expect"]) else { continue }
            _ = text(section, "name")
            for (key, example) in [("timeline", "{at: 2026-06-03T14:05:00Z, call: c1, …}"), ("expect", "{call: c1, outcome: answered}")] {
                let items = items(section, key)
                if items.isEmpty, section[key].map(\.isSequence) ?? true {
                    report(path.key(key), line: section.line, "is missing; write [\(example)]")
                }
                for item in items { _ = self.section(item.value, at: item.path) }
            }
        }
        guard case .sequence(let tests, _)? = root["tests"] else { return [] }
        return tests
    }
}
