import DequeModule
import MessageWire
import Synchronization

/// The parts of one streamed reply between the connection's thread and whoever reads them, and how the reply ended.
package final class PartBuffer: Sendable {
    /// What a part counts beside its bytes, so that empty ones are bounded too.
    private static let partCost = 64

    fileprivate struct State {
        var parts: Deque<Reply> = []
        /// Bytes.
        var size = 0
        var end: Result<Reply, CallError>?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private enum Progress {
        case part(Reply)
        case end(Result<Reply, CallError>)
        case nothing
    }

    private let state = Mutex(State())
    private let limit: Int
    // Only the connection's thread that has the request touches these two; another one gets it through a lock.
    private nonisolated(unsafe) var count: UInt32 = 0
    private nonisolated(unsafe) var hasLast = false

    /// - Parameter limit: bytes that may wait; one part may always.
    package init(limit: Int) {
        self.limit = limit
    }

    // MARK: the connection's side

    /// How many parts came.
    var received: UInt32 { count }

    /// Whether a part of that number comes next; it is counted then.
    func expects(_ number: UInt32, isLast: Bool) -> Bool {
        guard number == count, !hasLast else { return false }
        count += 1
        hasLast = isLast
        return true
    }

    /// False where too much waits already.
    func append(_ part: Reply) -> Bool {
        let (isTaken, waiting) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
            // Its reader has left; CANCEL is on its way.
            guard state.end == nil else { return (true, []) }
            let size = part.size + Self.partCost
            guard state.parts.isEmpty || state.size + size <= limit else { return (false, []) }
            state.parts.append(part)
            state.size += size
            return (true, state.takeWaiting())
        }
        for continuation in waiting { continuation.resume() }
        return isTaken
    }

    /// The reply is over; parts that wait are still read.
    func finish(_ answer: Result<Answer, CallError>) {
        let end = answer.flatMap { answer -> Result<Reply, CallError> in
            guard case .reply(let reply) = answer else { return .failure(CallError(.internal, "the broker answered a call with something else")) }
            return .success(reply)
        }
        let waiting = state.withLock { state in
            if state.end == nil { state.end = end }
            return state.takeWaiting()
        }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: the reader's side

    /// The next part; nil at the end.
    func next() async throws(CallError) -> Reply? {
        while true {
            switch take() {
            case .part(let part): return part
            case .end(let end):
                _ = try end.get()
                return nil
            case .nothing: await news()
            }
        }
    }

    /// The end, once `next` has given nil.
    func end() throws(CallError) -> Reply? {
        try state.withLock { $0.end }?.get()
    }

    /// The reader has seen enough; true where the reply was not over.
    func leave() -> Bool {
        let (wasOpen, waiting) = state.withLock { state in
            state.parts = []
            let wasOpen = state.end == nil
            if wasOpen { state.end = .failure(CallError(.cancelled, "the stream was left before its end", wasSent: true)) }
            return (wasOpen, state.takeWaiting())
        }
        for continuation in waiting { continuation.resume() }
        return wasOpen
    }

    private func take() -> Progress {
        state.withLock { state in
            guard let part = state.parts.popFirst() else { return state.end.map { .end($0) } ?? .nothing }
            state.size -= part.size + Self.partCost
            return .part(part)
        }
    }

    private func news() async {
        await withCheckedContinuation { continuation in
            let isNews = state.withLock { state in
                guard state.parts.isEmpty, state.end == nil else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isNews { continuation.resume() }
        }
    }
}

extension PartBuffer.State {
    fileprivate mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        defer { waiting = [] }
        return waiting
    }
}
