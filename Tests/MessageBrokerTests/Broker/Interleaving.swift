import MessageBroker
import MessageWire
import Testing

/// Producers, workers, operators and time at random against a broker, beside a model of what each was promised.
struct Interleaving {
    /// Places that a run should come to.
    enum Sight: CaseIterable {
        case refusedByWindow, refusedByQueue, refusedByPause, redelivered, revoked, replayed, purged, cancelled, drained, capped, repeated, teeMissed
    }

    struct Worker {
        var number: Int
        var peer: TestPeer
        /// By service.
        var granted: [String: UInt32] = [:]
        var taken: [String: UInt32] = [:]
        var held: [Arrived] = []
        /// It sent DRAIN, and GOAWAY came.
        var isDraining = false
    }

    static let window = 5
    static let cap = 3
    static let unaryServices: [String] = [.echo, .teed]
    static let durableServices: [String] = [.jobs, .ledger, .second]

    let seed: UInt64
    var faults: [String] = []
    var seen: [Sight: Int] = [:]
    var model = InterleavingModel()
    let pool: TestPool
    var producers: [TestPeer] = []
    /// By producer: requests without an answer.
    var open = [0, 0, 0]
    var workers: [Worker] = []
    /// Workers that went in silence: the broker may still send to them.
    var ghosts: [Worker] = []
    var paused: Set<String> = []
    /// Tasks of workers that went, or that were put aside: answered late, if ever.
    var lost: [Arrived] = []
    private var random: SplitMix64
    private var nextID: UInt64 = 0
    private var names = 0
    private var questions: UInt64 = 0

