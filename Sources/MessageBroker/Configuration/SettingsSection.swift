import Yams

/// One mapping of the file while it is read: each setting is taken by its key; what nobody took is unknown. Problems are collected, not thrown, so that all show at once.
struct SettingsSection {
    private struct Entry {
        var node: Node
        var line: Int?
    }

    /// Where it stands, as in `services[test.v1.Jobs].`; empty at the top.
    private let prefix: String
    private var entries: [String: Entry] = [:]
    private var known: [String] = []
    private(set) var problems: [ConfigurationError.Problem] = []

    init(_ mapping: Node.Mapping, prefix: String = "") {
        self.prefix = prefix
        for (key, node) in mapping {
            guard case .scalar(let name) = key else {
                problems.append(.init(path: String(prefix.dropLast()), line: key.mark?.line, message: "a key must be a word"))
                continue
            }
            entries[name.string] = Entry(node: node, line: key.mark?.line)
        }
    }

    /// Keys in the order of the alphabet.
    var keys: [String] { entries.keys.sorted() }

    mutating func refuse(_ key: String, _ message: String) {
        problems.append(.init(path: prefix + key, line: entries[key]?.line, message: message))
    }

    mutating func adopt(_ problems: [ConfigurationError.Problem]) {
        self.problems += problems
    }

    /// The setting's text; nil where it is absent, or refused because it is no single value.
    mutating func text(_ key: String) -> String? {
        known.append(key)
        guard let entry = entries[key] else { return nil }
        guard case .scalar(let scalar) = entry.node, !scalar.isNull else {
            refuse(key, entry.node.isNull ? "has no value: give it one, or leave the key out" : "must be a single value")
            return nil
        }
        return scalar.string
    }

    /// One text or a list of texts.
    mutating func texts(_ key: String) -> [String]? {
        known.append(key)
        guard let entry = entries[key] else { return nil }
        switch entry.node {
        case .scalar(let scalar) where !scalar.isNull: return [scalar.string]
        case .sequence(let list):
            let texts = list.compactMap { if case .scalar(let scalar) = $0, !scalar.isNull { scalar.string } else { nil } }
            if texts.count == list.count { return texts }
        default: break
        }
        refuse(key, "must be a list of words")
        return nil
    }

    /// A mapping inside; empty where it is null. Nil where it is absent or refused.
    mutating func section(_ key: String, prefix inner: String) -> SettingsSection? {
        known.append(key)
        guard let entry = entries[key] else { return nil }
        if case .mapping(let mapping) = entry.node { return SettingsSection(mapping, prefix: inner) }
        if entry.node.isNull { return SettingsSection([:], prefix: inner) }
        refuse(key, "must hold settings, as in \"\(key): {…}\"")
        return nil
    }

    mutating func isNull(_ key: String) -> Bool {
        entries[key]?.node.isNull ?? false
    }

    mutating func forget(_ key: String) {
        known.append(key)
    }

    /// Refuses what was not taken.
    mutating func refuseUnknown() {
        for key in keys where !known.contains(key) {
            let nearest = NearestWord.nearest(to: key, among: known)
            refuse(key, nearest.map { "unknown key; did you mean \($0)?" } ?? "unknown key; known here: \(known.sorted().joined(separator: ", "))")
        }
    }
}

extension Node {
    var isNull: Bool {
        if case .scalar(let scalar) = self { scalar.isNull } else { false }
    }
}

extension Node.Scalar {
    /// Written as nothing, `~` or `null`, and not in quotes.
    var isNull: Bool {
        style != .singleQuoted && style != .doubleQuoted && ["", "~", "null"].contains(string)
    }
}
