/// Reads a document into a directory's contents, and goes on after a problem so that every one is listed.
struct DirectoryReader {
    private(set) var problems: [DirectoryProblem] = []

    mutating func report(_ path: DocumentPath, line: Int?, _ message: String) {
        problems.append(DirectoryProblem(path: path.description, message: message, line: line))
    }

    /// The value as a map with no other keys than `keys`; nil, reported, when it is none.
    mutating func section(_ value: DocumentValue, at path: DocumentPath, keys: [String]) -> DocumentSection? {
        guard let section = section(value, at: path) else { return nil }
        checkKeys(of: section, keys)
        return section
    }

    mutating func section(_ value: DocumentValue, at path: DocumentPath) -> DocumentSection? {
        guard case .mapping(let entries, let line) = value else {
            report(path, line: value.line, "\(value.summary) is not a map; write keys with their values")
            return nil
        }
        for entry in repeated(entries) {
            report(path.key(entry.key), line: entry.line, "stands twice in one map; leave one of them")
        }
        return DocumentSection(path: path, line: line, entries: entries)
    }

    private func repeated(_ entries: [DocumentValue.Entry]) -> [DocumentValue.Entry] {
        // A set costs more than it saves where there are few keys, as in a million tracking numbers.
        if entries.count <= 8 {
            return entries.indices.filter { place in entries[..<place].contains { $0.key == entries[place].key } }.map { entries[$0] }
        }
        var seen: Set<String> = []
        return entries.filter { !seen.insert($0.key).inserted }
    }

    mutating func checkKeys(of section: DocumentSection, _ keys: [String]) {
        for entry in section.entries where !keys.contains(entry.key) {
            let key = entry.key
            let remedy = nearestWord(to: key, among: keys).map { "did you mean \($0)?" }
                ?? "the keys here are \(keys.joined(separator: ", "))"
            report(section.path.key(key), line: entry.line, "unknown key \(quoted(key)); \(remedy)")
        }
    }

    /// The items of a list with their paths; empty, reported, when it is none; empty when it is missing.
    mutating func items(_ section: DocumentSection, _ key: String) -> [(path: DocumentPath, value: DocumentValue)] {
        guard let value = section[key] else { return [] }
        return items(value, at: section.path.key(key))
    }

    mutating func items(_ value: DocumentValue, at path: DocumentPath) -> [(path: DocumentPath, value: DocumentValue)] {
        guard case .sequence(let items, _) = value else {
            report(path, line: value.line, "\(value.summary) is not a list; write [ … ]")
            return []
        }
        return items.enumerated().map { (path.item($0.offset), $0.element) }
    }

    /// Nil when it is missing, or reported.
    mutating func text(_ section: DocumentSection, _ key: String) -> String? {
        section[key].flatMap { text($0, at: section.path.key(key)) }
    }

    mutating func text(_ value: DocumentValue, at path: DocumentPath) -> String? {
        guard case .scalar(let scalar) = value else {
            report(path, line: value.line, "\(value.summary) is not a text; write one value")
            return nil
        }
        return scalar.text
    }

    /// Nil when it is missing or empty, which is reported.
    mutating func requiredText(_ section: DocumentSection, _ key: String, example: String) -> String? {
        guard section[key] != nil else {
            report(section.path.key(key), line: section.line, "is missing; write \(key): \(example)")
            return nil
        }
        guard let text = text(section, key) else { return nil }
        guard !text.isEmpty else {
            report(section.path.key(key), line: section.line(of: key), "is empty; write \(key): \(example)")
            return nil
        }
        return text
    }

    mutating func flag(_ section: DocumentSection, _ key: String, default standard: Bool) -> Bool {
        guard let value = section[key] else { return standard }
        if case .scalar(let scalar) = value, scalar.isPlain {
            switch scalar.text {
            case "true", "True", "TRUE": return true
            case "false", "False", "FALSE": return false
            default: break
            }
        }
        report(section.path.key(key), line: value.line, "\(value.summary) is not a truth value; write true or false")
        return standard
    }

    mutating func integer(_ section: DocumentSection, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = section[key] else { return nil }
        if case .scalar(let scalar) = value, scalar.isPlain, let number = Int(scalar.text), range.contains(number) { return number }
        let bounds = range.upperBound == .max ? "of \(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
        report(section.path.key(key), line: value.line, "\(value.summary) is not allowed; write a whole number \(bounds)")
        return nil
    }

    /// Nil when it is missing, or reported.
    mutating func requiredInteger(_ section: DocumentSection, _ key: String, in range: ClosedRange<Int>, example: String) -> Int? {
        if section[key] == nil { report(section.path.key(key), line: section.line, "is missing; write \(key): \(example)") }
        return integer(section, key, in: range)
    }

    /// One of an enumeration's words; nil when it is missing, or reported.
    mutating func requiredWord<Word: RawRepresentable<String> & CaseIterable>(
        _ section: DocumentSection, _ key: String, as type: Word.Type
    ) -> Word? {
        if section[key] == nil {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            report(section.path.key(key), line: section.line, "is missing; write one of \(words)")
        }
        return word(section, key, as: type)
    }

    /// One of an enumeration's words.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ section: DocumentSection, _ key: String, as type: Word.Type
    ) -> Word? {
        guard let value = section[key], let text = text(section, key) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            report(section.path.key(key), line: value.line, "\(quoted(text)) is not allowed; write one of \(words)")
            return nil
        }
        return word
    }

    /// The place of what `text` names; a dangling reference is reported with the nearest candidate.
    mutating func place(
        of text: String, in places: [String: Int], _ kind: String, at path: DocumentPath, line: Int?
    ) -> Int? {
        if let place = places[text] { return place }
        let remedy = nearestWord(to: text, among: places.keys.sorted()).map { "did you mean \(quoted($0))?" }
            ?? "add it to \(kind)s"
        report(path, line: line, "there is no \(kind) \(quoted(text)); \(remedy)")
        return nil
    }

    mutating func place(_ section: DocumentSection, _ key: String, in places: [String: Int], _ kind: String) -> Int? {
        guard let value = section[key], let text = text(section, key) else { return nil }
        return place(of: text, in: places, kind, at: section.path.key(key), line: value.line)
    }

    /// The zone a `time_zone:` names; nil when it is missing, or reported.
    mutating func zone(_ section: DocumentSection) -> ZoneRules? {
        guard let value = section["time_zone"], let text = text(section, "time_zone") else { return nil }
        if let zone = ZoneRules.named(text) { return zone }
        let remedy = text.contains("/") ? nearestWord(to: text, among: ZoneRules.names) : nil
        report(
            section.path.key("time_zone"), line: value.line,
            "\(quoted(text)) is no IANA region/city name; "
                + (remedy.map { "did you mean \($0)?" } ?? "write one such as America/New_York, or Etc/UTC"))
        return nil
    }
}
