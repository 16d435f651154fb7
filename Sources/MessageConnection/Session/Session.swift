package import MessageWire

/// The life of one session with one broker (wire.md §2, "Session"): time comes in, actions go out.
///
///     greeting ──WELCOME──▶ open ──silence, other epoch, PONG 16, other connection──▶ greeting
///        │  ▲                 
///     refused                
///        ▼  │
///      waiting
///
/// Times are milliseconds of one monotonic clock. A greeting that nobody answers gets a new socket, each time after a longer
/// wait: libzmq connects again by itself, but not after a protocol or authentication error (reliability.md).
package struct Session: Sendable {
    enum Phase: Hashable, Sendable {
        /// HELLO is out, or waits for the socket to take it, since then.
        case greeting(since: Int64)
        /// Refused; greets again then.
        case waiting(until: Int64)
        case open(Welcome)
    }

    /// Until a broker has said its own, wire.md §8's default.
    package static let assumedInterval: Int64 = 1000
    /// Silent intervals that end a session (wire.md §2).
    package static let silentIntervals: Int64 = 3
    static let longestPatience: Int64 = 30_000
    /// Ten minutes: longer than any broker has reason to say.
    package static let longestInterval: Int64 = 600_000

    private(set) var phase: Phase
    private var interval = Session.assumedInterval
    private var heard: Int64
    private var pinged: Int64
    private var patience: Int64
    private var refusals: Backoff
    private var saidUnreachable = false

    package init(now: Int64) {
        phase = .greeting(since: now)
        heard = now
        pinged = now
        patience = Session.assumedInterval * Session.silentIntervals
        refusals = Backoff(initial: 1000, longest: 30_000)
    }

    /// The promises of the session that stands, if one does.
    package var welcome: Welcome? { if case .open(let welcome) = phase { welcome } else { nil } }

    package var isOpen: Bool { if case .open = phase { true } else { false } }

    /// When `tick` has something to do at the latest.
    package var wakeUp: Int64 {
        switch phase {
        case .greeting(let since): since + patience
        case .waiting(let until): until
        case .open: min(max(heard, pinged) + interval, heard + interval * Session.silentIntervals)
        }
    }

    // MARK: what happened

    /// Any message proves life.
    package mutating func hear(now: Int64) {
        heard = now
    }

    /// The socket took HELLO: from here on the broker has three intervals to answer.
    package mutating func greeted(now: Int64) {
        guard case .greeting = phase else { return }
        phase = .greeting(since: now)
        patience = max(patience, interval * Session.silentIntervals)
    }

    package mutating func welcomed(_ welcome: Welcome, now: Int64) -> [SessionAction] {
        var actions: [SessionAction] = []
        if case .open(let known) = phase {
            // An answer that came twice; only another epoch makes it news.
            guard known.epoch != welcome.epoch else { return [] }
            actions = [.lost(.otherEpoch)]
        }
        phase = .open(welcome)
        // A broker's number, so kept within what makes sense here.
        interval = min(max(1, welcome.heartbeatMilliseconds), Session.longestInterval)
        patience = interval * Session.silentIntervals
        refusals.reset()
        saidUnreachable = false
        heard = now
        pinged = now
        return actions + [.opened(welcome)]
    }

    package mutating func ponged(status: UInt8, epoch: UInt32, now: Int64) -> [SessionAction] {
        guard case .open(let welcome) = phase else { return [] }
        guard epoch == UInt32(truncatingIfNeeded: welcome.epoch) else { return beginAgain(.otherEpoch, now: now) }
        return status == StatusCode.unauthenticated.rawValue ? beginAgain(.forgotten, now: now) : []
    }

    /// An ERROR that speaks of the session, not of one request.
    package mutating func failed(_ status: StatusCode, _ message: String, now: Int64) -> [SessionAction] {
        switch phase {
        case .greeting:
            phase = .waiting(until: now + refusals.next())
            return [.refused(status, message)]
        case .waiting:
            return []
        case .open:
            return status == .unauthenticated ? beginAgain(.forgotten, now: now) : []
        }
    }

    package mutating func wentAway() -> [SessionAction] {
        isOpen ? [.goAway] : []
    }

    /// The socket has another connection than before: what was said on the old one is not known on this one.
    package mutating func reconnected(now: Int64) -> [SessionAction] {
        switch phase {
        case .greeting: beginAgain(nil, now: now)
        case .waiting: []
        case .open: beginAgain(.disconnected, now: now)
        }
    }

    /// The socket takes messages again after it took none: the connection was probably another one, so ask.
    package mutating func unblocked(now: Int64) -> [SessionAction] {
        guard isOpen else { return [] }
        pinged = now
        return [.ping]
    }

    package mutating func tick(now: Int64) -> [SessionAction] {
        switch phase {
        case .greeting(let since):
            guard now >= since + patience else { return [] }
            let news: [SessionAction] = saidUnreachable ? [] : [.unreachable]
            saidUnreachable = true
            phase = .greeting(since: now)
            patience = min(patience * 2, max(Session.longestPatience, interval * Session.silentIntervals))
            return news + [.rebuild, .greet]
        case .waiting(let until):
            guard now >= until else { return [] }
            phase = .greeting(since: now)
            return [.greet]
        case .open:
            if now >= heard + interval * Session.silentIntervals {
                phase = .greeting(since: now)
                return [.lost(.silent), .rebuild, .greet]
            }
            guard now >= max(heard, pinged) + interval else { return [] }
            pinged = now
            return [.ping]
        }
    }

    private mutating func beginAgain(_ loss: SessionLoss?, now: Int64) -> [SessionAction] {
        phase = .greeting(since: now)
        return (loss.map { [.lost($0)] } ?? []) + [.greet]
    }
}
