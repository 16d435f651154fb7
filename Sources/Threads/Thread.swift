import Glibc

/// A system thread with a name: for loops that own a socket and for work that blocks, neither of which belongs on the cooperative pool.
package struct Thread: Sendable {
    private let thread: pthread_t

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread; `join` or `detach` it.
    ///
    /// - Throws: `ThreadError` where the system has no thread left.
    package init(named name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let code = pthread_create(
            &thread, nil,
            { argument in
                // Never nil: it is what is passed below.
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                Thread.takeName(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw ThreadError(number: code)
        }
        self.thread = thread
    }

    /// Waits for the thread's end; once.
    package func join() {
        pthread_join(thread, nil)
    }

    /// Nobody will wait for its end.
    package func detach() {
        pthread_detach(thread)
    }

    /// Runs `body` on a thread of its own and returns when it has; the calling task waits, no thread does.
    ///
    /// - Throws: `ThreadError` where the system has no thread left.
    package static func run(named name: String, _ body: @escaping @Sendable () -> Void) async throws(ThreadError) {
        let failure: ThreadError? = await withCheckedContinuation { continuation in
            do throws(ThreadError) {
                let thread = try Thread(named: name) {
                    body()
                    continuation.resume(returning: nil)
                }
                thread.detach()
            } catch {
                continuation.resume(returning: error)
            }
        }
        if let failure { throw failure }
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
