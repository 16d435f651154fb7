/// Everything that is wrong with a broker's file, found in one reading. `description` is for the operator: a line for each problem.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The setting, as in `services[test.v1.Jobs].lease`; empty for the file as a whole.
        public var path: String
        /// From 1; nil where the setting does not stand in the file.
        public var line: Int?
        /// The value and the remedy.
        public var message: String

        public init(path: String, line: Int? = nil, message: String) {
            self.path = path
            self.line = line
            self.message = message
        }

        public var description: String {
            (line.map { "line \($0): " } ?? "") + (path.isEmpty ? "" : "\(path): ") + message
        }
    }

    public var problems: [Problem]

    public init(problems: [Problem]) {
        self.problems = problems
    }

    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
