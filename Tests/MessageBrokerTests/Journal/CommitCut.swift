import MessageBroker
import MessageWire
import Testing

/// A broker that comes up on what a crash left, held against what was promised by then and what was committed.
struct CommitCut {
    let pool: TestPool
    let fold: JournalFold
    private(set) var faults: [String] = []
    private let asker: TestPeer
    /// Deliveries that workers were given, in order.
    private var tasks: [(service: String, task: Arrived)] = []

    init(_ pool: TestPool, _ fold: JournalFold) {
        self.pool = pool
        self.fold = fold
        asker = pool.peer("asker", .front)
    }

    private var all: [JournalFold.Kept] { fold.kept.values.sorted { $0.sequence < $1.sequence } }

    /// - Parameters:
    ///   - accepted: requests whose producer was told ACCEPTED.
    ///   - recorded: exchanges whose producer was told an answer without `teed: 0`.
    mutating func check(accepted: Set<RequestID>, recorded: Set<RequestID>) throws {
        for id in accepted where fold.sequences[id] == nil { faults.append("told ACCEPTED, and not on disk: \(id.low)") }
        let exchanges = Set(all.compactMap(\.exchange))
        for id in recorded where !exchanges.contains(id.hex) { faults.append("answered as recorded, and no record on disk: \(id.low)") }
        for kept in all { try checkState(kept) }
        for kept in all where kept.exchange == nil { checkMemory(kept) }
        try workOff()
        for kept in all { checkDeliveries(kept) }
        checkKeys()
        try checkEnd()
    }

    /// As it was journaled: its state, and how often it was tried, failed and was lost.
    private mutating func checkState(_ kept: JournalFold.Kept) throws {
        let told = try asker.ask("GetRequest", ["request_id": .string(kept.id.hex)])
        let state = told["state"]?.string ?? ""
        let states = Set(kept.deliveries.values.map(\.state))
        let expected: Set<String> =
            // A delay may be over, or waits behind its key instead; of several deliveries one is told.
            if states.contains(.delayed) { ["delayed", "ready"] } else if states.contains(.ready) { ["ready"] } else if states.contains(.dead) {
                ["dead"]
            } else { ["settled"] }
        if !expected.contains(state) { faults.append("\(kept.id.low) is \(state), \(expected) is on disk") }
        guard kept.deliveries.count == 1, let progress = kept.deliveries.values.first else { return }
        let counts = ["attempts", "failures", "losses"].map { told[$0]?.integer ?? -1 }
        let journaled = [Int64(progress.attempts), Int64(progress.failures), Int64(progress.losses)]
        if counts != journaled { faults.append("\(kept.id.low) counts \(counts), \(journaled) is on disk") }
    }

    /// Its id is known, with its path and body and no others.
    private mutating func checkMemory(_ kept: JournalFold.Kept) {
        asker.send(kept.frame.bytes)
        let again = asker.all()
        if again.map(\.type) != [.accepted] || again[0]["duplicate"] != "1" { faults.append("sent again: \(again)") }
        asker.send(kept.frame.bytes + [0])
        let other = asker.all()
        if other.map(\.type) != [.response] || other[0].status != 6 { faults.append("another body under its id: \(other)") }
    }

    private mutating func workOff() throws {
        let services = Interleaving.durableServices
        let worker = pool.peer("worker")
        try worker.hello(.worker, services: services)
        for service in services { try worker.credit(service, 1_000_000) }
        _ = worker.take(.welcome)
        for _ in 0..<8 {
            while case let batch = worker.take(.task), !batch.isEmpty {
                for task in batch {
                    tasks.append((InterleavingModel.service(task.path), task))
                    worker.done(task)
                }
            }
            pool.advance(by: 500)
        }
        if !worker.inbox.isEmpty { faults.append("the worker got \(worker.inbox.prefix(3))") }
    }

    /// What was open is delivered once, as what it is; what was over is not.
    private mutating func checkDeliveries(_ kept: JournalFold.Kept) {
        for (service, progress) in kept.deliveries {
            let own = tasks.filter { $0.service == service && $0.task.id == kept.id }.map(\.task)
            let isOpen = progress.state == .ready || progress.state == .delayed
            guard own.count == (isOpen ? 1 : 0) else {
                faults.append("\(kept.id.low) was \(progress.state), and \(service) got it \(own.count) times")
                continue
            }
            guard let task = own.first else { continue }
            if !task.header.flags.contains(.redelivered) { faults.append("not flagged: \(task)") }
            if UInt32(task.header.attempt) != progress.attempts + 1 { faults.append("attempt \(progress.attempts + 1) was next: \(task)") }
            if task.body != kept.frame.body { faults.append("another body: \(task)") }
        }
    }

    /// Each key in order of acceptance.
    private mutating func checkKeys() {
        var last: [String: UInt64] = [:]
        for (service, task) in tasks {
            guard let key = task["ordering-key"], let sequence = fold.sequences[task.id] else { continue }
            if let before = last[service + key], before > sequence { faults.append("order of \(key) broken: \(task)") }
            last[service + key] = sequence
        }
    }

    private mutating func checkEnd() throws {
        for service in Interleaving.durableServices {
            let listed = try listed(pool, service)
            let dead = fold.kept.values.count { $0.deliveries[service]?.state == .dead }
            if listed["dead"]?.integer != Int64(dead) { faults.append("\(service): \(dead) dead on disk, told \(listed)") }
            for state in ["ready", "leased", "delayed"] where listed[state]?.integer != 0 { faults.append("left over: \(listed)") }
        }
        var left = pool.census
        (left.connections, left.sessions, left.lanes, left.keptBytes, left.ids) = (0, 0, 0, 0, 0)
        if left != Census() { faults.append("left behind: \(left)") }
    }
}
