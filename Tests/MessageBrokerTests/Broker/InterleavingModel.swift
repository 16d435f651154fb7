import MessageWire

/// What wire.md §3 says of each request, kept beside the broker: enough to tell when it breaks its word.
struct InterleavingModel {
    /// One delivery: a request for one service. Ids that the broker makes, of records, are far from the small numbers of tests.
    struct Delivery: Hashable {
        var request: UInt64
        var service: String
    }

    /// What was sent under one id.
    struct Sent {
        var path: String
        var key: String?
        var tenant: String?
        var priority: UInt8
        /// Place in order of acceptance; nil: refused, or never sent.
        var order: Int?
        var isAccepted = false
        /// Somebody may have cancelled, purged, or let it expire.
        var mayHaveEnded = false
        /// It may have been dead and replayed, and then comes after later ones.
        var isReplayed = false
        /// Connections that wait for a RESPONSE.
        var waiting: Set<Int> = []
        /// RESPONSEs that ended an exchange.
        var outcomes = 0
        /// A RESPONSE said that its record is on disk.
        var isRecorded = false
        /// Records of its exchanges that workers were given.
        var records: Set<RequestID> = []
        var sends = 0
        /// Messages without an answer, in this life of the broker.
        var unanswered = 0
    }

    /// What became of one delivery.
    struct Course {
        var tasks = 0
        /// Which worker has it, as far as can be known.
        var holder: Int?
        /// Of the latest task.
        var token = Token.zero
        /// A DONE with status 0 was sent by the one who had it.
        var isDone = false
        /// A DONE with status 0 was sent, perhaps in vain.
        var mayBeDone = false
        /// DONEs with a failure, TERMs, lost workers and leases.
        var failures = 0
        var isTerminated = false
        var losses = 0
    }

    var sent: [UInt64: Sent] = [:]
    var courses: [Delivery: Course] = [:]
    /// The latest request that was delivered of each ordering key, by acceptance.
    var lastOfKey: [String: Int] = [:]
    private var accepted = 0

    static func isUnary(_ path: String) -> Bool { path == .say || path == .route }

    static func service(_ path: String) -> String { String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) }

    /// Where a request is delivered.
    static func services(_ path: String) -> [String] { path == .publish ? [.ledger, .second] : [service(path)] }

    mutating func send(_ id: UInt64, from producer: Int) {
        guard var request = sent[id] else { return }
        request.sends += 1
        request.unanswered += 1
        if Self.isUnary(request.path) { request.waiting.insert(producer) }
        if request.order == nil {
            accepted += 1
            request.order = accepted
        }
        sent[id] = request
    }

    /// Requests of a service that could have been sent all this time: accepted, never sent, and behind nobody.
    func waiting(for service: String) -> [UInt64: Sent] {
        sent.filter { id, request in
            guard request.key == nil, !request.mayHaveEnded, request.order != nil, Self.services(request.path).contains(service) else { return false }
            let isIn = Self.isUnary(request.path) ? !request.waiting.isEmpty && request.outcomes == 0 : request.isAccepted
            return isIn && courses[Delivery(request: id, service: service), default: Course()].tasks == 0
        }
    }
}
