package import MessageWire

/// One role on a connection: what a client or a worker does with it. Every call comes on the connection's thread.
package protocol Peer: AnyObject {
    /// A session stands. Nothing that was queued before is still queued.
    func opened(_ welcome: Welcome, _ outbox: Outbox, now: Int64)
    /// The session is over; what was sent in it may be lost, what was queued is.
    func lost(now: Int64)
    /// The broker is away for longer, refuses the peer, or drains: nothing new is worth waiting for.
    func unavailable(_ reason: Unavailability, now: Int64)
    /// A message that is none of the session's own.
    func received(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64)
    /// Once in each turn, after what arrived was handed over: takes what other threads posted, keeps deadlines.
    func turn(_ outbox: Outbox, isOpen: Bool, now: Int64) -> Turn
    /// Whether other threads have posted nothing since the last turn.
    var isIdle: Bool { get }
    /// The loop has ended; nothing more will be called.
    func ended()
}

/// What a peer wants after its turn.
package enum Turn: Hashable, Sendable {
    /// Another turn then, milliseconds of the loop's clock, or sooner.
    case goOn(until: Int64)
    /// Send what is queued, say BYE and end.
    case leave
}

package enum Unavailability: Hashable, Sendable {
    case unreachable
    case refused(StatusCode, String)
    case draining
}
