/// A long list of a document whose form has been checked, and whose items are read one at a time: as a tree, a million numbers would
/// take half a gigabyte.
struct UnreadList: Sendable {
    let text: String
    /// Where its first item begins.
    let start: Place
    let count: Int
    let form: Form

    struct Place: Sendable {
        /// In bytes.
        var offset: Int
        var line: Int
    }

    enum Form: Sendable {
        case json
        /// Spaces before the dash of each item.
        case lines(indent: Int)
    }

    func forEach(_ body: (DocumentValue) -> Void) {
        var text = text
        text.withUTF8 { bytes in
            switch form {
            case .json:
                var reader = JSONReader(bytes: bytes, at: start)
                for _ in 0..<count { reader.nextItem().map(body) }
            case .lines(let indent):
                var reader = NumberLines(bytes: bytes, at: start, indent: indent)
                for _ in 0..<count { reader.nextItem().map(body) }
            }
        }
    }
}

/// A document, with its list of numbers left unread where its form allows.
struct SplitDocument {
    /// `numbers` is an empty list where it is left unread.
    let root: DocumentValue
    let numbers: UnreadList?

    init(_ text: String) throws(DirectoryError) {
        if let (root, numbers) = JSONReader.split(text) {
            self.root = root
            self.numbers = numbers
        } else if let (rest, numbers) = NumberLines.split(text) {
            let root = try DocumentValue(yaml: rest)
            guard let root = root.emptying(keyAt: numbers.start.line) else {
                self.root = try DocumentValue(yaml: text)
                self.numbers = nil
                return
            }
            self.root = root
            self.numbers = numbers
        } else {
            root = try DocumentValue(yaml: text)
            numbers = nil
        }
    }
}

extension DocumentValue {
    /// The map with an empty list for its `numbers`; nil unless it has nothing there, in the last line before `line` that says something.
    fileprivate func emptying(keyAt line: Int) -> DocumentValue? {
        guard case .mapping(var entries, let ownLine) = self else { return nil }
        let places = entries.indices.filter { entries[$0].key == "numbers" }
        guard places.count == 1, let place = places.first, entries[place].value.isNull, entries[place].line < line,
            !entries.contains(where: { $0.line > entries[place].line && $0.line < line })
        else { return nil }
        entries[place].value = .sequence([], line: line)
        return .mapping(entries, line: ownLine)
    }
}
