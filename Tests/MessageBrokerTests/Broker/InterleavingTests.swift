import MessageBroker
import MessageWire
import Testing

/// Anything may happen in any order; what wire.md promises holds.
@Suite struct InterleavingTests {
    @Test(arguments: 0..<60 as Range<UInt64>) func `random interleavings keep every promise`(_ run: UInt64) throws {
        let seed = UInt64.random(in: .min ... .max) &+ run
        var play = Interleaving(seed: seed)
        for _ in 0..<700 { try play.step() }
        try play.finish()
        #expect(play.faults.isEmpty, "seed \(seed): \(play.faults.prefix(3))")
    }
}

/// Producers, workers and time at random against a broker, beside a model of what each was promised.
struct Interleaving {
    /// What was sent under one id.
    struct Sent {
        var path: String
        var key: String?
        var isAccepted = false
        var isTerminated = false
        /// It may have been dead and replayed, and then comes after later ones with its key.
        var isReplayed = false
        /// TASKs seen for it.
        var tasks = 0
        /// Connections that wait for a RESPONSE.
        var waiting: Set<Int> = []
    }

    private struct Worker {
        var peer: TestPeer
        /// By service.
        var granted: [String: UInt32] = [:]
        var taken: [String: UInt32] = [:]
        var held: [Arrived] = []
    }

