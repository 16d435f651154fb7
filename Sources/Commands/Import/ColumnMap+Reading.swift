import CallModel

extension ColumnMap {
    /// - Throws: `CommandFailure` with everything that is wrong with the file, a line each.
    static func read(_ path: String) throws(CommandFailure) -> ColumnMap {
        let text = try Files.text(path)
        do throws(DirectoryError) {
            var reader = ColumnMapReader(try DocumentValue(yaml: text))
            return try reader.map()
        } catch {
            throw CommandFailure(error.problems, of: path)
        }
    }
}

/// Reads a map, and collects what is wrong with it.
private struct ColumnMapReader {
    private let root: DocumentValue
    private var problems: [DirectoryProblem] = []

    private static let keys = [
        "provider", "country", "time_zone", "delimiter", "only", "call_id", "started_at", "to", "from", "destination", "duration_seconds", "ring_seconds",
        "talk_seconds", "outcome", "tags", "note", "value", "currency", "recording", "spam", "attributes",
    ]

    init(_ root: DocumentValue) { self.root = root }

    mutating func map() throws(DirectoryError) -> ColumnMap {
        guard case .mapping = root else {
            throw DirectoryError(problems: [DirectoryProblem(path: "", message: "is no map; it begins with provider: and a name")])
        }
        check(root, Self.keys, at: "")
        let provider = required("provider", "a name such as callrail")
        if provider.isEmpty || !provider.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }) || provider.utf8.count > 40 {
            report("provider", "\"\(provider)\" is no name; write up to 40 small letters, digits and -")
        }
        guard let zone = zone() else { throw DirectoryError(problems: problems) }
        var map = ColumnMap(
            provider: provider, zone: zone, callID: columns("call_id"), startedAt: [], to: required("to", "the column of the number dialled"), outcomes: [])
        map.country = country()
        readTime(into: &map)
        if let text = text("delimiter") {
            if text.utf8.count == 1, let byte = text.utf8.first, byte != UInt8(ascii: "\"") { map.delimiter = byte } else { report("delimiter", "is no single character; write \";\" or \"\\t\"") }
        }
        map.only = words("only")
        (map.from, map.destination, map.note) = (text("from"), text("destination"), text("note"))
        (map.duration, map.ring, map.talk) = (text("duration_seconds"), text("ring_seconds"), text("talk_seconds"))
        (map.value, map.currency, map.recording) = (text("value"), text("currency"), text("recording"))
        if let currency = map.currency, currency.utf8.count != 3 || !currency.utf8.allSatisfy({ (65...90).contains($0) }) {
            report("currency", "\"\(currency)\" is none; write the three letters of ISO 4217, such as USD")
        }
        map.spam = words("spam")
        readOutcome(into: &map)
        if let tags = root["tags"] {
            check(tags, ["column", "separator"], at: "tags")
            if let column = tags.word ?? tags["column"]?.word { map.tags = (column, tags["separator"]?.word ?? ",") } else { report("tags", "names no column") }
        }
        for (name, value) in entries("attributes") {
            if let column = value.word { map.attributes.append((name, column)) } else { report("attributes.\(name)", "is no column's name") }
        }
        if map.callID.isEmpty { report("call_id", "is missing; name the column of the calls' ids, or a list of columns that tell calls apart") }
        if !problems.isEmpty { throw DirectoryError(problems: problems) }
        return map
    }

    private mutating func readTime(into map: inout ColumnMap) {
        guard let value = root["started_at"] else { return report("started_at", "is missing; name the column of the calls' start") }
        if case .mapping = value {
            check(value, ["column", "columns", "format"], at: "started_at")
            map.startedAt = value["column"]?.word.map { [$0] } ?? value["columns"]?.words ?? []
            if let format = value["format"]?.word {
                map.format = TimePattern(format)
                if map.format == nil { report("started_at.format", "\"\(format)\" is no format; it is made of %Y %y %m %d %b %H %I %M %S %p %z %s and what stands between") }
            }
        } else {
            map.startedAt = columns("started_at")
        }
        if map.startedAt.isEmpty { report("started_at", "names no column") }
    }

    private mutating func readOutcome(into map: inout ColumnMap) {
        guard let items = root["outcome"]?.list, !items.isEmpty else {
            return report("outcome", "is missing; write a list of {column: …, words: {\"their word\": answered}} and {otherwise: missed}")
        }
        for (place, item) in items.enumerated() {
            let path = "outcome[\(place)]"
            check(item, ["column", "words", "otherwise"], at: path)
            if let word = item["otherwise"]?.word {
                map.otherwise = outcome(word, at: "\(path).otherwise")
            } else if let column = item["column"]?.word, case .mapping(let entries, _)? = item["words"] {
                var words: [String: ImportedOutcome] = [:]
                for entry in entries {
                    if let outcome = outcome(entry.value.word ?? "", at: "\(path).words.\(entry.key)") { words[entry.key.lowercased()] = outcome }
                }
                map.outcomes.append(ColumnMap.OutcomeWords(column: column, words: words))
            } else {
                report(path, "is neither {column: …, words: {…}} nor {otherwise: …}")
            }
        }
    }

    private mutating func outcome(_ word: String, at path: String) -> ImportedOutcome? {
        let outcome = ImportedOutcome(rawValue: word)
        if outcome == nil { report(path, "\"\(word)\" is no outcome; use \(ImportedOutcome.allCases.map(\.rawValue).joined(separator: ", "))") }
        return outcome
    }

    private mutating func zone() -> ZoneRules? {
        let name = text("time_zone") ?? "Etc/UTC"
        if let zone = ZoneRules.named(name) { return zone }
        report("time_zone", "\"\(name)\" is no zone; write its IANA name, e.g. America/New_York")
        return nil
    }

    private mutating func country() -> Country? {
        guard let code = text("country") else { return nil }
        let country = Country(code)
        if country == nil { report("country", "\"\(code)\" is no country; write its two letters, e.g. US") }
        return country
    }

    private mutating func words(_ key: String) -> ColumnMap.Words? {
        guard let value = root[key] else { return nil }
        check(value, ["column", "words"], at: key)
        guard let column = value["column"]?.word, let words = value["words"]?.words, !words.isEmpty else {
            report(key, "is not of the form {column: …, words: […]}")
            return nil
        }
        return ColumnMap.Words(column: column, words: Set(words.map { $0.lowercased() }))
    }

    private func columns(_ key: String) -> [String] { root[key].map { $0.word.map { [$0] } ?? $0.words ?? [] } ?? [] }

    private mutating func text(_ key: String) -> String? {
        guard let value = root[key] else { return nil }
        if value.word == nil { report(key, "is no text") }
        return value.word
    }

    private mutating func required(_ key: String, _ what: String) -> String {
        if let text = text(key), !text.isEmpty { return text }
        report(key, "is missing; write \(what)")
        return ""
    }

    private func entries(_ key: String) -> [(String, DocumentValue)] {
        guard case .mapping(let entries, _)? = root[key] else { return [] }
        return entries.map { ($0.key, $0.value) }
    }

    private mutating func check(_ value: DocumentValue, _ known: [String], at path: String) {
        guard case .mapping(let entries, _) = value else { return }
        for entry in entries where !known.contains(entry.key) {
            problems.append(
                DirectoryProblem(
                    path: path.isEmpty ? entry.key : "\(path).\(entry.key)", message: "is unknown here; use \(known.joined(separator: ", "))", line: entry.line))
        }
    }

    private mutating func report(_ path: String, _ message: String) {
        problems.append(DirectoryProblem(path: path, message: message, line: root[String(path.prefix { $0 != "." && $0 != "[" })]?.line))
    }
}

extension DocumentValue {
    fileprivate subscript(key: String) -> DocumentValue? {
        guard case .mapping(let entries, _) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    fileprivate var word: String? { if case .scalar(let scalar) = self { scalar.text } else { nil } }

    fileprivate var list: [DocumentValue]? { if case .sequence(let items, _) = self { items } else { nil } }

    fileprivate var words: [String]? {
        guard let list else { return nil }
        let words = list.compactMap(\.word)
        return words.count == list.count ? words : nil
    }
}
