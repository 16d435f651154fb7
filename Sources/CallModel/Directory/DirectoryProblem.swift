/// One thing wrong in a directory document, with its remedy.
public struct DirectoryProblem: Hashable, Sendable, CustomStringConvertible {
    /// Where, e.g. "flows[0].start.ring_seconds"; empty for the document itself.
    public let path: String
    /// What is wrong and what would be right.
    public let message: String
    /// Line of the document, from 1; nil where it has none.
    public let line: Int?

    public init(path: String, message: String, line: Int? = nil) {
        self.path = path
        self.message = message
        self.line = line
    }

    /// `path: what is wrong, what would be right`.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// A directory document that is refused whole: every problem in it, in the order of the document.
public struct DirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    public let problems: [DirectoryProblem]

    public init(problems: [DirectoryProblem]) { self.problems = problems }

    /// A problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
