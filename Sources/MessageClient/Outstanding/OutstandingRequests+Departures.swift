import DequeModule
import MessageWire

/// What the other brokers of a client offer to requests of one (interfaces.md §3: they share nothing).
package enum Elsewhere: Hashable, Sendable {
    /// There is no other, or none that would be better or as good.
    case nothing
    /// Both answer: a retry may as well go there.
    case equal
    /// This one does not answer, and another does, or may yet.
    case better
}

/// Requests that go to another broker: those that were never sent, and idempotent calls.
///
/// A durable request that was sent stays: it may be in this broker's journal, and another broker does not know its id.
extension OutstandingRequests {
    func mayDepart(_ entry: Entry) -> Bool {
        !entry.request.isPinned && (entry.attempts == 0 || entry.request.isIdempotent) && !entry.hasParts
    }

    func depart(_ id: RequestID) {
        guard var entry = entries.removeValue(forKey: id) else { return }
        entry.state = .queued
        entry.completion = entry.completion?.forAnotherThread
        departures.append(entry)
    }

    func departQueued() {
        guard !queue.isEmpty else { return }
        let waiting = queue
        queue.removeAll(keepingCapacity: true)
        for id in waiting {
            guard let entry = entries[id], entry.state == .queued else { continue }
            if mayDepart(entry) { depart(id) } else { queue.append(id) }
        }
    }

    /// Keeps where it went: whoever cancels it asks here.
    package func departed(_ entry: Entry, to broker: Int) {
        if case .bulk? = entry.completion { return }
        forwarding[entry.id] = (broker, entry.deadline)
    }

    func forgetDeparted(_ id: RequestID, now: Int64) {
        guard let known = forwarding[id], now >= known.until else { return }
        forwarding[id] = nil
    }
}
