import Dispatch
import Glibc
import Synchronization

/// Waits for a process on a thread of its own, and knows from then on how it ended.
final class Reaper: Sendable {
    private let id: pid_t
    private let state = Mutex(State())

    private struct State {
        /// As waitpid gives it; nil while the process runs.
        var code: Int32?
        var waiting: [AsyncStream<Void>.Continuation] = []
    }

    init(_ id: pid_t) {
        self.id = id
        DispatchQueue(label: "waits for \(id)").async { [self] in reap() }
    }

    private func reap() {
        var info = siginfo_t()
        // Left unreaped at first: until the state says so, no other process can have this id.
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let waiting = state.withLock { state in
            var code: Int32 = 0
            while waitpid(id, &code, 0) < 0, errno == EINTR {}
            state.code = code
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    func send(_ signal: Int32, group: Bool) {
        state.withLock { if $0.code == nil { kill(group ? -id : id, signal) } }
    }

    var isRunning: Bool { state.withLock { $0.code == nil } }

    /// Waits for the end; nil where the waiting was cancelled.
    func ended() async -> Int32? {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let isOver = state.withLock { state in
            if state.code == nil { state.waiting.append(continuation) }
            return state.code != nil
        }
        if isOver { continuation.finish() }
        for await _ in stream {}
        return state.withLock { $0.code }
    }
}
