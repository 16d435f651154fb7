import Synchronization

/// Which tasks of a connection are revoked, told across threads: the connection revokes, the handlers look.
///
/// While nothing is revoked, looking is one atomic load.
final class Revocations: Sendable {
    // A task's reference is used only between `began` and `ended`, which enclose its work, and only to cancel it; that much is
    // safe from any thread.
    private struct Running: @unchecked Sendable {
        let task: UnsafeCurrentTask
    }

    private let count = Atomic(0)
    private let revoked = Mutex<Set<Int32>>([])
    // Apart from the other: a handler's own cancellation handlers run under this lock, and may ask whether it is revoked.
    private let running = Mutex<[Int32: Running]>([:])

    func contains(_ place: Int32) -> Bool {
        count.load(ordering: .acquiring) > 0 && revoked.withLock { $0.contains(place) }
    }

    // MARK: the connection's side

    /// Cancels the Swift task that works on it, where one does.
    func revoke(_ place: Int32) {
        revoked.withLock { _ = $0.insert(place) }
        count.add(1, ordering: .releasing)
        running.withLock { $0[place]?.task.cancel() }
    }

    /// The task has come back, and its place will be another's.
    func forget(_ place: Int32) {
        count.subtract(1, ordering: .releasing)
        revoked.withLock { _ = $0.remove(place) }
    }

    // MARK: the handlers' side

    /// A Swift task begins to work on it; false where nobody wants that any more.
    func began(_ place: Int32, _ task: UnsafeCurrentTask) -> Bool {
        let beginning = Running(task: task)
        return running.withLock { running in
            guard !contains(place) else { return false }
            running[place] = beginning
            return true
        }
    }

    func ended(_ place: Int32) {
        running.withLock { _ = $0.removeValue(forKey: place) }
    }
}
