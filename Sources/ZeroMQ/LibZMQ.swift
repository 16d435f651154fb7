// Public for the two functions that are inlined where frames are read and written.
public import CZeroMQ
import Glibc

/// The handle of a context; libzmq lets any thread use it.
struct ContextHandle: @unchecked Sendable {  // libzmq: contexts are thread-safe (zmq_ctx_new(3))
    let pointer: UnsafeMutableRawPointer
}

struct SocketHandle {
    let pointer: UnsafeMutableRawPointer
}

/// Every call into libzmq. `errno` is read in the function that made the call, `EINTR` is tried again, `EAGAIN` is a value.
@usableFromInline enum LibZMQ {
    // MARK: contexts

    static func newContext(ioThreads: Int, maxSockets: Int) throws(ZeroMQError) -> ContextHandle {
        guard let pointer = zmq_ctx_new() else { throw failure("create a context") }
        guard zmq_ctx_set(pointer, ZMQ_IO_THREADS, Int32(clamping: ioThreads)) == 0,
            zmq_ctx_set(pointer, ZMQ_MAX_SOCKETS, Int32(clamping: maxSockets)) == 0
        else {
            let error = failure("configure a context")
            zmq_ctx_term(pointer)
            throw error
        }
        return ContextHandle(pointer: pointer)
    }

    static func shutdown(_ context: ContextHandle) {
        zmq_ctx_shutdown(context.pointer)
    }

    static func terminate(_ context: ContextHandle) {
        while zmq_ctx_term(context.pointer) != 0, zmq_errno() == EINTR {}
    }

    // MARK: sockets

    static func open(_ kind: Socket.Kind, in context: ContextHandle) throws(ZeroMQError) -> SocketHandle {
        let type =
            switch kind {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .pair: ZMQ_PAIR
            }
        guard let pointer = zmq_socket(context.pointer, type) else { throw failure("open a socket") }
        return SocketHandle(pointer: pointer)
    }

    static func close(_ socket: SocketHandle) {
        zmq_close(socket.pointer)
    }

    static func bind(_ socket: SocketHandle, _ endpoint: String) throws(ZeroMQError) {
        guard zmq_bind(socket.pointer, endpoint) == 0 else { throw failure("bind \(endpoint)") }
    }

    static func connect(_ socket: SocketHandle, _ endpoint: String) throws(ZeroMQError) {
        guard zmq_connect(socket.pointer, endpoint) == 0 else { throw failure("connect to \(endpoint)") }
    }

    static func monitorHandshakes(of socket: SocketHandle, at endpoint: String) throws(ZeroMQError) {
        guard zmq_socket_monitor(socket.pointer, endpoint, ZMQ_EVENT_HANDSHAKE_SUCCEEDED) == 0 else { throw failure("monitor a socket") }
    }

    static func lastEndpoint(_ socket: SocketHandle) throws(ZeroMQError) -> String {
        let (code, text) = withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { buffer in
            var length = buffer.count
            let code = zmq_getsockopt(socket.pointer, ZMQ_LAST_ENDPOINT, buffer.baseAddress, &length)
            return (code, String(decoding: buffer.prefix(max(0, length - 1)), as: UTF8.self))
        }
        guard code == 0 else { throw failure("read the bound endpoint") }
        return text
    }

    static func set(_ option: Socket.Option, on socket: SocketHandle) throws(ZeroMQError) {
        switch option {
        case .linger(let milliseconds): try set(ZMQ_LINGER, milliseconds, on: socket)
        case .sendHighWater(let messages): try set(ZMQ_SNDHWM, messages, on: socket)
        case .receiveHighWater(let messages): try set(ZMQ_RCVHWM, messages, on: socket)
        case .routerMandatory(let on): try set(ZMQ_ROUTER_MANDATORY, Int32(on ? 1 : 0), on: socket)
        case .immediate(let on): try set(ZMQ_IMMEDIATE, Int32(on ? 1 : 0), on: socket)
        case .maxMessageSize(let bytes): try set(ZMQ_MAXMSGSIZE, bytes, on: socket)
        case .keepAlive(let idleSeconds):
            try set(ZMQ_TCP_KEEPALIVE, Int32(1), on: socket)
            try set(ZMQ_TCP_KEEPALIVE_IDLE, idleSeconds, on: socket)
        case .reconnect(let initial, let longest):
            try set(ZMQ_RECONNECT_IVL, initial, on: socket)
            try set(ZMQ_RECONNECT_IVL_MAX, longest, on: socket)
        case .routingID(let bytes):
            let code = bytes.withUnsafeBytes { zmq_setsockopt(socket.pointer, ZMQ_ROUTING_ID, $0.baseAddress, $0.count) }
            guard code == 0 else { throw failure("set a routing id of \(bytes.count) bytes") }
        }
    }

