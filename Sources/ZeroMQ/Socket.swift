/// A libzmq socket. It belongs to the thread that made it and is closed when it goes.
public struct Socket: ~Copyable {
    public enum Kind: Sendable {
        case router, dealer, pair
    }

    public enum Option: Sendable {
        /// Milliseconds to keep unsent messages after the socket is closed; 0 drops them.
        case linger(Int32)
        /// Messages queued for one peer before sending says `.full`.
        case sendHighWater(Int32)
        /// Messages queued from one peer before it is held back.
        case receiveHighWater(Int32)
        /// ROUTER: sending to an unknown peer is told apart instead of dropped in silence.
        case routerMandatory(Bool)
        /// A connecting socket queues nothing before the connection stands.
        case immediate(Bool)
        /// Frames larger than this end the connection; bytes.
        case maxMessageSize(Int64)
        /// TCP keep-alive after so many idle seconds; finds half-open peers.
        case keepAlive(idleSeconds: Int32)
        /// First and longest wait before a lost connection is tried again, milliseconds.
        case reconnect(initial: Int32, longest: Int32)
        /// What a ROUTER at the other end knows this socket by, 1–255 bytes.
        case routingID([UInt8])
    }

    /// What became of a message that was sent.
    public enum Delivery: Sendable {
        /// Queued. It proves nothing about arrival.
        case sent
        /// The peer's queue is full.
        case full
        /// No such peer (ROUTER with `routerMandatory`).
        case unreachable
    }

    let raw: SocketHandle
    // Keeps the context alive: terminating it with this socket open would wait for ever.
    private let context: Context

    /// - Throws: `ZeroMQError` where the context has no socket left.
    public init(_ kind: Kind, in context: Context) throws(ZeroMQError) {
        raw = try LibZMQ.open(kind, in: context.raw)
        self.context = context
    }

    deinit {
        LibZMQ.close(raw)
    }

    public borrowing func set(_ option: Option) throws(ZeroMQError) {
        try LibZMQ.set(option, on: raw)
    }

    /// Binds, and gives the endpoint in full: with the port where `tcp://…:*` let the system choose.
    @discardableResult
    public borrowing func bind(_ endpoint: String) throws(ZeroMQError) -> String {
        try LibZMQ.bind(raw, endpoint)
        return try LibZMQ.lastEndpoint(raw)
    }

    public borrowing func connect(_ endpoint: String) throws(ZeroMQError) {
        try LibZMQ.connect(raw, endpoint)
    }

    /// Sends one frame without waiting. On `.sent` the message is left empty; otherwise it is untouched.
    public borrowing func send(_ message: inout Message, more: Bool = false) throws(ZeroMQError) -> Delivery {
        guard message.isInPool else { return try LibZMQ.send(&message.raw, to: raw, more: more) }
        let delivery = try message.withUnsafeBytes { bytes throws(ZeroMQError) in try LibZMQ.send(bytes, to: raw, more: more) }
        if delivery == .sent { message = Message() }
        return delivery
    }

    /// Sends a copy of `bytes` as one frame without waiting.
    public borrowing func send(_ bytes: UnsafeRawBufferPointer, more: Bool = false) throws(ZeroMQError) -> Delivery {
        try LibZMQ.send(bytes, to: raw, more: more)
    }

    /// Takes the next frame, if there is one, in place of what `message` held. Does not wait.
    public borrowing func receive(into message: inout Message) throws(ZeroMQError) -> Bool {
        // What comes has memory of its own.
        if message.isInPool { message = Message() }
        return try LibZMQ.receive(into: &message.raw, from: raw)
    }
}
