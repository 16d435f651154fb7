/// Even steps of time, for what is looked at again and again: a slow look does not shift those after it.
struct Cadence {
    private let step: Duration
    private var next: ContinuousClock.Instant

    init(every step: Duration) {
        self.step = step
        next = .now + step
    }

    /// Waits for the next step; steps that were missed are left out.
    ///
    /// - Throws: `CancellationError`.
    mutating func wait() async throws {
        try await ContinuousClock().sleep(until: next)
        next = max(next + step, .now)
    }
}
