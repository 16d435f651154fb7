import DequeModule
package import MessageConnection
package import MessageWire

extension OutstandingRequests {
    package func opened(_ welcome: Welcome) {
        limits = welcome
        obstacle = nil
    }

    /// What may be sent again waits for the next session, in its old order; the rest has failed.
    ///
    /// No token is taken: it is one event for however many requests, and a new connection has a backoff of its own.
    package func lost(now: Int64) {
        limits = nil
        inFlight = 0
        var again: [(UInt64, RequestID)] = []
        for (id, entry) in entries where entry.attempts > 0 {
            if entry.completion == nil {
                entries[id] = nil
            } else if entry.state == .sent, mayFollowLoss(entry) {
                again.append((entry.number, id))
                entries[id]?.state = .queued
            } else if entry.state == .sent || !entry.request.isRepeatable {
                // One that rests before its second sending would find a broker that has forgotten the first.
                finish(id, .failure(CallError(.unavailable, "the connection was lost before an answer came", wasSent: true)))
            }
        }
        again.sort { $0.0 < $1.0 }
        queue.prepend(contentsOf: again.map(\.1))
    }

    package func unavailable(_ reason: Unavailability) {
        obstacle = reason
        for (id, entry) in entries where entry.state == .queued && !isWorthWaiting(entry) {
            finish(id, .failure(reason.error(wasSent: entry.attempts > 0)))
        }
    }
}

extension Unavailability {
    func error(wasSent: Bool) -> CallError {
        let words =
            switch self {
            case .unreachable: "the broker does not answer"
            case .refused(let status, let reason): "the broker refuses this client: \(status.name) \(reason)"
            case .draining: "the broker is being shut down"
            }
        return CallError(.unavailable, words, wasSent: wasSent)
    }
}
