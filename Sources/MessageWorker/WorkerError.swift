/// A worker that cannot run as it was made.
public struct WorkerError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        case serviceCount, serviceName, sameServiceTwice, noBroker, sameBrokerTwice
    }

    public var code: Code
    public var message: String
    public var description: String { message }
}
