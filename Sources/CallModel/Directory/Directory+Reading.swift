extension Directory {
    /// Reads and validates a document, YAML or JSON (directory.md).
    ///
    /// - Throws: every problem of the document at once.
    public convenience init(yaml text: String, version: UInt64) throws(DirectoryError) {
        let document: DocumentValue
        if let json = JSONReader.read(text) { document = json } else { document = try DocumentValue(yaml: text) }
        var reader = DirectoryReader()
        let contents = reader.contents(document)
        guard let contents, reader.problems.isEmpty else { throw DirectoryError(problems: reader.problems) }
        self.init(version: version, contents: contents)
    }
}
