import MessageConnection
public import MessageWire

/// What a handler says of a task it has finished with.
public struct TaskOutcome: Sendable {
    enum Verb: Hashable, Sendable {
        case done, nack, term
    }

    let verb: Verb
    let status: UInt8
    /// Milliseconds: the delay of a NACK, the pushback of a DONE.
    let timeout: UInt32
    let metadata: [UInt8]
    let body: [UInt8]

    /// Whether it ends a durable request for good whoever has the lease (wire.md §5).
    var settles: Bool { verb == .done && status == StatusCode.ok.rawValue }

    private init(_ verb: Verb, status: StatusCode = .ok, timeout: UInt32 = 0, metadata: [UInt8] = [], body: [UInt8] = []) {
        self.verb = verb
        self.status = status.rawValue
        self.timeout = timeout
        self.metadata = metadata
        self.body = body
    }

    /// It worked. The reply goes to the producer of a unary request; for a durable one it ends here.
    public static func done(_ body: [UInt8] = [], metadata: MetadataBlock = MetadataBlock()) -> TaskOutcome {
        TaskOutcome(.done, metadata: metadata.bytes, body: body)
    }

    /// It failed. A durable request is tried again where the service's policy says so of this status (wire.md §3).
    ///
    /// - Parameters:
    ///   - message: what the producer, or whoever reads the dead letter, is told.
    ///   - details: a serialized `google.rpc.Status`.
    ///   - pushback: when to ask again.
    public static func failed(_ status: StatusCode, _ message: String, details: [UInt8] = [], pushback: Duration? = nil) -> TaskOutcome {
        TaskOutcome(
            .done, status: status, timeout: pushback.map { UInt32(clamping: max(1, $0.milliseconds)) } ?? 0,
            metadata: metadata(message, details: details))
    }

    /// Nothing was done: deliver it again after that time, to any worker. Counts as no failure.
    public static func notDone(retryAfter delay: Duration) -> TaskOutcome {
        TaskOutcome(.nack, timeout: UInt32(clamping: max(0, delay.milliseconds)))
    }

    /// It will never work: no retry; a durable request is dead at once, a unary one gets the status.
    public static func never(_ status: StatusCode = .internal, _ reason: String) -> TaskOutcome {
        TaskOutcome(.term, status: status, metadata: metadata(reason, details: []))
    }

    /// What a thrown error becomes: a declared status as it is, anything else UNKNOWN, and its text stays here (wire.md §4).
    static func thrown(_ error: any Error) -> TaskOutcome {
        guard let error = error as? HandlerError else { return failed(.unknown, "the handler failed") }
        return failed(error.status, error.message, details: error.details, pushback: error.pushback)
    }

    private static func metadata(_ message: String, details: [UInt8]) -> [UInt8] {
        var block = MetadataBlock()
        // Percent-encoding leaves only printable ASCII, so these fail for their length alone; then the status must do.
        if !message.isEmpty { try? block.append("message", PercentEncoding.encode(String(message.prefix(1024)))) }
        if !details.isEmpty { try? block.append("details-bin", details) }
        return block.bytes
    }
}

/// A failure that a handler declares: it reaches the producer as it is, unlike any other error.
public struct HandlerError: Error, Hashable, Sendable, CustomStringConvertible {
    public var status: StatusCode
    public var message: String
    /// A serialized `google.rpc.Status`.
    public var details: [UInt8]
    /// When to ask again.
    public var pushback: Duration?

    public init(_ status: StatusCode, _ message: String, details: [UInt8] = [], pushback: Duration? = nil) {
        self.status = status
        self.message = message
        self.details = details
        self.pushback = pushback
    }

    public var description: String { "\(status.name): \(message)" }
}
