public import CZeroMQ

/// One frame, owned. Its bytes are freed, or handed back to libzmq, when it goes.
public struct Message: ~Copyable, Sendable {
    // A bitwise move of a zmq_msg_t is what libzmq itself does when it queues one.
    @usableFromInline var raw: zmq_msg_t
    /// Where the bytes are in a pool's memory, which libzmq takes for a constant.
    private var buffer: Buffer?

    /// An empty frame.
    public init() {
        raw = LibZMQ.emptyMessage()
        buffer = nil
    }

    /// A frame of `count` bytes, not yet written.
    public init(count: Int) {
        raw = LibZMQ.message(count: count)
        buffer = nil
    }

    init(in buffer: consuming Buffer, count: Int) {
        raw = LibZMQ.message(of: UnsafeMutableRawBufferPointer(start: buffer.bytes, count: count))
        self.buffer = consume buffer
    }

    /// A frame that holds a copy of `bytes`.
    public init(copying bytes: UnsafeRawBufferPointer) {
        self.init(count: bytes.count)
        withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
    }

    public init(_ bytes: [UInt8]) {
        self.init(count: bytes.count)
        withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }

    deinit {
        LibZMQ.closeMessage(raw)
    }

    /// Bytes in the frame.
    public var count: Int { LibZMQ.size(of: raw) }

    /// Whether the frame was received with more frames of the same message behind it.
    public var hasMore: Bool { LibZMQ.hasMore(raw) }

    /// libzmq may not have it as it is.
    var isInPool: Bool { buffer != nil }

    /// A second owner of the same bytes: nothing is copied, and neither may write to them from here on.
    public mutating func share() -> Message {
        var twin = Message()
        LibZMQ.share(&raw, into: &twin.raw)
        twin.buffer = buffer?.share()
        return twin
    }

    /// The bytes, valid only inside `body`.
    @inlinable
    public borrowing func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try LibZMQ.withBytes(of: raw, body)
    }

    /// The bytes for writing, valid only inside `body`. The frame must not be shared.
    @inlinable
    public mutating func withUnsafeMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try LibZMQ.withMutableBytes(of: &raw, body)
    }

    /// The bytes, copied.
    public var bytes: [UInt8] {
        withUnsafeBytes { Array($0) }
    }
}
