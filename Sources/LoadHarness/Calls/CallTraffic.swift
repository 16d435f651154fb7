import CallModel
package import MessageClient
import MessageConnection
import Synchronization
import Threads

/// Calls into a pool: a RouteCall each, and an `ended` event for each that was answered.
package final class CallTraffic: Sendable {
    package enum Pace: Hashable, Sendable {
        /// So many calls are always out.
        case window(Int)
        /// So many begin each second, whatever becomes of them.
        case rate(Double, ArrivalSchedule.Spacing)
    }

    private struct State {
        var tally: CallTally
        var busy = BusyCalls(room: LoadDirectory.busyMax)
        /// Since the last look, for the live line.
        var recent = Latencies()
        var openCalls = 0
        var openEvents = 0
        var isStopping = false
        var finished: CheckedContinuation<Void, Never>?

        var isOver: Bool { isStopping && openCalls == 0 && openEvents == 0 }
    }

    private let client: MessageClient
    private let directory: LoadDirectory
    private let bodies: CallBodies
    private let route: Request
    private let publish: Request
    private let pace: Pace
    private let stop: StopFlag
    private let beganAt = Stopwatch.now()
    private let endsAt: UInt64
    private let state: Mutex<State>

    /// - Throws: `LoadError` where the messages cannot be encoded.
    package init(_ client: MessageClient, ids: CallIDs, directory: LoadDirectory, pace: Pace, seconds: Double, stop: StopFlag) throws {
        self.client = client
        self.directory = directory
        self.pace = pace
        self.stop = stop
        bodies = try CallBodies(ids: ids)
        route = try .unary("trunkline.v1.Routing/RouteCall", timeout: .seconds(10), idempotent: true, waitForReady: true)
        publish = try .durable("trunkline.v1.CallEvents/Publish", timeout: .seconds(30))
        endsAt = beganAt + UInt64(seconds * 1e9)
        state = Mutex(State(tally: CallTally(ledger: RecordingLedger(ids: ids), directory)))
    }

    /// Makes calls until the time is over or the run is stopped, and returns when the last has its answer.
    package func run() async throws -> CallTally {
        switch pace {
        case .window(let window): send(starts: Array(repeating: Stopwatch.now(), count: window))
        case .rate(let rate, let spacing):
            try await Thread.run(named: "load-pace") { self.keepPace(rate, spacing) }
            tell(
                state.withLock { state in
                    state.isStopping = true
                    let last = state.busy.endAll()
                    state.openEvents += last.count
                    return last
                })
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.isOver { return true }
                state.finished = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
        return state.withLock { $0.tally }
    }

    /// Answered so far, and the latencies since the last look.
    package func look() -> (answered: Int, recent: Latencies) {
        state.withLock { state in
            defer { state.recent = Latencies() }
            return (state.tally.latencies.count, state.recent)
        }
    }

    private var isTimeUp: Bool { stop.isRaised || Stopwatch.now() >= endsAt }

    /// On a thread of its own: each call goes out at its moment, or at once where that has passed.
    private func keepPace(_ rate: Double, _ spacing: ArrivalSchedule.Spacing) {
        var schedule = ArrivalSchedule(rate: rate, spacing: spacing, seed: .random(in: .min ... .max))
        var next = beganAt + schedule.next()
        while next < endsAt, !stop.isRaised {
            // In steps, so that a stop is heard between two rare calls.
            let now = Stopwatch.now()
            guard next <= now else {
                Stopwatch.wait(until: min(next, now + 100_000_000))
                continue
            }
            var due: [UInt64] = []
            while next <= now, next < endsAt {
                due.append(next)
                next = beganAt + schedule.next()
            }
            send(starts: due)
        }
    }

    /// - Parameter starts: when each was meant to begin; its latency counts from there.
    private func send(starts: [UInt64]) {
        let first = state.withLock { state in
            state.openCalls += starts.count
            return state.tally.begin(starts.count)
        }
        let requests = (first..<first + starts.count).map { route.with(body: bodies.routeCall($0)) }
        client.send(requests) { self.answered($0, first: first, starts) }
    }

    /// On the connection's thread.
    private func answered(_ outcomes: [Outcome], first: Int, _ starts: [UInt64]) {
        let now = Stopwatch.now()
        let verdicts = outcomes.map { CallTally.Answer($0, directory) }
        var ended: [Int] = []
        let isStopping = state.withLock { state in
            for (outcome, verdict) in zip(outcomes, verdicts) {
                let number = first + outcome.index
                let start = starts[outcome.index]
                let latency = now > start ? now - start : 0
                if state.tally.end(number, verdict, latency: latency) {
                    state.recent.record(latency)
                    if case .right(LoadDirectory.busy) = verdict { state.busy.begin(number) } else { ended += [number] + state.busy.pass() }
                }
            }
            state.tally.busy(state.busy.most)
            state.openCalls -= outcomes.count
            if case .window = pace, isTimeUp { state.isStopping = true }
            if state.isStopping { ended += state.busy.endAll() }
            state.openEvents += ended.count
            return state.isStopping
        }
        tell(ended)
        if case .window = pace, !isStopping { send(starts: Array(repeating: Stopwatch.now(), count: outcomes.count)) }
        finishIfOver()
    }

    /// The end of calls that were answered.
    private func tell(_ numbers: [Int]) {
        guard !numbers.isEmpty else { return }
        do throws(LoadError) {
            let requests = try bodies.ended(numbers, at: Timestamp(milliseconds: MonotonicTime.wall())).map { publish.with(body: $0) }
            client.send(requests) { outcomes in
                self.state.withLock { state in
                    for outcome in outcomes { state.tally.endEvent(outcome) }
                    state.openEvents -= outcomes.count
                }
                self.finishIfOver()
            }
        } catch {
            state.withLock { state in
                state.tally.failures["event: \(error.message)", default: 0] += numbers.count
                state.openEvents -= numbers.count
            }
        }
    }

    private func finishIfOver() {
        let finished = state.withLock { state in
            guard state.isOver else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.finished = nil }
            return state.finished
        }
        finished?.resume()
    }
}
