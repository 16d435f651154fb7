import CZeroMQ
import Glibc

/// Waits for several sockets and doorbells at once.
///
/// Everything added must outlive the poller; it belongs to the same thread as its sockets.
public struct Poller: ~Copyable {
    private let items: UnsafeMutableBufferPointer<zmq_pollitem_t>
    private var used = 0

    public init(capacity: Int) {
        items = .allocate(capacity: capacity)
        items.initialize(repeating: zmq_pollitem_t())
    }

    deinit {
        items.deallocate()
    }

    /// Watches `socket` for messages; returns the place to ask `isReady` about.
    @discardableResult
    public mutating func add(_ socket: borrowing Socket) -> Int {
        add(zmq_pollitem_t(socket: socket.raw.pointer, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
    }

    @discardableResult
    public mutating func add(_ monitor: HandshakeMonitor) -> Int {
        add(monitor.pair)
    }

    @discardableResult
    public mutating func add(_ doorbell: Doorbell) -> Int {
        add(zmq_pollitem_t(socket: nil, fd: doorbell.descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
    }

    private mutating func add(_ item: zmq_pollitem_t) -> Int {
        // The capacity is a constant of the loop that owns the poller.
        precondition(used < items.count, "poller of \(items.count) places is full")
        items[used] = item
        used += 1
        return used - 1
    }

    /// Puts another socket in a place: a socket that was rebuilt.
    public mutating func replace(_ place: Int, with socket: borrowing Socket) {
        items[place].socket = socket.raw.pointer
    }

    /// Also wakes, while `on`, when the socket in that place takes messages again.
    public mutating func watchForRoom(_ place: Int, _ on: Bool) {
        items[place].events = Int16(on ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN)
    }

    /// Waits until something is ready, a signal came, or `milliseconds` are over; below 0 without limit.
    public mutating func wait(milliseconds: Int) throws(ZeroMQError) {
        try LibZMQ.poll(UnsafeMutableBufferPointer(rebasing: items[..<used]), timeout: milliseconds)
    }

    public func isReady(_ place: Int) -> Bool {
        items[place].revents & Int16(ZMQ_POLLIN) != 0
    }

    /// Whether a socket that is watched for room has some.
    public func hasRoom(_ place: Int) -> Bool {
        items[place].revents & Int16(ZMQ_POLLOUT) != 0
    }
}
