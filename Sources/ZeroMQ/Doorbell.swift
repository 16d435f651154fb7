import CZeroMQ
import Glibc

/// Wakes a thread that waits in a `Poller`, from any thread. Rings that were not yet heard count as one.
public final class Doorbell: Sendable {
    let descriptor: Int32

    /// - Throws: `ZeroMQError` where the process has no descriptor left.
    public init() throws(ZeroMQError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else {
            let number = errno
            throw ZeroMQError(operation: "create a doorbell", number: number, reason: String(cString: strerror(number)))
        }
    }

    deinit {
        close(descriptor)
    }

    /// One system call; ring once for a batch. Async-signal-safe.
    public func ring() {
        // Fails only when the counter is full, and then the bell is ringing already.
        _ = eventfd_write(descriptor, 1)
    }

    /// Quiet until it is rung again.
    public func silence() {
        var rings: eventfd_t = 0
        // Fails only when nothing rang.
        _ = eventfd_read(descriptor, &rings)
    }
}
