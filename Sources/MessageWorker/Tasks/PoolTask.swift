import MessageConnection
public import MessageWire

/// A task that a handler keeps while it works: the frame it came in stays in memory until the last task out of it is gone.
public struct PoolTask: Sendable {
    let fields: TaskFields
    let message: KeptMessage
    /// Among the tasks that its connection holds, until the handler has returned.
    let place: Int32
    let link: BrokerLink
    var token: Token { fields.header.token }

    /// The request's id, the same in every delivery (wire.md §3, "Idempotency").
    public var id: RequestID { fields.header.id }
    /// Deliveries so far, this one included.
    public var attempt: Int { Int(fields.header.attempt) }
    /// Whether a worker may have seen the request before.
    public var isRedelivered: Bool { fields.header.flags.contains(.redelivered) }
    /// Whether the service is durable.
    public var isDurable: Bool { fields.header.flags.contains(.durable) }
    /// Whether the producer said that seeing it twice does no harm.
    public var isIdempotent: Bool { fields.header.flags.contains(.idempotent) }
    /// Time until the deadline, or until the lease that came with a durable task ends; nil where it has neither. That the lease is
    /// kept meanwhile does not show.
    public var timeLeft: Duration? { fields.timeLeft(now: MonotonicTime.now()) }
    public var path: String { message.withUnsafeBytes { fields.metadata.path.text(in: $0) } }
    /// What stands behind the path's last "/".
    public var method: String { message.withUnsafeBytes { fields.method.text(in: $0) } }
    /// How the body is encoded, and the reply's will be.
    public var format: BodyFormat { message.withUnsafeBytes { fields.format(in: $0) } }

    /// Whether it is for that method; costs no string.
    public func isFor(_ method: String) -> Bool {
        message.withUnsafeBytes { fields.method.bytes(in: $0).elementsEqual(method.utf8) }
    }

    /// The first entry of that key, as text.
    public subscript(key: String) -> String? {
        message.withUnsafeBytes { bytes in
            fields.value(of: key, in: bytes).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The body where it lies, valid only inside `read`.
    public func withBody<Result, Failure: Error>(_ read: (UnsafeRawBufferPointer) throws(Failure) -> Result) throws(Failure) -> Result {
        try message.withUnsafeBytes { bytes throws(Failure) in try read(fields.body(in: bytes)) }
    }

    /// The body, copied.
    public var body: [UInt8] { withBody { Array($0) } }

    /// Whether nobody wants the outcome any more: the broker has revoked the task, or a unary one's broker was lost. The handler
    /// may stop wherever it leaves nothing half done; what it returns is not sent.
    ///
    /// Only while the handler has the task; a `concurrent` or `streaming` handler is cancelled too.
    public var isRevoked: Bool { link.revocations.contains(place) }

    /// A sign of life: the lease of a durable task starts again from its full length (wire.md §2, PROGRESS).
    ///
    /// The worker gives it by itself, for as long as `PoolService.keepingLeases(atMost:)` says; a handler that runs longer, and
    /// knows that it gets on, says so here, as often as it likes: only one in a sixth of the lease is sent.
    public func progress() {
        guard isDurable else { return }
        link.mailbox.post(.progress(place, token))
    }
}
