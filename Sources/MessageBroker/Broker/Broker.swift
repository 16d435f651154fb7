import MessageWire
package import ZeroMQ

/// The broker's state and rules (wire.md), without sockets, threads or clocks.
///
/// Three things are told to it: a message came (`receive`), time passed (`advance`), the journal has reported
/// (`journalReported`). Each answers by adding to `Effects`. One thread at a time.
package struct Broker: ~Copyable {
    let configuration: BrokerConfiguration
    let name: String
    private(set) var epoch: UInt64 = 0
    var now: Moment
    let startedAt: Int64
    var random: SplitMix64

    // Who is there.
    var connections = Slab<Connection>()
    var connectionsByRoutingID: [[RoutingID: ConnectionID]] = [[:], [:]]
    /// Whoever spoke last on each side: most likely the next to speak.
    var recentConnections: (front: ConnectionID, back: ConnectionID) = (.none, .none)
    var connectionGenerations: UInt32 = 0
    var sessions = Slab<Session>()
    var sessionsByIdentity: [PeerIdentity: SessionID] = [:]
    var lanes = Slab<Lane>()
    var nextSweep: Int64 = 0
    /// When the first of what lingers in services may go, monotonic milliseconds.
    var lingerEnds = Int64.max

    /// Of every message the broker makes for itself.
    package let buffers = BufferPool()
    /// Used in one message after another, empty between them: the places of a BATCH's items, a record's metadata.
    var batchItems: [Range<Int>] = []
    var recordMetadata: [UInt8] = []

    // What they want.
    var services: ServiceTable
    var requests = Slab<Request>()
    var exchanges = Slab<Exchange>()
    /// What workers said of deliveries that they did not settle, for those who ask why.
    var lastMessages: [RequestPlace: String] = [:]
    var index: RequestIndex
    var replies: KeptReplies
    var timers: TimerWheel
    var fired: [Int32] = []
    var seal: TokenSeal
    /// Numbers of acceptance: the order of queues and the journal's key.
    var sequence: UInt64 = 0
    /// Connections that sent a request somebody else had sent before, with what each is still owed.
    var joined: [RequestPlace: [ConnectionReference]] = [:]
    /// Records of exchanges on their way to the disk, by acceptance number, with the exchange that waits for each.
    var records: [UInt64: RequestPlace] = [:]
    /// Questions to the journal that peers wait for.
    var inquiries: [UInt64: Inquiry] = [:]
    var tickets: UInt64 = 0
    /// Durable requests handed to the journal and not reported, by acceptance number.
    var accepting: [UInt64: RequestPlace] = [:]

    // How it is.
    package internal(set) var isDraining = false
    var journalFailure: JournalError?
    var freeDisk: Int64 = .max
    var areDescriptorsShort = false
    var isMemoryShort = false
    /// The resident memory at which more than `memory_limit` was nobody's: the broker drains and ends.
    package internal(set) var outgrown: Int?
    package var counters = Counters()

    /// A broker that knows its services and nothing else: `recover` brings back what was unsettled, then `open` lets it work.
    package init(configuration: BrokerConfiguration, name: String, names: ServiceNames, now: Moment, seed: UInt64) {
        self.configuration = configuration
        self.name = name
        self.now = now
        startedAt = now.monotonic
        random = SplitMix64(seed: seed)
        services = ServiceTable(names: names)
        index = RequestIndex(secret: self.random.next())
        replies = KeptReplies(limit: configuration.dedupeReplies, window: configuration.dedupeWindow)
        timers = TimerWheel(now: now.monotonic)
        seal = TokenSeal(key: (0, 0), epoch: 0)
        for (service, policy) in configuration.services.sorted(by: { $0.key < $1.key }) {
            _ = services.add(service, policy, isDeclared: true)
        }
        for service in services.all { resolve(service) }
    }

    /// What the journal said when it was read back. Comes before the first message.
    package mutating func open(_ opening: JournalOpening) {
        epoch = opening.epoch
        seal = TokenSeal(key: opening.tokenKey, epoch: opening.epoch)
        sequence = opening.lastSequence
        // Letters of a service that the file no longer names stay in the journal, and are shown once it is named again.
        for (service, count) in opening.dead {
            if let id = services.find(service) { services[id].dead = count }
        }
    }

    /// Turns the names in a service's policy into numbers; the configuration has been checked.
    private mutating func resolve(_ id: ServiceID) {
        if let path = services[id].unary?.tee, let slash = path.lastIndex(of: "/"), let target = services.find(String(path[..<slash])) {
            services[id].tee = TeeTarget(service: target, path: Array(path.utf8), early: services[id].unary?.teeAcknowledgement == .early)
        }
        if let names = services[id].durable?.fanOut { services[id].fanOut = names.compactMap { services.find($0) } }
    }

    /// Lets time pass: deadlines, leases, delays, heartbeats.
    package mutating func advance(to moment: Moment, _ effects: inout Effects) {
        now = moment
        fired.removeAll(keepingCapacity: true)
        timers.advance(to: moment.monotonic, into: &fired)
        for number in fired where requests.isTaken(number) { due(RequestPlace(number), &effects) }
        endLingering(&effects)
        if moment.monotonic >= nextSweep {
            sweep(&effects)
            nextSweep = moment.monotonic + max(1, configuration.heartbeat / 8)
        }
    }

    /// When `advance` must be called again at the latest, monotonic milliseconds.
    package var nextTurn: Int64 {
        min(nextSweep, lingerEnds, timers.nextTurn ?? .max)
    }

    /// Stops taking requests; what is out and what waits for an answer is finished (wire.md §3, "Pause and drain").
    package mutating func drain(_ effects: inout Effects) {
        guard !isDraining else { return }
        isDraining = true
        for number in 0..<Int32(sessions.capacity) where sessions.isTaken(number) {
            send(Header(.goAway), to: sessions[number].connection, &effects)
        }
    }

    /// It was asked to drain and has finished what was begun: the process may end.
    package var hasDrained: Bool { isDraining && isIdle }

    /// Nothing is out, nothing waits for an answer and nothing is on its way to the disk: a draining broker may go.
    package var isIdle: Bool {
        accepting.isEmpty && records.isEmpty
            && services.all.allSatisfy { services[$0].leased == 0 && (services[$0].isDurable || services[$0].waiting == 0) }
    }

    /// The journal can do no more: the broker drains and ends (reliability.md).
    package var hasFailed: JournalError? { journalFailure }
}
