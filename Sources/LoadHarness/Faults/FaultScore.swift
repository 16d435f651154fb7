import Synchronization

/// The ledger of a run for those who write it, read it, and wait for calls to be answered.
final class FaultScore: Sendable {
    private struct State {
        var ledger: FaultLedger
        var isResting = false
        var isOver = false
        var waiting: [(isThere: @Sendable (FaultLedger, Bool) -> Bool, wake: AsyncStream<Void>.Continuation)] = []
    }

    private let state: Mutex<State>

    init(ids: CallIDs) { state = Mutex(State(ledger: FaultLedger(ids: ids))) }

    var ledger: FaultLedger { state.withLock { $0.ledger } }

    /// Changes the ledger, and wakes those who waited for that.
    func change(_ body: (inout FaultLedger) -> Void) {
        let woken = state.withLock { state in
            body(&state.ledger)
            return Self.wake(&state)
        }
        for continuation in woken { continuation.finish() }
    }

    func note(_ notes: [ProducerNote]) {
        let woken = state.withLock { state in
            for note in notes {
                if note == .resting { state.isResting = true } else { state.ledger.note(note) }
            }
            return Self.wake(&state)
        }
        for continuation in woken { continuation.finish() }
    }

    func beginRest() { state.withLock { $0.isResting = false } }

    /// The run is to end: nobody waits any longer.
    func end() {
        let woken = state.withLock { state in
            state.isOver = true
            return Self.wake(&state)
        }
        for continuation in woken { continuation.finish() }
    }

    /// Until so many calls in all were answered. False where `limit` is over first.
    func waitForAnswers(_ count: Int, limit: Duration) async -> Bool { await wait(limit) { ledger, _ in ledger.answered >= count } }

    /// Until the producer has nothing out.
    func waitForRest(limit: Duration) async -> Bool { await wait(limit) { $1 } }

    private func wait(_ limit: Duration, for isThere: @escaping @Sendable (FaultLedger, Bool) -> Bool) async -> Bool {
        let (stream, wake) = AsyncStream.makeStream(of: Void.self)
        state.withLock { state in
            if state.isOver || isThere(state.ledger, state.isResting) { wake.finish() } else { state.waiting.append((isThere, wake)) }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stream {} }
            group.addTask { try? await ContinuousClock().sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        return state.withLock { $0.isOver || isThere($0.ledger, $0.isResting) }
    }

    private static func wake(_ state: inout State) -> [AsyncStream<Void>.Continuation] {
        let (isOver, ledger, isResting) = (state.isOver, state.ledger, state.isResting)
        let woken = state.waiting.filter { isOver || $0.isThere(ledger, isResting) }.map(\.wake)
        if !woken.isEmpty { state.waiting.removeAll { isOver || $0.isThere(ledger, isResting) } }
        return woken
    }
}
