/// A map of the document whose keys have been checked.
struct DocumentSection {
    let path: DocumentPath
    let line: Int
    let entries: [DocumentValue.Entry]

    init(path: DocumentPath, line: Int, entries: [DocumentValue.Entry]) {
        self.path = path
        self.line = line
        self.entries = entries
    }

    var keys: [String] { entries.map(\.key) }

    /// Of the key's value; of the map where there is none.
    func line(of key: String) -> Int { entries.first { $0.key == key }?.line ?? line }

    /// Nil when the key is missing or its value is null.
    subscript(key: String) -> DocumentValue? {
        guard let value = entries.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }
}
