import MessageWire

/// What a HELLO began (wire.md §2, "Session").
struct Session {
    let connection: ConnectionID
    let hello: Hello
    /// Where it serves; one lane for each service of its HELLO.
    var lanes: [LaneID] = []
    /// The broker pinged it at this time, monotonic milliseconds.
    var lastPing: Int64
    /// It sent DRAIN: nothing new goes to it.
    var isDraining = false
    /// The chain of requests it holds.
    var firstHeld = RequestPlace.none
    var held: Int32 = 0

    init(connection: ConnectionID, hello: Hello, now: Int64) {
        self.connection = connection
        self.hello = hello
        lastPing = now
    }

    /// Who it is: another HELLO that says the same from another connection ends it.
    var identity: PeerIdentity { PeerIdentity(name: hello.name, instance: hello.instance) }
}

struct PeerIdentity: Hashable {
    var name: String
    var instance: String
}

/// One session's work for one service: its credit and what it holds.
struct Lane {
    let session: SessionID
    let service: ServiceID
    /// Tasks it may have been sent, and was sent, this session; the wire carries the first modulo 2³².
    private var granted: UInt64 = 0
    var sent: UInt64 = 0
    var inFlight: Int32 = 0

    init(session: SessionID, service: ServiceID) {
        self.session = session
        self.service = service
    }

    var credit: UInt64 { granted - sent }

    /// Takes a CREDIT; a value up to 2³¹ behind is a resend.
    mutating func grant(_ total: UInt32) {
        let step = Int32(bitPattern: total &- UInt32(truncatingIfNeeded: granted))
        if step > 0 { granted += UInt64(step) }
    }
}
