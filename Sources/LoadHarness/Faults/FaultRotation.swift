import CallModel
import Glibc
import MessageClient
import MessageConnection

/// A run under way: round after round, and the pool put to rest and looked at in between.
struct FaultRotation {
    private static let roundsBetweenRests = 5
    /// Far longer than a broker takes to start on any journal of a run, and longer than a call may wait.
    private static let patience = Duration.seconds(40)
    private static let warmUp = 300

    let live = FaultLive()
    private let run: FaultRun
    private let pool: FaultPool
    private let score: FaultScore
    private let stop: StopFlag
    private var plan: FaultPlan
    private var rest: FaultRest
    private var link: ProducerLink?
    private var report: FaultReport

    init(_ run: FaultRun, _ pool: FaultPool, _ score: FaultScore, _ client: MessageClient, _ stop: StopFlag) {
        self.run = run
        self.pool = pool
        self.score = score
        self.stop = stop
        plan = FaultPlan(seed: run.seed)
        rest = FaultRest(pool, score, client, stop)
        report = FaultReport(scenario: run.scenario, seed: run.seed, folder: pool.crew.folder)
    }

    /// Nobody talks to the producer any more.
    func close() { link?.close() }

    /// - Parameter listen: has a link listened to until its producer is gone.
    mutating func play(_ listen: (ProducerLink) -> Void) async throws -> FaultReport {
        let began = Stopwatch.now()
        try startProducer(listen)
        _ = await score.waitForAnswers(Self.warmUp, limit: Self.patience)
        try await look()
        while goesOn(began) {
            let round = plan.next()
            live.say("round \(round.number)\(run.rounds.map { " of \($0)" } ?? ""): \(round.text)")
            try await play(round, listen)
            if round.number % Self.roundsBetweenRests == 0 { try await look() }
        }
        live.say("the last look")
        try await look(isLast: true)
        report.seconds = Double(Stopwatch.now() - began) / 1e9
        report.ledger = score.ledger
        return report
    }

    private func goesOn(_ began: UInt64) -> Bool {
        if stop.isRaised || !score.ledger.violations.isEmpty { return false }
        if let rounds = run.rounds, report.rounds >= rounds { return false }
        if let seconds = run.seconds, Double(Stopwatch.now() - began) / 1e9 >= seconds { return false }
        return true
    }

    private mutating func play(_ round: FaultRound, _ listen: (ProducerLink) -> Void) async throws {
        score.change { $0.round = round.number }
        guard await flows(to: score.ledger.answered + round.answers, "before") else { return }
        switch (run.scenario, round.fault) {
        case (.journalLoss, _): try await loseJournal(listen)
        case (.kill, .kill):
            try await pool.kill(round.parts)
            if round.parts.contains(.producer) { await link?.ended() }
            try await ContinuousClock().sleep(for: .milliseconds(round.milliseconds))
            try restart(round.parts, listen)
        case (.kill, .stop):
            pool.signal(round.parts, SIGSTOP)
            try await ContinuousClock().sleep(for: .milliseconds(round.milliseconds))
            pool.signal(round.parts, SIGCONT)
        }
        let back = Stopwatch.now()
        guard await flows(to: score.ledger.answered + 1, "after \(round.text) in") else { return }
        report.add(round, recovery: Stopwatch.now() - back)
        for words in pool.ended { score.change { $0.violate(.alive, "\(words) (round \(round.number): \(round.text))") } }
    }

    /// What attribution has not taken yet is in the journal alone; then that is gone.
    private mutating func loseJournal(_ listen: (ProducerLink) -> Void) async throws {
        pool.signal([.attribution], SIGSTOP)
        guard await flows(to: score.ledger.answered + 50, "with attribution stopped in") else { return }
        try await pool.kill(FaultPart.allCases)
        await link?.ended()
        try pool.loseJournal()
        try restart(FaultPart.allCases, listen)
    }

    private mutating func restart(_ parts: [FaultPart], _ listen: (ProducerLink) -> Void) throws {
        for part in parts where part != .producer { try pool.start(part) }
        if parts.contains(.producer) { try startProducer(listen) }
    }

    private mutating func startProducer(_ listen: (ProducerLink) -> Void) throws {
        score.change { $0.endProducer() }
        let next = try pool.startProducer(first: score.ledger.calls.count)
        link = next
        listen(next)
    }

    /// Whether so many calls are answered in time; one more violation where not.
    private func flows(to count: Int, _ when: String) async -> Bool {
        let isThere = await score.waitForAnswers(count, limit: Self.patience)
        if !isThere {
            score.change { ledger in
                ledger.violate(.alive, "\(ledger.answered) calls were answered and no more within \(Self.patience), \(when) round \(ledger.round)")
            }
        }
        return isThere && !stop.isRaised
    }

    private mutating func look(isLast: Bool = false) async throws {
        guard let link, score.ledger.violations.isEmpty else { return }
        report.rests += 1
        try await rest.look(link, isLast: isLast, &report)
    }
}
