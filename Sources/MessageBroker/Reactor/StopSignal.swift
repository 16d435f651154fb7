import Synchronization

/// Tells a reactor to finish what it has begun and end, from any thread.
final class StopSignal: Sendable {
    /// Monotonic milliseconds; `Int64.max`: go on.
    private let end = Atomic<Int64>(.max)

    /// The time by which the reactor ends, whatever is still open; nil: nobody said stop.
    var deadline: Int64? {
        let end = end.load(ordering: .acquiring)
        return end == .max ? nil : end
    }

    func stop(by deadline: Int64) {
        end.store(deadline, ordering: .releasing)
    }
}
