package import MessageWire

/// What a connection has to do next; `Session` decides, the loop does.
package enum SessionAction: Hashable, Sendable {
    /// Close the socket and connect a new one.
    case rebuild
    /// Send HELLO, as soon as the socket takes it.
    case greet
    /// Send PING.
    case ping
    /// A session stands: work may flow.
    case opened(Welcome)
    /// The session is over; what was sent in it may be lost.
    case lost(SessionLoss)
    /// The broker wants no session with this peer now.
    case refused(StatusCode, String)
    /// Nothing came from the broker for long: said once, until it is back.
    case unreachable
    /// The broker takes no new work.
    case goAway
}

/// Why a session ended without this peer wanting it (wire.md §2, "Session").
package enum SessionLoss: String, Hashable, Sendable {
    case silent = "nothing heard for three intervals"
    case forgotten = "the broker holds no session for this connection"
    case disconnected = "the connection was lost"
    case otherEpoch = "the broker was started again"
}
