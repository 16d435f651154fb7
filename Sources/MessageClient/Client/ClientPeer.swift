import MessageConnection
import MessageWire

/// What callers have for the connection's thread.
enum ClientCommand: Sendable {
    case submit(Request, deadline: Int64, Completion)
    case bulk([Request], now: Int64, BulkOutcomes)
    case cancel(RequestID)
    /// End once nothing is open, but not later than this many milliseconds from now.
    case drain(grace: Int64)
    case leave
}

/// A client's side of its connection.
final class ClientPeer: Peer {
    private let mailbox: Mailbox<ClientCommand>
    private let requests: OutstandingRequests
    private var commands: [ClientCommand] = []
    private var leaveAt: Int64?

    init(_ mailbox: Mailbox<ClientCommand>, now: Int64) {
        self.mailbox = mailbox
        requests = OutstandingRequests(now: now)
    }

    var isIdle: Bool { mailbox.isEmpty }

    func opened(_ welcome: Welcome, _ outbox: Outbox, now: Int64) {
        requests.opened(welcome)
    }

    func lost(now: Int64) {
        requests.lost(now: now)
    }

    func unavailable(_ reason: Unavailability, now: Int64) {
        requests.unavailable(reason)
    }

    func received(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64) {
        if message.header.type == .goAway { return requests.unavailable(.draining) }
        requests.received(message, now: now)
    }

    func turn(_ outbox: Outbox, isOpen: Bool, now: Int64) -> Turn {
        mailbox.take(into: &commands)
        for command in commands { obey(command, outbox, isOpen: isOpen, now: now) }
        // Requests hold continuations; none is kept past its turn.
        commands.removeAll(keepingCapacity: true)
        let next = requests.turn(outbox, isOpen: isOpen, now: now)
        guard let leaveAt else { return .goOn(until: next) }
        return now >= leaveAt || requests.isEmpty ? .leave : .goOn(until: min(next, leaveAt))
    }

    private func obey(_ command: ClientCommand, _ outbox: Outbox, isOpen: Bool, now: Int64) {
        switch command {
        case .submit(let request, let deadline, let completion):
            guard leaveAt == nil else { return requests.reject(completion, .shutDown) }
            requests.submit(request, deadline: deadline, completion)
        case .bulk(let batch, let then, let outcomes):
            for (index, request) in batch.enumerated() {
                let completion = Completion.bulk(outcomes, index: index)
                guard leaveAt == nil else {
                    requests.reject(completion, .shutDown)
                    continue
                }
                requests.submit(request, deadline: then + request.timeout, completion)
            }
        case .cancel(let id): requests.cancel(id, outbox, isOpen: isOpen, now: now)
        case .drain(let grace): leaveAt = min(leaveAt ?? .max, now + grace)
        case .leave: leaveAt = now
        }
    }

    func ended() {
        for command in mailbox.close() {
            switch command {
            case .submit(_, _, let completion): requests.reject(completion, .shutDown)
            case .bulk(let batch, _, let outcomes):
                for index in batch.indices { requests.reject(.bulk(outcomes, index: index), .shutDown) }
            case .cancel, .drain, .leave: break
            }
        }
        requests.endAll()
    }
}

extension CallError {
    static let shutDown = CallError(.unavailable, "the client was shut down")
}
