/// One difference between two documents of an account.
package struct DocumentChange: Hashable, Sendable {
    /// Where, with ids in place of numbers: "destinations[front-desk].enabled".
    package let path: String
    /// JSON; nil where there was nothing.
    package let was: String?
    /// JSON; nil where there is nothing any more.
    package let isNow: String?
}

extension DocumentChange {
    /// What must be done to `old` to get `new`, in the order of the documents.
    package static func between(_ old: DocumentValue, _ new: DocumentValue) -> [DocumentChange] {
        var changes: [DocumentChange] = []
        compare(old, new, .root, &changes)
        return changes
    }

    private static func compare(_ old: DocumentValue?, _ new: DocumentValue?, _ path: DocumentPath, _ changes: inout [DocumentChange]) {
        switch (old, new) {
        case (.mapping(let old, _), .mapping(let new, _)):
            compare(old.map { ($0.key, $0.value) }, new.map { ($0.key, $0.value) }, { path.key($0) }, &changes)
        case (.sequence(let old, _), .sequence(let new, _)):
            if let (before, after) = named(old, new) {
                compare(before, after, { .named($0, of: path) }, &changes)
            } else if old.allSatisfy(\.isMapping), new.allSatisfy(\.isMapping) {
                for place in 0..<max(old.count, new.count) {
                    compare(place < old.count ? old[place] : nil, place < new.count ? new[place] : nil, path.item(place), &changes)
                }
            } else {
                note(.sequence(old, line: 0), .sequence(new, line: 0), path, &changes)
            }
        default: note(old, new, path, &changes)
        }
    }

    private static func compare(
        _ old: [(key: String, value: DocumentValue)], _ new: [(key: String, value: DocumentValue)], _ path: (String) -> DocumentPath,
        _ changes: inout [DocumentChange]
    ) {
        let after = Dictionary(new.map { ($0.key, $0.value) }) { first, _ in first }
        let before = Set(old.map(\.key))
        for (key, value) in old { compare(value, after[key], path(key), &changes) }
        for (key, value) in new where !before.contains(key) { compare(nil, value, path(key), &changes) }
    }

    private static func note(_ old: DocumentValue?, _ new: DocumentValue?, _ path: DocumentPath, _ changes: inout [DocumentChange]) {
        let (was, isNow) = (old?.json, new?.json)
        if was != isNow { changes.append(DocumentChange(path: path.description, was: was, isNow: isNow)) }
    }

    /// The items of two lists by what names them: id, number or name; nil where there is an item without such a name, or two have the same.
    private static func named(
        _ old: [DocumentValue], _ new: [DocumentValue]
    ) -> (old: [(key: String, value: DocumentValue)], new: [(key: String, value: DocumentValue)])? {
        for key in ["id", "number", "name"] {
            let lists = [old, new].map { list in list.compactMap { item in item[key]?.scalarText.map { (key: $0, value: item) } } }
            guard lists[0].count == old.count, lists[1].count == new.count else { continue }
            guard lists.allSatisfy({ list in Set(list.map(\.key)).count == list.count }) else { return nil }
            return (lists[0], lists[1])
        }
        return nil
    }
}

extension DocumentValue {
    fileprivate var isMapping: Bool {
        if case .mapping = self { true } else { false }
    }

    fileprivate var scalarText: String? {
        if case .scalar(let scalar) = self { scalar.text } else { nil }
    }

    /// Reads a document, YAML or JSON, whatever it says.
    package static func read(_ text: String) throws(DirectoryError) -> DocumentValue {
        let split = try SplitDocument(text)
        guard let numbers = split.numbers, case .mapping(var entries, let line) = split.root else { return split.root }
        var items: [DocumentValue] = []
        items.reserveCapacity(numbers.count)
        numbers.forEach { items.append($0) }
        for place in entries.indices where entries[place].key == "numbers" { entries[place].value = .sequence(items, line: entries[place].line) }
        return .mapping(entries, line: line)
    }
}