    private static func set<Value: BitwiseCopyable>(_ option: Int32, _ value: Value, on socket: SocketHandle) throws(ZeroMQError) {
        let code = withUnsafeBytes(of: value) { zmq_setsockopt(socket.pointer, option, $0.baseAddress, $0.count) }
        guard code == 0 else { throw failure("set socket option \(option) to \(value)") }
    }

    // MARK: sending and receiving

    static func send(_ message: inout zmq_msg_t, to socket: SocketHandle, more: Bool) throws(ZeroMQError) -> Socket.Delivery {
        while true {
            if zmq_msg_send(&message, socket.pointer, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >= 0 { return .sent }
            if let delivery = try undelivered() { return delivery }
        }
    }

    static func send(_ bytes: UnsafeRawBufferPointer, to socket: SocketHandle, more: Bool) throws(ZeroMQError) -> Socket.Delivery {
        while true {
            if zmq_send(socket.pointer, bytes.baseAddress, bytes.count, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) >= 0 { return .sent }
            if let delivery = try undelivered() { return delivery }
        }
    }

    /// Nil: interrupted, try again.
    private static func undelivered() throws(ZeroMQError) -> Socket.Delivery? {
        switch zmq_errno() {
        case EINTR: nil
        case EAGAIN: .full
        case EHOSTUNREACH: .unreachable
        default: throw failure("send")
        }
    }

    static func receive(into message: inout zmq_msg_t, from socket: SocketHandle) throws(ZeroMQError) -> Bool {
        while true {
            if zmq_msg_recv(&message, socket.pointer, ZMQ_DONTWAIT) >= 0 { return true }
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return false
            default: throw failure("receive")
            }
        }
    }

    /// Milliseconds; below 0 waits without limit. Interrupted counts as nothing ready, so that a signal is noticed.
    static func poll(_ items: UnsafeMutableBufferPointer<zmq_pollitem_t>, timeout: Int) throws(ZeroMQError) {
        guard zmq_poll(items.baseAddress, Int32(items.count), timeout) < 0 else { return }
        guard zmq_errno() == EINTR else { throw failure("poll") }
        for index in items.indices { items[index].revents = 0 }
    }

    // MARK: messages

    static func emptyMessage() -> zmq_msg_t {
        var raw = zmq_msg_t()
        zmq_msg_init(&raw)
        return raw
    }

    static func message(count: Int) -> zmq_msg_t {
        var raw = zmq_msg_t()
        // Only a lack of memory makes this fail, and then nothing sensible can follow in this process.
        precondition(zmq_msg_init_size(&raw, count) == 0, "no memory for a message of \(count) bytes")
        return raw
    }

    /// A message whose bytes are somebody else's to free.
    static func message(of bytes: UnsafeMutableRawBufferPointer) -> zmq_msg_t {
        var raw = zmq_msg_t()
        // Without a function that frees the bytes nothing is allocated, so nothing fails.
        zmq_msg_init_data(&raw, bytes.baseAddress, bytes.count, nil, nil)
        return raw
    }

    static func closeMessage(_ raw: zmq_msg_t) {
        var raw = raw
        zmq_msg_close(&raw)
    }

    static func size(of raw: borrowing zmq_msg_t) -> Int {
        withUnsafePointer(to: raw) { zmq_msg_size($0) }
    }

    static func hasMore(_ raw: borrowing zmq_msg_t) -> Bool {
        withUnsafePointer(to: raw) { zmq_msg_more($0) } != 0
    }

    static func share(_ raw: inout zmq_msg_t, into twin: inout zmq_msg_t) {
        // Fails only for an uninitialised message, which `Message` cannot hold.
        precondition(zmq_msg_copy(&twin, &raw) == 0, "message not initialised")
    }

    @inlinable static func withBytes<Result: ~Copyable, Failure: Error>(
        of raw: borrowing zmq_msg_t, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafePointer(to: raw) { pointer throws(Failure) in
            // zmq_msg_data takes a mutable pointer but only reads the message (zmq_msg_data(3)).
            let message = UnsafeMutablePointer(mutating: pointer)
            return try body(UnsafeRawBufferPointer(start: zmq_msg_data(message), count: zmq_msg_size(pointer)))
        }
    }

    @inlinable static func withMutableBytes<Result: ~Copyable, Failure: Error>(
        of raw: inout zmq_msg_t, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeMutablePointer(to: &raw) { pointer throws(Failure) in
            try body(UnsafeMutableRawBufferPointer(start: zmq_msg_data(pointer), count: zmq_msg_size(pointer)))
        }
    }

    // MARK: errors

    /// The error number of every call on a context that was shut down (ETERM, which zmq.h defines by arithmetic that Swift does not import).
    static let terminated: Int32 = ZMQ_HAUSNUMERO + 53

    static func failure(_ operation: String) -> ZeroMQError {
        let number = zmq_errno()
        return ZeroMQError(operation: operation, number: number, reason: String(cString: zmq_strerror(number)))
    }
}
