/// A run that could not be made: what is wrong, with which value, and what to do.
package struct LoadError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A value, a file or a timeline that cannot be used.
        case input
        /// No broker, or no worker, answers.
        case unreachable
        /// The system would not do what was asked.
        case system
        /// What answers does not behave as the protocol says.
        case conduct
    }

    package var code: Code
    package var message: String
    /// The last lines of the log of a process that is to blame.
    package var cause: String?

    package init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { message }
}
