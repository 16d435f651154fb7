import MessageConnection
import MessageWire

/// What callers, and the connections to other brokers, have for a connection's thread.
enum ClientCommand: Sendable {
    case submit(Request, deadline: Int64, Completion)
    /// The places are the requests' in the caller's array; nil: as they stand here.
    case bulk([Request], places: [Int]?, now: Int64, BulkOutcomes)
    case cancel(RequestID)
    /// A request that another broker's connection had.
    case adopt(OutstandingRequests.Entry)
    /// Another broker answers.
    case look
    /// End once nothing is open, but not later than this many milliseconds from now.
    case drain(grace: Int64)
    case leave
}

/// How a client sends again what failed.
struct RetrySettings: Sendable {
    var policy: RetryPolicy
    var throttling: RetryThrottling?
}

/// A client's side of its connection to one broker.
final class ClientPeer: Peer {
    private let ring: BrokerRing
    private let place: Int
    private let mailbox: Mailbox<ClientCommand>
    private let requests: OutstandingRequests
    private var commands: [ClientCommand] = []
    private var leaveAt: Int64?

    init(_ ring: BrokerRing, _ place: Int, _ retry: RetrySettings, now: Int64) {
        self.ring = ring
        self.place = place
        mailbox = ring.lines[place].mailbox
        requests = OutstandingRequests(now: now, retryPolicy: retry.policy, throttling: retry.throttling)
    }

    var isIdle: Bool { mailbox.isEmpty }

    func opened(_ welcome: Welcome, _ outbox: Outbox, now: Int64) {
        stand(.open)
        requests.opened(welcome)
    }

    func lost(now: Int64) {
        // One that drains, or refuses, has to say otherwise first.
        stand(requests.obstacle == nil ? .unknown : .away)
        requests.lost(now: now)
    }

    func unavailable(_ reason: Unavailability, now: Int64) {
        stand(.away)
        requests.unavailable(reason)
    }

    func received(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64) {
        if message.header.type == .goAway { return unavailable(.draining, now: now) }
        requests.received(message, outbox, now: now)
    }

    func turn(_ outbox: Outbox, isOpen: Bool, now: Int64) -> Turn {
        if !ring.isAlone { requests.elsewhere = ring.elsewhere(from: place) }
        mailbox.take(into: &commands)
        for command in commands { obey(command, outbox, isOpen: isOpen, now: now) }
        // Requests hold continuations; none is kept past its turn.
        commands.removeAll(keepingCapacity: true)
        let next = requests.turn(outbox, isOpen: isOpen, now: now)
        if !requests.departures.isEmpty { seeOff() }
        guard let leaveAt else { return .goOn(until: next) }
        return now >= leaveAt || requests.isEmpty ? .leave : .goOn(until: min(next, leaveAt))
    }

    private func obey(_ command: ClientCommand, _ outbox: Outbox, isOpen: Bool, now: Int64) {
        switch command {
        case .submit(let request, let deadline, let completion):
            guard leaveAt == nil else { return requests.reject(completion, .shutDown) }
            requests.submit(request, deadline: deadline, completion)
        case .bulk(let batch, let places, let then, let outcomes):
            for (index, request) in batch.enumerated() {
                let completion = Completion.bulk(outcomes, index: places?[index] ?? index)
                guard leaveAt == nil else {
                    requests.reject(completion, .shutDown)
                    continue
                }
                requests.submit(request, deadline: then + request.timeout, completion)
            }
        case .cancel(let id):
            if let other = requests.cancel(id, outbox, isOpen: isOpen, now: now) { ring.lines[other].mailbox.post(.cancel(id)) }
        case .adopt(let entry): requests.enter(entry)
        case .look: break
        case .drain(let grace): leaveAt = min(leaveAt ?? .max, now + grace)
        case .leave: leaveAt = now
        }
    }

    func ended() {
        stand(.away)
        for command in mailbox.close() {
            switch command {
            case .submit(_, _, let completion): requests.reject(completion, .shutDown)
            case .bulk(let batch, let places, _, let outcomes):
                for index in batch.indices { requests.reject(.bulk(outcomes, index: places?[index] ?? index), .shutDown) }
            case .adopt(let entry): requests.reject(entry, .shutDown)
            case .cancel, .look, .drain, .leave: break
            }
        }
        requests.endAll()
    }

    // MARK: other brokers

    private func stand(_ standing: BrokerRing.Standing) {
        guard !ring.isAlone else { return }
        ring.stand(place, standing)
        requests.elsewhere = ring.elsewhere(from: place)
    }

    /// Hands over what other brokers are to answer.
    private func seeOff() {
        for entry in requests.departures {
            let other = ring.place(for: entry.id, except: place)
            // Before the post: a cancel that follows has to find it.
            requests.departed(entry, to: other)
            if !ring.lines[other].mailbox.post(.adopt(entry)) { requests.reject(entry, .shutDown) }
        }
        requests.departures.removeAll()
    }
}

extension CallError {
    static let shutDown = CallError(.unavailable, "the client was shut down")
}
