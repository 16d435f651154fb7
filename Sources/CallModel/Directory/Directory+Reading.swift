extension Directory {
    /// Bytes of text; places in it fit into 32 bits.
    public static let largestDocument = 1 << 30

    /// Reads and validates a document, YAML or JSON (directory.md).
    ///
    /// - Throws: every problem of the document at once.
    public convenience init(yaml text: String, version: UInt64) throws(DirectoryError) {
        self.init(version: version, contents: try Self.contents(text).contents)
    }

    /// The same, and the document without its `numbers`: its outline, from which the directory can be made again with `numbers` alone.
    package static func read(_ text: String, version: UInt64) throws(DirectoryError) -> (directory: Directory, outline: DocumentValue) {
        let (contents, root) = try contents(text)
        return (Directory(version: version, contents: contents), root.without("numbers"))
    }

    /// A directory that has been read before.
    ///
    /// - Throws: what this program finds wrong with it; another one may have read it.
    package convenience init(outline: DocumentValue, numbers: NumberTable, version: UInt64) throws(DirectoryError) {
        var reader = DirectoryReader()
        let contents = reader.contents(outline, .known(numbers))
        guard let contents, reader.problems.isEmpty else { throw DirectoryError(problems: reader.problems) }
        guard numbers.fits(flows: contents.flows.count, destinations: contents.destinations.count, pools: contents.pools.count) else {
            throw DirectoryError(problems: [DirectoryProblem(path: "numbers", message: "do not belong to this document")])
        }
        self.init(version: version, contents: contents)
    }

    private static func contents(_ text: String) throws(DirectoryError) -> (contents: Contents, root: DocumentValue) {
        guard text.utf8.count <= Self.largestDocument else {
            let message = "the document has \(text.utf8.count) bytes; at most \(Self.largestDocument) are read"
            throw DirectoryError(problems: [DirectoryProblem(path: "", message: message)])
        }
        let document = try SplitDocument(text)
        var reader = DirectoryReader()
        let contents = reader.contents(document.root, document.numbers.map { .unread($0) } ?? .inDocument)
        guard let contents, reader.problems.isEmpty else { throw DirectoryError(problems: reader.problems) }
        return (contents, document.root)
    }
}

extension DocumentValue {
    /// A map without one of its keys.
    fileprivate func without(_ key: String) -> DocumentValue {
        guard case .mapping(let entries, let line) = self else { return self }
        return .mapping(entries.filter { $0.key != key }, line: line)
    }
}
