import CallModel
import MessageClient
import MessageConnection

/// The pool put to rest, looked at, and let go again.
struct FaultRest {
    private static let patience = Duration.seconds(60)
    /// Calls whose every event is looked at, in each rest: the others' ends are seen in the call log.
    private static let sample = 40
    /// What a process may hold more than at its baseline: a socket is just being closed, malloc keeps what it had.
    private static let descriptorAllowance = 4
    private static func memoryAllowance(_ part: FaultPart) -> Int {
        // The record store's caches fill up: names, keys, calls that are going on, callers who call often, pages. Each has its limit, some 100 MiB in all. The
        // broker has the journal's pages, and tables that stay as large as the most that ever waited.
        switch part {
        case .attribution: 128 << 20
        case .broker: 96 << 20
        default: 48 << 20
        }
    }

    private let pool: FaultPool
    private let score: FaultScore
    private let stop: StopFlag
    private let client: MessageClient
    private let rest: PoolRest
    private let log: CallLogReader
    private var baseline: [FaultPart: ProcessFootprint] = [:]
    /// The first call that has not been looked for, and when it may have been made.
    private var first = 0
    private var since = Timestamp(milliseconds: MonotonicTime.wall())

    init(_ pool: FaultPool, _ score: FaultScore, _ client: MessageClient, _ stop: StopFlag) {
        self.pool = pool
        self.score = score
        self.stop = stop
        self.client = client
        rest = PoolRest(client: client)
        log = CallLogReader(client: client)
    }

    /// - Parameter isLast: all calls of the run are looked for again, and nothing goes on.
    mutating func look(_ link: ProducerLink, isLast: Bool, _ report: inout FaultReport) async throws {
        score.beginRest()
        link.order(.rest)
        guard await score.waitForRest(limit: Self.patience) else {
            return violate(.answers, "after \(Self.patience) the producer still waits for outcomes of calls or events")
        }
        guard try await isEmpty(), try await revive(&report) else { return }
        let from = isLast ? 0 : first
        let until = Timestamp(milliseconds: MonotonicTime.wall())
        score.change { $0.forgetRecords(from: from) }
        try await log.read(since: isLast ? nil : since) { _ in } page: { page in
            score.change { ledger in
                for (place, id) in page.callIDs.enumerated() { ledger.found(id, isEnded: page.isEnded(place), from: from) }
            }
        }
        score.change { $0.check(from: from) }
        score.change { $0.checkLimit(FaultPool.directory.scarceMax) }
        try await pool.pool.resetLimits(client)
        try await lookAtEvents()
        compare(&report)
        // A call may be a little older than the producer's word of it.
        (first, since) = (score.ledger.calls.count, Timestamp(milliseconds: until.milliseconds - 30_000))
        if !isLast { link.order(.go) }
    }

    private func violate(_ invariant: FaultInvariant, _ text: String) { score.change { $0.violate(invariant, text) } }

    private func isEmpty() async throws -> Bool {
        let left = try await rest.settle(limit: Self.patience, stop: stop)
        if !left.isEmpty { violate(.depth, "\(Self.patience) after the last request there is still \(left.joined(separator: ", "))") }
        return left.isEmpty
    }

    /// A record that went down with its worker too often is dead; replayed, it is recorded like any other.
    private func revive(_ report: inout FaultReport) async throws -> Bool {
        let dead = try await rest.replayDead()
        report.dead += dead
        guard dead > 0 else { return true }
        guard try await isEmpty() else { return false }
        let again = try await rest.replayDead()
        if again > 0 { violate(.depth, "\(again) of \(dead) dead letters died again when they were replayed, with nothing wrong") }
        return again == 0
    }

    /// Of some calls, that the one event is there once; of those without a promise of a record, that there is one all the same.
    private func lookAtEvents() async throws {
        let ledger = score.ledger
        let some = ledger.calls.indices.dropFirst(first).filter { ledger.calls[$0].isEventAccepted && ledger.calls[$0].answer == .promised }
        for call in some.shuffled().prefix(Self.sample) + ledger.eventsAlone(from: first) {
            let events = try await rest.events(of: ledger.ids.text(call))
            let count = events?.count { $0 == "ended" } ?? 0
            if count != 1 {
                violate(.events, "the ended event of \(ledger.name(call)) was accepted, and \(events == nil ? "no record has it" : "its record has it \(count) times")")
            }
        }
    }

    private mutating func compare(_ report: inout FaultReport) {
        for (part, now) in pool.footprints.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let then = baseline[part] else {
                baseline[part] = now
                report.footprints[part] = (now, now)
                continue
            }
            report.footprints[part] = (then, now)
            if now.memory > then.memory + Self.memoryAllowance(part) {
                violate(.bounded, "\(part.rawValue) holds \(now.memory >> 20) MiB at rest, \(then.memory >> 20) MiB before the first fault")
            }
            if now.descriptors > then.descriptors + Self.descriptorAllowance {
                violate(.bounded, "\(part.rawValue) has \(now.descriptors) open descriptors at rest, \(then.descriptors) before the first fault")
            }
        }
    }
}
