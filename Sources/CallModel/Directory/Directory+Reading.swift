extension Directory {
    /// Bytes of text; places in it fit into 32 bits.
    public static let largestDocument = 1 << 30

    /// Reads and validates a document, YAML or JSON (directory.md).
    ///
    /// - Throws: every problem of the document at once.
    public convenience init(yaml text: String, version: UInt64) throws(DirectoryError) {
        guard text.utf8.count <= Self.largestDocument else {
            let message = "the document has \(text.utf8.count) bytes; at most \(Self.largestDocument) are read"
            throw DirectoryError(problems: [DirectoryProblem(path: "", message: message)])
        }
        let document: DocumentValue
        if let json = JSONReader.read(text) { document = json } else { document = try DocumentValue(yaml: text) }
        var reader = DirectoryReader()
        let contents = reader.contents(document)
        guard let contents, reader.problems.isEmpty else { throw DirectoryError(problems: reader.problems) }
        self.init(version: version, contents: contents)
    }
}
