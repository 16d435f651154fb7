import Synchronization

/// What one streamed reply has on its way to the broker, and who waits for it to become less.
///
/// libzmq queues without end what a slow connection does not take, so the count goes down only when the broker says that it has
/// the parts (`PartMarks`).
package final class PartFlow: Sendable {
    /// Bytes on their way that hold the next part back: many times what a round trip needs, little beside a process.
    package static let window = 256 * 1024
    /// What a part costs beside its body: its header, and a place in each queue.
    private static let overhead = 64

    private struct Waiter {
        let number: Int
        let cost: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var onTheWay = 0
        var waiting: [Waiter] = []
        var waiters = 0
    }

    private let state = Mutex(State())

    package init() {}

    package static func cost(of body: [UInt8]) -> Int { body.count + overhead }

    /// Returns when there is room; the cost counts from then on.
    package func enter(_ cost: Int) async throws(CancellationError) {
        let number = state.withLock { state in
            state.waiters += 1
            return state.waiters
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    // Asked under the lock: a cancellation that is not seen here finds the waiter there.
                    if Task.isCancelled { return false }
                    if state.waiting.isEmpty, state.onTheWay < Self.window {
                        state.onTheWay += cost
                        return true
                    }
                    state.waiting.append(Waiter(number: number, cost: cost, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
        if !entered { throw CancellationError() }
    }

    /// So much has reached the broker.
    package func arrived(_ cost: Int) {
        let entering: [Waiter] = state.withLock { state in
            state.onTheWay -= cost
            var entering: [Waiter] = []
            while let next = state.waiting.first, state.onTheWay < Self.window {
                state.onTheWay += next.cost
                entering.append(state.waiting.removeFirst())
            }
            return entering
        }
        for waiter in entering { waiter.continuation.resume(returning: true) }
    }
}