    let seed: UInt64
    private(set) var faults: [String] = []
    private var random: SplitMix64
    private let pool: TestPool
    private var producers: [TestPeer] = []
    private var workers: [Worker] = []
    private var sent: [UInt64: Sent] = [:]
    private var lost: [Arrived] = []
    /// The latest request that was delivered of each ordering key.
    private var lastOfKey: [String: UInt64] = [:]
    private var nextID: UInt64 = 0
    private var names = 0
    private var replays: UInt64 = 0

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix64(seed: seed)
        pool = TestPool(
            .with { $0.maxDeliveries = 3 } durable: { ($0.lease, $0.initialBackoff, $0.jitter, $0.maxAttempts) = (4000, 300, 0.2, 3) }, seed: seed)
        connect()
    }

    private mutating func connect() {
        producers = (0..<3).map { pool.peer("p\($0)", .front) }
        workers = []
    }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    private mutating func fault(_ words: String) { faults.append(words) }

    // MARK: one thing happens

    mutating func step() throws {
        switch below(24) {
        case 0..<5: request()
        case 5, 6: repeatOne()
        case 7..<9: try join()
        case 9..<12: try credit()
        case 12..<17: work()
        case 17: leave()
        case 18: late()
        case 19..<21: pool.advance(by: Int64(below(900)))
        case 21: cancel()
        case 22: if below(3) == 0 { restart() } else { replay() }
        default: pool.isJournalSlow = below(3) == 0
        }
        try collect()
    }

    private mutating func request() {
        nextID += 1
        let path = [String.say, .run, .run, .publish, .route][below(5)]
        let isOrdered = path == .run && below(4) > 0
        let key = isOrdered ? "k\(below(2))" : nil
        sent[nextID] = Sent(path: path, key: key)
        send(nextID, from: below(3))
    }

    private mutating func send(_ id: UInt64, from producer: Int) {
        guard let request = sent[id] else { return }
        let isUnary = request.path == .say || request.path == .route
        if isUnary { sent[id]?.waiting.insert(producer) }
        let flags: MessageFlags = id % 2 == 0 ? [.idempotent, .waitForReady] : .waitForReady
        producers[producer].request(
            id, request.path, "body \(id)", isUnary ? flags : [], timeout: isUnary ? UInt32(500 + id % 4000) : 0,
            entries: request.key.map { [("ordering-key", $0)] } ?? [])
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
        workers.append(Worker(peer: peer))
        for service in services {
            try peer.credit(service, 2)
            workers[workers.count - 1].granted[service] = 2
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

    private mutating func work() {
        guard !workers.isEmpty else { return }
        let number = below(workers.count)
        guard !workers[number].held.isEmpty else { return }
        let task = workers[number].held.remove(at: below(workers[number].held.count))
        let peer = workers[number].peer
        switch below(10) {
        case 0: peer.nack(task, after: UInt32(below(2) * 400))
        case 1, 4: peer.done(task, status: 14)
        case 2:
            sent[task.number]?.isTerminated = true
            peer.term(task, status: 3)
        case 3:
            // Kept, and answered late.
            lost.append(task)
        default: peer.done(task, "reply \(task.number)")
        }
    }

    /// A worker goes: with BYE, in silence, or unreachable; what it held may still be done later.
    private mutating func leave() {
        guard !workers.isEmpty else { return }
        let worker = workers.remove(at: below(workers.count))
        lost += worker.held
        switch below(3) {
        case 0: worker.peer.bye()
        case 1: worker.peer.answersPing = false
        default: worker.peer.state = .gone
        }
    }

    private mutating func late() {
        guard !lost.isEmpty, !workers.isEmpty else { return }
        let task = lost.remove(at: below(lost.count))
        workers[below(workers.count)].peer.done(task, "late")
    }

    private mutating func cancel() {
        guard nextID > 0 else { return }
        producers[below(3)].cancel(1 + UInt64(below(Int(nextID))))
    }

    /// Dead letters come back; the report may be on its way while their ids are sent again.
    private mutating func replay() {
        for (id, request) in sent where request.isTerminated { sent[id]?.isReplayed = true }
        replays += 1
        let service = [String.jobs, .ledger, .second][below(3)]
        let body = JSON.object([JSON.Member("service", .string(service)), JSON.Member("all", true)]).text
        pool.peer("replayer", .front).request(0xB000_0000 + replays, "trunkline.pool.v1.Admin/ReplayDead", body)
    }

    private mutating func restart() {
        for worker in workers { lost += worker.held }
        for id in sent.keys { sent[id]?.waiting = [] }
        pool.isJournalSlow = false
        pool.restart(downFor: Int64(below(500)), seed: random.next())
        connect()
    }

    // MARK: what came of it

    private mutating func collect() throws {
        for number in producers.indices {
            for message in producers[number].all() { answered(message, number) }
        }
        for number in workers.indices {
            for message in workers[number].peer.all() {
                switch message.type {
                case .task: took(message, number)
                case .revoke: workers[number].held.removeAll { $0.header.token == message.header.token }
                case .error where message.status == 10 || message.status == 16: break
                default: fault("worker got \(message)")
                }
            }
        }
    }

    private mutating func answered(_ message: Arrived, _ producer: Int) {
        switch message.type {
        case .accepted: sent[message.number]?.isAccepted = true
        case .response:
            guard let request = sent[message.number] else { return fault("RESPONSE to nothing: \(message)") }
            if request.path == .say || request.path == .route {
                if sent[message.number]?.waiting.remove(producer) == nil { fault("a second RESPONSE: \(message)") }
            } else {
                fault("durable request refused: \(message)")
            }
        case .state: break
        default: fault("producer got \(message)")
        }
    }

    private mutating func took(_ task: Arrived, _ number: Int) {
        let service = String(task.path[..<(task.path.lastIndex(of: "/") ?? task.path.endIndex)])
        workers[number].taken[service, default: 0] += 1
        workers[number].held.append(task)
        if workers[number].taken[service, default: 0] > workers[number].granted[service, default: 0] { fault("more tasks than credit: \(task)") }
        guard let request = sent[task.number], task.id == .number(task.number) else { return }
        if request.tasks > 0, request.path != .publish, !task.header.flags.contains(.redelivered), task.header.attempt > 1 { fault("not flagged: \(task)") }
        sent[task.number]?.tasks += 1
        // Three failures or losses, some at workers that the model does not watch any more, may have made it dead as well.
        if let key = request.key, !request.isReplayed, task.header.attempt <= 3 {
            if let last = lastOfKey[key], last > task.number { fault("order of \(key) broken: \(last) before \(task.number)") }
            lastOfKey[key] = task.number
        }
    }

    // MARK: the end

    /// Everything that waits is worked off; nothing may be left but dead letters.
    mutating func finish() throws {
        pool.isJournalSlow = false
        for worker in workers { worker.peer.bye() }
        workers = []
        let last = pool.peer("last")
        try last.hello(.worker, services: [String.echo, .jobs, .teed, .ledger, .second])
        for service in [String.echo, .jobs, .teed, .ledger, .second] { try last.credit(service, 1_000_000) }
        for _ in 0..<60 {
            while case let tasks = last.take(.task), !tasks.isEmpty { for task in tasks { last.done(task) } }
            pool.advance(by: 500)
            try collect()
        }
        for (id, request) in sent where !request.waiting.isEmpty { fault("no RESPONSE for \(id) \(request.path)") }
        let dead = try deadLetters()
        for (id, request) in sent where request.isAccepted {
            producers[0].query(id)
            let state = producers[0].take(.state).last?.json?["state"]?.string
            if state != "settled", !(state == "dead" && dead.contains(id)) { fault("accepted and then \(state ?? "gone"): \(id) \(request.path)") }
        }
        check(pool.census)
    }

    private func deadLetters() throws -> Set<UInt64> {
        var ids: Set<UInt64> = []
        for service in [String.jobs, .ledger, .second] {
            let admin = pool.peer("admin", .front)
            let letters = try admin.ask("ListDead", ["service": .string(service), "limit": 1000])["dead"]?.array ?? []
            let count = try listed(pool, service)
            #expect(count["dead"]?.integer == Int64(letters.count), "seed \(seed)")
            for state in ["ready", "leased", "delayed"] { #expect(count[state]?.integer == 0, "seed \(seed): \(service) \(state)") }
            ids.formUnion(letters.compactMap { $0["request_id"]?.string.flatMap { RequestID(hex: $0)?.low } })
        }
        return ids
    }

    private mutating func check(_ census: Census) {
        var left = census
        // Connections, the last worker, and replies that are kept are meant to be there.
        (left.connections, left.sessions, left.lanes, left.keptBytes, left.ids) = (0, 0, 0, 0, 0)
        if left != Census() { fault("left behind: \(left)") }
    }
}
