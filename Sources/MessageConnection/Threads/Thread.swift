import Glibc

/// A system thread with a name: for loops that own a socket and for handlers that block, neither of which belongs on the cooperative pool.
package enum Thread {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a thread of its own and returns when it has; the calling task waits, no thread does.
    ///
    /// - Throws: `ThreadError` where the system has no thread left.
    package static func run(named name: String, _ body: @escaping @Sendable () -> Void) async throws(ThreadError) {
        let code: Int32 = await withCheckedContinuation { continuation in
            let failure = start(named: name) {
                body()
                continuation.resume(returning: 0)
            }
            if failure != 0 { continuation.resume(returning: failure) }
        }
        guard code == 0 else { throw ThreadError(number: code) }
    }

    /// Zero, or the error number.
    private static func start(named name: String, _ body: @escaping @Sendable () -> Void) -> Int32 {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                // Never nil: it is what `start` passed below.
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                Thread.takeName(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        if code != 0 { start.release() }
        return code
    }

    /// What `top -H` shows; the kernel keeps fifteen bytes. Not every kernel lets a thread do this, and nothing depends on it.
    private static func takeName(_ name: String) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = name.withCString { write(file, $0, min(15, strlen($0))) }
    }
}

/// The system would not start a thread.
package struct ThreadError: Error, Hashable, Sendable, CustomStringConvertible {
    package var number: Int32

    package var description: String { "cannot start a thread: \(String(cString: strerror(number))); raise the limit of tasks for this user" }
}
