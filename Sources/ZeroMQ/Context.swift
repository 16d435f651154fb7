/// The libzmq context of a process: its I/O threads and its inproc namespace.
///
/// One per process is enough. Safe to use from any thread. It ends when the last socket made from it is gone.
public final class Context: Sendable {
    let raw: ContextHandle

    /// - Throws: `ZeroMQError` where libzmq has no memory or no descriptors left.
    public init(ioThreads: Int = 1, maxSockets: Int = 4096) throws(ZeroMQError) {
        raw = try LibZMQ.newContext(ioThreads: ioThreads, maxSockets: maxSockets)
    }

    /// Makes every blocking call on this context's sockets fail at once; sockets can then only be closed.
    public func shutdown() {
        LibZMQ.shutdown(raw)
    }

    deinit {
        // Every socket holds its context, so none is open here and this does not wait for one.
        LibZMQ.terminate(raw)
    }
}
