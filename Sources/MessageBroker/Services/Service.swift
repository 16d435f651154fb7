/// One service: its policy, who serves it, and what waits.
struct Service {
    let id: ServiceID
    let name: String
    /// The same in every life of the broker.
    let nameHash: UInt64
    let policy: ServicePolicy
    /// Named by the broker's file; the others end with their last worker.
    let isDeclared: Bool
    /// Where exchanges are recorded: the durable service and the path's bytes.
    var tee: TeeTarget?
    /// Services that get a delivery each, and this service's share of their paths is replaced by theirs.
    var fanOut: [ServiceID] = []

    /// Lanes of sessions that serve it and are not draining.
    var lanes: [LaneID] = []
    var queue = ReadyQueue()
    var isPaused = false
    var leased = 0
    var delayed = 0
    var dead = 0
    /// Accepted and not yet on disk.
    var accepting = 0
    /// Bytes of all that waits: ready, delayed, being accepted.
    var queuedBytes = 0
    /// Waiting behind another request with the same ordering key.
    var heldByKey = 0
    var keys: [RequestDigest: KeyChain] = [:]
    /// When something was last sent, monotonic milliseconds.
    var lastDispatch = Int64.min / 2
    /// `dispatch` is at work on it: what ends meanwhile need not start it again.
    var isDispatching = false

    init(id: ServiceID, name: String, policy: ServicePolicy, isDeclared: Bool) {
        self.id = id
        self.name = name
        var name = name
        nameHash = name.withUTF8 { ServiceTable.hash(UnsafeRawBufferPointer($0)) }
        self.policy = policy
        self.isDeclared = isDeclared
    }

    var ready: Int { queue.count + heldByKey }
    var waiting: Int { ready + delayed + accepting }

    var unary: UnaryPolicy? { if case .unary(let policy) = policy { policy } else { nil } }
    var durable: DurablePolicy? { if case .durable(let policy) = policy { policy } else { nil } }
    var isDurable: Bool { policy.isDurable }

    var isCapped: Bool { policy.maxInFlight > 0 && leased >= policy.maxInFlight }
}

struct TeeTarget {
    var service: ServiceID
    var path: [UInt8]
    var early: Bool
}

/// The requests of one ordering key: one may go, the others wait behind it.
struct KeyChain {
    var holder: RequestPlace
    var first = RequestPlace.none
    var last = RequestPlace.none
}