    /// - Parameter journal: made for the pool; nil: in memory.
    init(seed: UInt64, journal: TestPool.JournalMaker? = nil) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        var configuration = BrokerConfiguration.with { $0.maxDeliveries = 3 } durable: {
            ($0.lease, $0.initialBackoff, $0.jitter, $0.maxAttempts, $0.maxQueue) = (4000, 300, 0.2, 3, 60)
        }
        configuration.window = Self.window
        if case .durable(var policy) = configuration.services[.second] {
            policy.maxInFlight = Self.cap
            configuration.services[.second] = .durable(policy)
        }
        pool = TestPool(configuration, seed: seed, journal: journal)
        connect()
    }

    private mutating func connect() {
        producers = (0..<3).map { pool.peer("p\($0)", .front) }
        open = [0, 0, 0]
        (workers, ghosts) = ([], [])
    }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    mutating func fault(_ words: String) { faults.append(words) }
    mutating func see(_ sight: Sight) { seen[sight, default: 0] += 1 }

    // MARK: one thing happens

    mutating func step() throws {
        let before = Dictionary(uniqueKeysWithValues: (Self.unaryServices + Self.durableServices).map { ($0, model.waiting(for: $0)) })
        let wasPaused = paused
        let undelivered = self.undelivered
        switch below(30) {
        case 0..<6: request()
        case 6, 7: repeatOne()
        case 8, 9: try join()
        case 10..<13: try credit()
        case 13..<19: work()
        case 19: leave()
        case 20: late()
        case 21..<23: pool.advance(by: Int64(below(900)))
        case 23: cancel()
        case 24: if below(3) == 0 { restart() } else { dispose() }
        case 25: pause()
        case 26: progress()
        default: pool.isJournalSlow = below(3) == 0
        }
        // What could not be sent to a broken connection is back in its place, and others have gone meanwhile.
        try collect(undelivered == self.undelivered ? before : [:], wasPaused)
    }

    private var undelivered: UInt64 { pool.counters.drops[Counters.Drop.gonePeer.rawValue] }

    private mutating func request() {
        nextID += 1
        let path = [String.say, .run, .run, .publish, .route][below(5)]
        let isOrdered = path == .run && below(2) > 0
        model.sent[nextID] = .init(
            path: path, key: isOrdered ? "k\(below(2))" : nil, tenant: below(3) == 0 ? "t\(below(2))" : nil, priority: UInt8(below(4)))
        send(nextID, from: below(3))
    }

    private mutating func send(_ id: UInt64, from producer: Int) {
        guard let request = model.sent[id] else { return }
        let isUnary = InterleavingModel.isUnary(request.path)
        // A refusal by the window could not be told from the answer that the connection waits for.
        if isUnary, request.waiting.contains(producer) { return }
        model.send(id, from: producer)
        open[producer] += 1
        let flags: MessageFlags = id % 2 == 0 ? [.idempotent, .waitForReady] : .waitForReady
        var entries = [("priority", "\(request.priority)")]
        if let key = request.key { entries.append(("ordering-key", key)) }
        if let tenant = request.tenant { entries.append(("tenant", tenant)) }
        producers[producer].request(
            id, request.path, "body \(id)", isUnary ? flags : [], timeout: isUnary ? UInt32(500 + id % 4000) : 0, entries: entries)
    }

    private mutating func repeatOne() {
        guard nextID > 0 else { return }
        // Mostly one of the latest, which may still be in flight.
        let oldest = below(4) == 0 ? 1 : max(1, Int(nextID) - 8)
        send(UInt64(oldest + below(Int(nextID) - oldest + 1)), from: below(3))
    }

    private mutating func join() throws {
        guard workers.count < 4 else { return }
        names += 1
        let services = [[String.echo, .jobs], [.teed, .ledger], [.second, .jobs], [.echo, .teed, .ledger, .second]][below(4)]
        let peer = pool.peer("w\(names)")
        try peer.hello(.worker, services: services, batch: below(2) == 0)
        _ = try peer.only(.welcome)
        workers.append(Worker(number: names, peer: peer))
        for service in services {
            workers[workers.count - 1].granted[service] = 2
            try peer.credit(service, 2)
        }
    }

    private mutating func credit() throws {
        guard !workers.isEmpty else { return }
        let number = below(workers.count)
        for (service, granted) in workers[number].granted.sorted(by: { $0.key < $1.key }) {
            workers[number].granted[service] = granted + 1
            try workers[number].peer.credit(service, granted + 1)
        }
    }

    /// A worker that has something; nil where none has.
    private mutating func busyWorker() -> Int? {
        let busy = workers.indices.filter { !workers[$0].held.isEmpty }
        return busy.isEmpty ? nil : busy[below(busy.count)]
    }

    private mutating func work() {
        guard let number = busyWorker() else { return }
        let task = workers[number].held.remove(at: below(workers[number].held.count))
        let peer = workers[number].peer
        let delivery = delivery(task)
        switch below(10) {
        case 0:
            model.courses[delivery]?.holder = nil
            peer.nack(task, after: UInt32(below(2) * 400))
        case 1, 4:
            model.courses[delivery]?.holder = nil
            model.courses[delivery]?.failures += 1
            if InterleavingModel.isUnary(task.path) { model.courses[delivery]?.isDone = true }
            peer.done(task, status: 14)
        case 2:
            model.courses[delivery]?.holder = nil
            model.courses[delivery]?.isTerminated = true
            peer.term(task, status: 3)
        case 3:
            // Kept, and answered late; the lease stays until it runs out.
            lost.append(task)
        default:
            model.courses[delivery]?.holder = nil
            model.courses[delivery]?.isDone = true
            peer.done(task, "reply \(task.number)")
        }
    }

    /// A worker goes: with BYE, in silence, or unreachable; what it held may still be done later. Or it says that it will go.
    private mutating func leave() {
        guard !workers.isEmpty else { return }
        let number = below(workers.count)
        if below(3) == 0 {
            workers[number].peer.send(Header(.drain))
            return
        }
        let worker = workers.remove(at: number)
        lost += worker.held
        let isOnPurpose = below(3) == 0
        for delivery in model.courses.keys where model.courses[delivery]?.holder == worker.number {
            model.courses[delivery]?.holder = nil
            if !isOnPurpose { model.courses[delivery]?.losses += 1 }
        }
        if isOnPurpose {
            worker.peer.bye()
        } else if below(2) == 0 {
            worker.peer.answersPing = false
            ghosts.append(worker)
        } else {
            worker.peer.state = .gone
        }
    }

    private mutating func late() {
        guard !lost.isEmpty, !workers.isEmpty else { return }
        let task = lost.remove(at: below(lost.count))
        model.courses[delivery(task)]?.mayBeDone = true
        // Its lease may still be the present one.
        if model.courses[delivery(task)]?.token == task.header.token { model.courses[delivery(task)]?.holder = nil }
        workers[below(workers.count)].peer.done(task, "late")
    }

    private mutating func progress() {
        guard let number = busyWorker() else { return }
        workers[number].peer.say(.progress, workers[number].held[below(workers[number].held.count)])
    }

    private mutating func cancel() {
        guard nextID > 0 else { return }
        let id = 1 + UInt64(below(Int(nextID)))
        model.sent[id]?.mayHaveEnded = true
        producers[below(3)].cancel(id)
    }

    /// Dead letters come back or are purged; the report may be on its way while their ids are sent again.
    private mutating func dispose() {
        let service = Self.durableServices[below(3)]
        let isReplay = below(3) > 0
        for id in model.sent.keys where InterleavingModel.services(model.sent[id]?.path ?? "").contains(service) {
            if isReplay { model.sent[id]?.isReplayed = true } else { model.sent[id]?.mayHaveEnded = true }
        }
        ask(isReplay ? "ReplayDead" : "PurgeDead", ["service": .string(service), "all": true])
        see(isReplay ? .replayed : .purged)
    }

    private mutating func pause() {
        let service = (Self.unaryServices + Self.durableServices)[below(5)]
        // More often on than off, so that things move.
        if !paused.contains(service), below(2) == 0 { paused.insert(service) } else { paused.remove(service) }
        ask(paused.contains(service) ? "Pause" : "Resume", ["service": .string(service)])
    }

    mutating func ask(_ method: String, _ body: JSON) {
        questions += 1
        // A connection for each: questions to a slow journal fill their window, and a Pause would be refused.
        pool.peer("operator of \(method)", .front).request(0xB000_0000 + questions, "trunkline.pool.v1.Admin/\(method)", body.text)
    }

    mutating func restart() {
        for worker in workers { lost += worker.held }
        for id in model.sent.keys {
            guard let request = model.sent[id] else { continue }
            if InterleavingModel.isUnary(request.path) {
                // Gone; sent again it is a new one.
                model.sent[id]?.order = nil
            } else if request.unanswered > 0 {
                // What was not refused at once is in the journal, told or not.
                model.sent[id]?.isAccepted = true
            }
            model.sent[id]?.waiting = []
            model.sent[id]?.unanswered = 0
        }
        for delivery in model.courses.keys { model.courses[delivery]?.holder = nil }
        // What was answered is not remembered over a restart, and may be asked anew.
        for delivery in model.courses.keys where Self.unaryServices.contains(delivery.service) { model.courses[delivery]?.isDone = false }
        paused = []
        pool.isJournalSlow = false
        pool.restart(downFor: Int64(below(500)), seed: random.next())
        connect()
    }

    func delivery(_ task: Arrived) -> InterleavingModel.Delivery {
        .init(request: task.number, service: InterleavingModel.service(task.path))
    }
}
