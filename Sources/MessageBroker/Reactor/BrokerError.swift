/// A broker that cannot start, or cannot go on.
public struct BrokerError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// An endpoint cannot be bound.
        case endpoint
        /// Another process owns the data folder, or it cannot be used.
        case data
        /// The disk failed while the broker ran.
        case disk
        /// The system has no thread, descriptor or memory left.
        case resources
    }

    public var code: Code
    public var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
