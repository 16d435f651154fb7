/// A question the engine cannot decide: it was put wrongly, or for an account this worker does not hold.
public struct RoutingError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// Not a continuation of this call: cut short, altered, or another call's.
        case malformedContinuation
        /// The continuation is of an account that is not in the table.
        case unknownAccount
        /// An attempt's result is no word of records.md §3 nor of a known provider.
        case unknownResult
    }

    public var code: Code
    /// What is wrong, with which value, and what to do.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
