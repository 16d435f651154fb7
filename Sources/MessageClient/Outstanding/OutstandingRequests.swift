import DequeModule
package import MessageConnection
package import MessageWire

/// Every request that one broker is to answer and that has not ended: the window, the deadlines, what is sent again and when.
///
/// Pure: time comes in, messages go to the outbox, answers to whoever waits, and what another broker is to do to `departures`.
/// Times are milliseconds.
package final class OutstandingRequests {
    /// Milliseconds that the broker's own DEADLINE_EXCEEDED may take to get here before this side says it.
    package static let grace: Int64 = 25
    /// Milliseconds that a request nobody waits for any more still counts in the window: the broker's answer is on its way.
    package static let mourning: Int64 = 5000

    enum State: Hashable {
        /// Waits for a session or for room in the window.
        case queued
        case sent
        /// Sent again then.
        case resting(until: Int64)
    }

    package struct Entry: Sendable {
        var request: Request
        /// Nil: nobody waits any more.
        var completion: Completion?
        var deadline: Int64
        var state = State.queued
        /// How often it was sent, by whichever connection.
        var attempts = 0
        /// Retries since the last pushback: the next wait grows with them.
        var retries = 0
        /// Order of arrival, kept through a lost session.
        var number: UInt64 = 0

        package var id: RequestID { request.id }

        /// Whether the reader has parts of an answer, so that there can be no other.
        var hasParts: Bool {
            if case .stream(let parts)? = completion { parts.received > 0 } else { false }
        }
    }

    var entries: [RequestID: Entry] = [:]
    var queue: Deque<RequestID> = []
    var inFlight = 0
    var limits: Welcome?
    /// Why nothing is sent and nothing is worth waiting for.
    var obstacle: Unavailability?
    var tokens: RetryTokens?
    let retryPolicy: RetryPolicy
    var random = Xoshiro256()
    private(set) var wheel: DeadlineWheel
    private var numbers: UInt64 = 0
    private var due: [RequestID] = []
    private var delivered: [BulkOutcomes] = []

    /// What another broker of the client has to offer; kept up to date by whoever knows the others.
    package var elsewhere = Elsewhere.nothing
    /// Requests that another broker is to answer; taken after each turn.
    package var departures: [Entry] = []
    /// Where requests went that may still be cancelled, until their deadlines.
    var forwarding: [RequestID: (broker: Int, until: Int64)] = [:]

    package init(now: Int64, retryPolicy: RetryPolicy = .default, throttling: RetryThrottling? = .default) {
        wheel = DeadlineWheel(now: now)
        self.retryPolicy = retryPolicy
        tokens = throttling.map { RetryTokens($0) }
    }

    package var isEmpty: Bool { entries.values.allSatisfy { $0.completion == nil } }

    // MARK: from the caller

    package func submit(_ request: Request, deadline: Int64, _ completion: Completion) {
        enter(Entry(request: request, completion: completion, deadline: deadline))
    }

    /// From the caller, or from another broker's connection.
    package func enter(_ entry: consuming Entry) {
        let id = entry.request.id
        guard entries.index(forKey: id) == nil else {
            return end(entry, CallError(.alreadyExists, "request \(id.hex) is still open on this client", pushback: .never))
        }
        if let obstacle, !isWorthWaiting(entry) { return end(entry, obstacle.error(wasSent: entry.attempts > 0)) }
        numbers += 1
        entry.number = numbers
        wheel.add(id, at: entry.deadline + Self.grace)
        entries[id] = entry
        queue.append(id)
    }

    private func end(_ entry: Entry, _ error: CallError) {
        if let completion = entry.completion { finish(completion, .failure(error)) }
    }

    /// Whether a request waits where there is an obstacle: it said so, a worker may see it twice, or another broker would take it.
    func isWorthWaiting(_ entry: Entry) -> Bool {
        entry.request.waitsForReady || entry.request.isRepeatable || elsewhere == .better && mayDepart(entry)
    }

    /// The caller gave up. The broker is told where it knows of the request.
    ///
    /// - Returns: the broker that has the request, where it is another one.
    @discardableResult
    package func cancel(_ id: RequestID, _ outbox: Outbox, isOpen: Bool, now: Int64) -> Int? {
        guard let entry = entries[id], entry.completion != nil else { return forwarding[id]?.broker }
        giveUp(id, CallError(.cancelled, "the caller gave up", wasSent: entry.attempts > 0), isOpen ? outbox : nil, now: now)
        return nil
    }

    // MARK: each turn

    /// Reminds, sends, and hands over what bulk senders wait for; gives the time of the next turn.
    package func turn(_ outbox: Outbox, isOpen: Bool, now: Int64) -> Int64 {
        due.removeAll(keepingCapacity: true)
        wheel.advance(to: now, due: &due)
        for id in due { remind(id, now: now) }
        if elsewhere == .better { departQueued() }
        if isOpen, obstacle == nil, let limits { send(outbox, limits, now: now) }
        deliver()
        return entries.isEmpty && forwarding.isEmpty ? .max : wheel.next() ?? .max
    }

    private func remind(_ id: RequestID, now: Int64) {
        guard let entry = entries[id] else { return forgetDeparted(id, now: now) }
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
            awake(entry)
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

    /// Ends a request before its answer, and tells the broker, where there is a session to tell it in.
    func giveUp(_ id: RequestID, _ error: CallError, _ outbox: Outbox?, now: Int64) {
        if let entry = entries[id], entry.state == .sent, entry.request.kind != .query { outbox?.append(Header(.cancel, id: id)) }
        abandon(id, .failure(error), now: now)
    }

    private func finish(_ completion: Completion, _ result: Result<Answer, CallError>) {
        switch completion {
        case .task(let continuation):
            continuation.resume(returning: result)
        case .bulk(let outcomes, let index):
            if outcomes.add(Outcome(index: index, result: result.map(\.success))) { delivered.append(outcomes) }
        case .stream(let parts):
            parts.finish(result)
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

    func reject(_ entry: Entry, _ error: CallError) {
        end(entry, error)
        deliver()
    }

    func remindRested(_ id: RequestID, at time: Int64) {
        wheel.add(id, at: time)
    }
}
