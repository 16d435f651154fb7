/// A libzmq call that failed.
///
/// "Try again" (`EAGAIN`) is never an error here: the calls that can meet it return it as a value.
public struct ZeroMQError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What failed, in the binding's words: "bind tcp://127.0.0.1:7570".
    public var operation: String
    /// The error number libzmq reported.
    public var number: Int32
    /// libzmq's words for that number.
    public var reason: String

    package init(operation: String, number: Int32, reason: String) {
        self.operation = operation
        self.number = number
        self.reason = reason
    }

    public var description: String { "\(operation): \(reason)" }
}

extension ZeroMQError {
    /// The context was shut down: no socket of it works any more.
    public var isContextGone: Bool { number == LibZMQ.terminated }
}
