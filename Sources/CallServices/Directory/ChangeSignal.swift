import Synchronization

/// Wakes those who wait for a directory to change.
final class ChangeSignal: Sendable {
    private struct State {
        /// How often something has changed.
        var count: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextName: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Read it before looking at what may change, and wait past it: a change in between is then not missed.
    var count: UInt64 { state.withLock { $0.count } }

    func raise() { raise(andClose: false) }

    /// Wakes those who wait, and lets nobody wait any more.
    func close() { raise(andClose: true) }

    private func raise(andClose close: Bool) {
        let woken = state.withLock { state in
            state.count += 1
            state.isClosed = state.isClosed || close
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for waiter in woken { waiter.resume() }
    }

    /// Returns when there have been more changes than `count`, or the task is cancelled.
    func wait(past count: UInt64) async {
        let name = state.withLock { state in
            state.nextName += 1
            return state.nextName
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.count <= count, !state.isClosed, !Task.isCancelled else { return true }
                    state.waiting[name] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: name) }?.resume()
        }
    }
}
