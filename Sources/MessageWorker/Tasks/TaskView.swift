public import MessageWire

/// A task as an inline handler sees it: a view of the frame it came in, gone when the handler returns.
public struct TaskView: ~Copyable {
    let fields: TaskFields
    let bytes: UnsafeRawBufferPointer
    let now: Int64

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
    /// Time until the deadline, or until the lease of a durable task ends; nil where it has neither.
    public var timeLeft: Duration? { fields.timeLeft(now: now) }
    public var path: String { fields.metadata.path.text(in: bytes) }
    /// What stands behind the path's last "/".
    public var method: String { fields.method.text(in: bytes) }
    /// How the body is encoded, and the reply's will be.
    public var format: BodyFormat { fields.format(in: bytes) }

    /// Whether it is for that method; costs no string.
    public func isFor(_ method: String) -> Bool {
        fields.method.bytes(in: bytes).elementsEqual(method.utf8)
    }

    /// The first entry of that key, as text.
    public subscript(key: String) -> String? {
        fields.value(of: key, in: bytes).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The body where it lies, valid only inside `read`.
    public func withBody<Result: ~Copyable, Failure: Error>(
        _ read: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try read(fields.body(in: bytes))
    }

    /// The body, copied.
    public var body: [UInt8] { Array(fields.body(in: bytes)) }
}
