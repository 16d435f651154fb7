import DequeModule
package import MessageConnection
package import MessageWire

/// Every request that has not ended, from the call to its answer: the window, the deadlines, what is sent again and when.
///
/// Pure: time comes in, messages go to the outbox, answers to whoever waits. Times are milliseconds.
package final class OutstandingRequests {
    /// Milliseconds that the broker's own DEADLINE_EXCEEDED may take to get here before this side says it.
    package static let grace: Int64 = 25
    /// Milliseconds that a request nobody waits for any more still counts in the window: the broker's answer is on its way.
    package static let mourning: Int64 = 5000
    /// How often a unary request is sent at most (gRPC A6).
    package static let mostAttempts = 5

    enum State: Hashable {
        /// Waits for a session or for room in the window.
        case queued
        case sent
        /// Sent again then.
        case resting(until: Int64)
    }

    struct Entry {
        var request: Request
        /// Nil: nobody waits any more.
        var completion: Completion?
        var deadline: Int64
        var state = State.queued
        var attempts = 0
        /// Order of arrival, kept through a lost session.
        let number: UInt64
    }

    var entries: [RequestID: Entry] = [:]
    var queue: Deque<RequestID> = []
    var inFlight = 0
    var limits: Welcome?
    /// Why nothing is sent and nothing is worth waiting for.
    var obstacle: Unavailability?
    private(set) var wheel: DeadlineWheel
    private var numbers: UInt64 = 0
    private var due: [RequestID] = []
    private var delivered: [BulkOutcomes] = []
    private var backoff = Backoff(initial: 50, longest: 50)

    package init(now: Int64) {
        wheel = DeadlineWheel(now: now)
    }

    package var isEmpty: Bool { entries.values.allSatisfy { $0.completion == nil } }

    // MARK: from the caller

    package func submit(_ request: Request, deadline: Int64, _ completion: Completion) {
        guard entries[request.id] == nil else {
            let error = CallError(.alreadyExists, "request \(request.id.hex) is still open on this client", pushback: .never)
            return finish(completion, .failure(error))
        }
        if let obstacle, !request.waitsForReady, !request.isRepeatable {
            return finish(completion, .failure(obstacle.error))
        }
        numbers += 1
        entries[request.id] = Entry(request: request, completion: completion, deadline: deadline, number: numbers)
        queue.append(request.id)
        wheel.add(request.id, at: deadline + Self.grace)
    }

    /// The caller gave up. The broker is told where it knows of the request.
    package func cancel(_ id: RequestID, _ outbox: Outbox, isOpen: Bool, now: Int64) {
        guard let entry = entries[id], entry.completion != nil else { return }
        if entry.state == .sent, isOpen, entry.request.kind != .query { outbox.append(Header(.cancel, id: id)) }
        abandon(id, .failure(CallError(.cancelled, "the caller gave up", wasSent: entry.attempts > 0)), now: now)
    }

    // MARK: the session

    package func opened(_ welcome: Welcome) {
        limits = welcome
        obstacle = nil
    }

    /// What may be sent twice waits for the next session, in its old order; the rest has failed.
    package func lost(now: Int64) {
        limits = nil
        inFlight = 0
        var again: [(UInt64, RequestID)] = []
        for (id, entry) in entries where entry.state == .sent {
            if entry.completion == nil {
                entries[id] = nil
            } else if entry.request.isRepeatable {
                again.append((entry.number, id))
                entries[id]?.state = .queued
            } else {
                finish(id, .failure(CallError(.unavailable, "the connection was lost before an answer came", wasSent: true)))
            }
        }
        again.sort { $0.0 < $1.0 }
        queue.prepend(contentsOf: again.map(\.1))
    }

    package func unavailable(_ reason: Unavailability) {
        obstacle = reason
        for (id, entry) in entries where entry.state == .queued && !entry.request.waitsForReady && !entry.request.isRepeatable {
            finish(id, .failure(reason.error))
        }
    }

    // MARK: each turn

    /// Reminds, sends, and hands over what bulk senders wait for; gives the time of the next turn.
    package func turn(_ outbox: Outbox, isOpen: Bool, now: Int64) -> Int64 {
        due.removeAll(keepingCapacity: true)
        wheel.advance(to: now, due: &due)
        for id in due { remind(id, now: now) }
        if isOpen, obstacle == nil, let limits { send(outbox, limits, now: now) }
        deliver()
        return entries.isEmpty ? .max : wheel.next() ?? .max
    }

    private func remind(_ id: RequestID, now: Int64) {
        guard let entry = entries[id] else { return }
        if now >= entry.deadline + Self.grace {
            guard entry.completion != nil else {
                // The broker's answer never came; its place in the window is taken back.
                if entry.state == .sent { inFlight -= 1 }
                entries[id] = nil
                return
            }
            let words = entry.attempts == 0 ? "the request was never sent: no session with the broker, or its window was full" : "no answer came in time"
            abandon(id, .failure(CallError(.deadlineExceeded, words, wasSent: entry.attempts > 0)), now: now)
        } else if case .resting(let until) = entry.state, now >= until {
            entries[id]?.state = .queued
            queue.append(id)
        }
    }

    private func send(_ outbox: Outbox, _ limits: Welcome, now: Int64) {
        while inFlight < max(1, limits.window), let id = queue.popFirst() {
            guard let place = entries.index(forKey: id), entries.values[place].state == .queued else { continue }
            let request = entries.values[place].request
            let deadline = entries.values[place].deadline
            guard request.body.count <= limits.maxBody, Header.size + request.metadata.count + request.body.count <= limits.maxFrame else {
                let words = "a body of \(request.body.count) bytes is over the broker's limit of \(limits.maxBody)"
                finish(id, .failure(CallError(.resourceExhausted, words, pushback: .never)))
                continue
            }
            // Within the grace there is nothing left to give a worker.
            guard deadline > now else { continue }
            let timeout = request.kind == .durable ? request.timeToLive : UInt32(clamping: deadline - now)
            outbox.append(
                Header(request.kind == .query ? .query : .request, flags: request.flags, timeout: timeout, id: id),
                metadata: request.metadata, body: request.body)
            entries.values[place].state = .sent
            entries.values[place].attempts += 1
            if !request.isRepeatable { entries.values[place].request.forgetBody() }
            inFlight += 1
        }
    }

    // MARK: ends

    /// Ends a request that the broker has answered, or that never reached it.
    func finish(_ id: RequestID, _ result: Result<Answer, CallError>) {
        guard let entry = entries.removeValue(forKey: id), let completion = entry.completion else { return }
        finish(completion, result)
    }

    /// Ends a request whose answer may still come.
    private func abandon(_ id: RequestID, _ result: Result<Answer, CallError>, now: Int64) {
        guard let entry = entries[id] else { return }
        guard entry.state == .sent else { return finish(id, result) }
        entries[id]?.completion = nil
        entries[id]?.deadline = now + Self.mourning
        entries[id]?.request.forgetBody()
        wheel.add(id, at: now + Self.mourning + Self.grace)
        if let completion = entry.completion { finish(completion, result) }
    }

    /// Sends again what may be sent again, in time; else it has failed.
    func refuse(_ id: RequestID, _ error: CallError, pushback: UInt32, now: Int64) {
        guard let entry = entries[id] else { return }
        guard let wait = rest(of: entry, error.status, pushback: pushback), now + wait < entry.deadline else {
            return finish(id, .failure(error))
        }
        entries[id]?.state = .resting(until: now + wait)
        wheel.add(id, at: now + wait)
    }

    private func rest(of entry: Entry, _ status: StatusCode, pushback: UInt32) -> Int64? {
        guard entry.completion != nil, entry.request.isRepeatable, pushback != .max else { return nil }
        guard entry.request.kind == .durable || entry.attempts < Self.mostAttempts else { return nil }
        switch status {
        case .unavailable, .resourceExhausted:
            if pushback > 0 { return Int64(pushback) }
            // Without advice a full queue is not asked again (wire.md §4 always gives one).
            guard status == .unavailable else { return nil }
            return backoff.next() << Int64(min(entry.attempts - 1, 5))
        default:
            return nil
        }
    }

    private func finish(_ completion: Completion, _ result: Result<Answer, CallError>) {
        switch completion {
        case .task(let continuation):
            continuation.resume(returning: result)
        case .bulk(let outcomes, let index):
            if outcomes.add(Outcome(index: index, result: result.map(\.success))) { delivered.append(outcomes) }
        }
    }

    private func deliver() {
        guard !delivered.isEmpty else { return }
        let ready = delivered
        delivered.removeAll(keepingCapacity: true)
        for outcomes in ready { outcomes.flush() }
    }

    /// The end of the client: nothing is waited for any more.
    package func endAll() {
        for id in Array(entries.keys) {
            finish(id, .failure(CallError(.unavailable, "the client was shut down", wasSent: (entries[id]?.attempts ?? 0) > 0)))
        }
        queue.removeAll()
        deliver()
    }

    func reject(_ completion: Completion, _ error: CallError) {
        finish(completion, .failure(error))
        deliver()
    }
}

extension Unavailability {
    var error: CallError {
        switch self {
        case .unreachable: CallError(.unavailable, "the broker does not answer")
        case .refused(let status, let reason): CallError(.unavailable, "the broker refuses this client: \(status.name) \(reason)")
        case .draining: CallError(.unavailable, "the broker is being shut down")
        }
    }
}

extension Answer {
    /// As a bulk sender sees it.
    var success: Outcome.Success {
        switch self {
        case .reply(let reply): .reply(reply)
        case .accepted(let acceptance): .accepted(acceptance)
        // A bulk send holds no queries.
        case .state(let json): .reply(Reply(body: json, metadata: []))
        }
    }
}
