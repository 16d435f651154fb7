import Glibc

/// A thread of the operating system: the journal blocks on the disk, which nothing on a shared pool may do.
struct JournalThread: Sendable {
    private let thread: pthread_t

    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Throws `JournalError.io` where the system has no thread to give.
    init(_ body: @escaping @Sendable () -> Void) throws(JournalError) {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(body))
        let result = pthread_create(
            &thread, nil,
            { argument in
                // Never nil: it is the pointer given to `pthread_create` below.
                Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw JournalError(code: .io, message: "cannot start the journal's thread: \(String(cString: strerror(result)))")
        }
        self.thread = thread
    }

    /// Waits for the thread's end; once.
    func join() {
        pthread_join(thread, nil)
    }
}
