/// The two sockets of a broker (wire.md §1).
package enum Side: UInt8, Sendable {
    case front, back
}

/// A connection the broker has heard from lately, with or without a session.
struct Connection {
    let side: Side
    let routingID: RoutingID
    /// Tells this connection from a later one in the same place.
    let generation: UInt32
    /// Monotonic milliseconds of its latest message.
    var lastHeard: Int64
    var lastSent: Int64
    var session: SessionID = .none
    /// Requests not yet answered; wire.md §2, "Window".
    var open: Int32 = 0
    var strikes: UInt8 = 0
    /// Ignored since its third strike.
    var isMuted = false
    /// It has sent a message that was none of the malformed.
    var isKnown = false
    /// It announced that it understands BATCH.
    var batch = false
    /// The chain of what waits to be sent to it in this turn.
    var firstSend: Int32 = -1
    var lastSend: Int32 = -1
}

/// A connection as a request remembers it: worthless once the place has another owner.
struct ConnectionReference: Hashable {
    var id: ConnectionID
    var generation: UInt32

    static let none = ConnectionReference(id: .none, generation: 0)
}

/// The number of a place, typed so that a connection is never taken for a session.
struct Place<Kind>: Hashable, Sendable {
    var index: Int32

    init(_ index: Int32) { self.index = index }

    static var none: Self { Self(-1) }

    var exists: Bool { index >= 0 }
}

typealias ConnectionID = Place<Connection>
typealias SessionID = Place<Session>
typealias LaneID = Place<Lane>
typealias RequestPlace = Place<Requests>
typealias ExchangePlace = Place<Exchanges>
/// Only names a kind of place.
enum Requests {}
enum Exchanges {}
