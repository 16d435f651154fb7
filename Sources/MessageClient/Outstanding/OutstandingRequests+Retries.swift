import MessageWire

/// What is sent again, and when (gRPC's A6).
extension OutstandingRequests {
    /// Sends again what may be sent again, in time; else it has failed.
    func refuse(_ id: RequestID, _ error: CallError, pushback: UInt32, now: Int64) {
        guard let place = entries.index(forKey: id), entries.values[place].completion != nil else { return finish(id, .failure(error)) }
        guard mayFollow(error.status, pushback: pushback, entries.values[place]) else { return finish(id, .failure(error)) }
        let wait: Int64
        if pushback > 0 {
            wait = Int64(pushback)
            entries.values[place].retries = 0
        } else {
            entries.values[place].retries += 1
            let noise = Double(random.next() >> 11) * 0x1p-53
            wait = policy(of: entries.values[place]).backoff(retry: entries.values[place].retries, noise: noise)
        }
        guard now + wait < entries.values[place].deadline else { return finish(id, .failure(error)) }
        entries.values[place].state = .resting(until: now + wait)
        remindRested(id, at: now + wait)
    }

    private func policy(of entry: Entry) -> RetryPolicy { entry.request.retryPolicy ?? retryPolicy }

    /// Whether another attempt follows an answer that is no success.
    private func mayFollow(_ status: StatusCode, pushback: UInt32, _ entry: Entry) -> Bool {
        let policy = policy(of: entry)
        let isAskedFor = pushback > 0 && pushback != .max
        let mayFollow = isAskedFor || pushback == 0 && policy.retries(status)
        switch entry.request.kind {
        case .query: return false
        // It is the broker's as soon as it has it; until then it is asked for as long as the caller waits.
        case .durable: return mayFollow
        case .unary(let isIdempotent):
            // A6's transparent retry of what no worker had is not to be had: nothing in RESPONSE tells a refusal of the broker's from
            // a handler's answer.
            //
            // Counted though it may not be retried: the bucket measures the broker.
            let isCalm = pushback == .max || policy.retries(status) ? tokens?.failed() ?? true : true
            return isIdempotent && mayFollow && isCalm && !entry.hasParts && entry.attempts < policy.maxAttempts
        }
    }

    /// Whether a request that was out when the session ended is sent again; to the caller the loss is UNAVAILABLE.
    func mayFollowLoss(_ entry: Entry) -> Bool {
        guard entry.request.isUnary else { return true }
        let policy = policy(of: entry)
        return entry.request.isIdempotent && !entry.hasParts && policy.retries(.unavailable) && entry.attempts < policy.maxAttempts
    }

    /// The wait before another attempt is over.
    func awake(_ entry: Entry) {
        entries[entry.id]?.state = .queued
        if elsewhere != .nothing, mayDepart(entry) {
            depart(entry.id)
        } else if let obstacle, !isWorthWaiting(entry) {
            finish(entry.id, .failure(obstacle.error(wasSent: true)))
        } else {
            queue.append(entry.id)
        }
    }
}
