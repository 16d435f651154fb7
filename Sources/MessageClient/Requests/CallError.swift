public import MessageWire

/// A request that failed: the broker's or the handler's status, or this client's own where no answer came.
public struct CallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the broker advises about asking again (wire.md §4).
    public enum Pushback: Hashable, Sendable {
        case noAdvice
        case after(Duration)
        case never

        init(milliseconds: UInt32) {
            self =
                switch milliseconds {
                case 0: .noAdvice
                case .max: .never
                default: .after(.milliseconds(Int64(milliseconds)))
                }
        }
    }

    public var status: StatusCode
    public var message: String
    public var pushback: Pushback
    /// Whether a worker may have seen the request.
    public var wasSent: Bool
    /// A serialized `google.rpc.Status`, where the handler gave one.
    public var details: [UInt8]

    public init(_ status: StatusCode, _ message: String, pushback: Pushback = .noAdvice, wasSent: Bool = false, details: [UInt8] = []) {
        self.status = status
        self.message = message
        self.pushback = pushback
        self.wasSent = wasSent
        self.details = details
    }

    public var description: String { message.isEmpty ? status.name : "\(status.name): \(message)" }
}
