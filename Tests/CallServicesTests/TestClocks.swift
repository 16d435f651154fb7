import CallModel

/// A clock on which no time ever passes: who waits for it is waiting for something else.
struct StoppedClock: Clock {
    typealias Duration = Swift.Duration
    typealias Instant = ContinuousClock.Instant

    let now = ContinuousClock.now
    let minimumResolution = Duration.nanoseconds(1)

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        // A stream that says nothing ends when the task is cancelled.
        let (silence, source) = AsyncStream.makeStream(of: Never.self)
        for await _ in silence {}
        withExtendedLifetime(source) {}
        try Task.checkCancellation()
    }
}

/// A clock on which every wait is over at once.
struct RushingClock: Clock {
    typealias Duration = Swift.Duration
    typealias Instant = ContinuousClock.Instant

    let now = ContinuousClock.now
    let minimumResolution = Duration.nanoseconds(1)

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        await Task.yield()
        try Task.checkCancellation()
    }
}

/// Tells when somebody begins to wait, and lets him wait until he is cancelled.
struct CountingClock: Clock {
    typealias Duration = Swift.Duration
    typealias Instant = ContinuousClock.Instant

    let rounds: AsyncStream<Void>.Continuation
    let stopped = StoppedClock()
    var now: Instant { stopped.now }
    var minimumResolution: Duration { stopped.minimumResolution }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        rounds.yield()
        try await stopped.sleep(until: deadline, tolerance: tolerance)
    }
}

/// 2026-06-03, 10:06 in New York.
let testNow = Timestamp(milliseconds: 1_780_495_560_000)
