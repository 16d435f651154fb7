import Synchronization

/// Tasks on their way from the connection's thread to a Swift task: one lock for a batch in, one for all that waits out.
final class Handover: Sendable {
    private struct State {
        var tasks: [PoolTask] = []
        var waiting: CheckedContinuation<[PoolTask]?, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    func put(_ tasks: [PoolTask]) {
        let waiting: CheckedContinuation<[PoolTask]?, Never>? = state.withLock { state in
            guard state.waiting == nil else { return state.waiting.take() }
            state.tasks += tasks
            return nil
        }
        waiting?.resume(returning: tasks)
    }

    /// Everything that waits, or what comes next; nil when it is over. One caller at a time.
    func take() async -> [PoolTask]? {
        await withCheckedContinuation { continuation in
            let ready: [PoolTask]?? = state.withLock { state in
                if !state.tasks.isEmpty {
                    defer { state.tasks = [] }
                    return .some(state.tasks)
                }
                if state.isClosed { return .some(nil) }
                state.waiting = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    func close() {
        let waiting: CheckedContinuation<[PoolTask]?, Never>? = state.withLock { state in
            state.isClosed = true
            return state.waiting.take()
        }
        waiting?.resume(returning: nil)
    }
}
