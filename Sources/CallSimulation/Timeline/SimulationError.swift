/// A timeline that cannot be played: bad input data, with the line it is in.
public struct SimulationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    /// What is wrong, with which value, and what would be right.
    public var message: String

    public init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    public var description: String { "line \(line): \(message)" }
}
