package import Logging
import MessageClient
import Threads

/// `load --faults`: calls without a pause while processes are killed and stopped, and whether every promise was kept.
package struct FaultRun: Sendable {
    package enum Scenario: String, Hashable, Sendable, CaseIterable {
        /// Processes are killed, or stopped for a while.
        case kill
        /// The broker's journal is taken away as well: calls must be missing, which proves that the run would see it.
        case journalLoss = "journal-loss"
    }

    package var executable: String
    package var scenario: Scenario
    package var seed: UInt64
    /// Nil: as many as the time allows.
    package var rounds: Int?
    /// Nil: as long as the rounds take.
    package var seconds: Double?
    /// Where the pool keeps its data, in a folder of its own; nil: TMPDIR, else /tmp.
    package var parent: String?
    private let logger: Logger

    package init(
        executable: String, scenario: Scenario, seed: UInt64, rounds: Int?, seconds: Double?, parent: String? = nil, logger: Logger
    ) {
        self.executable = executable
        self.scenario = scenario
        self.seed = seed
        self.rounds = rounds
        self.seconds = seconds
        self.parent = parent
        self.logger = logger
    }

    /// - Parameter progress: told a few times a second how it goes.
    /// - Throws: `LoadError` where the pool does not come up, or cannot be asked any more.
    package func run(stop: StopFlag, progress: @escaping @Sendable (String) -> Void) async throws -> FaultReport {
        progress("starting the pool")
        // From the seed as well: the ids of a run that is played again are those of the first.
        let run = UInt32(truncatingIfNeeded: seed ^ seed >> 32) | 1
        let pool = try FaultPool(executable: executable, parent: parent, run: run, stop: stop)
        let score = FaultScore(ids: CallIDs(run: run))
        let result: Result<FaultReport, any Error>
        do {
            result = .success(try await play(pool, score, stop, progress))
        } catch let error as CallError {
            result = .failure(LoadError(.unreachable, "the pool stopped answering: \(error); its folder \(pool.crew.folder) is kept", cause: pool.crew.processes.first?.lastWords))
        } catch {
            result = .failure(error)
        }
        progress("ending the pool")
        let keepsFolder = ((try? result.get())?.holds ?? false) == false
        // All was looked at, and a broker that ends first would wait for its workers.
        try await pool.kill(FaultPart.allCases)
        // It waits for processes, which the cooperative pool must not.
        try await Thread.run(named: "load-end") { pool.crew.end(keepsFolder: keepsFolder) }
        return try result.get()
    }

    private func play(
        _ pool: FaultPool, _ score: FaultScore, _ stop: StopFlag, _ progress: @escaping @Sendable (String) -> Void
    ) async throws -> FaultReport {
        try await withMessageClient(endpoint: pool.pool.front, name: "load", logger: logger) { client in
            try await pool.pool.makeReady(client)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                var rotation = FaultRotation(self, pool, score, client, stop)
                let live = rotation.live
                group.addTask { await Self.watch(live, score, stop, progress) }
                defer {
                    rotation.close()
                    group.cancelAll()
                }
                return try await rotation.play { link in group.addTask { try await link.listen(score) } }
            }
        }
    }

    /// A line four times a second, and an ear for the end, until cancelled.
    private static func watch(_ live: FaultLive, _ score: FaultScore, _ stop: StopFlag, _ progress: @Sendable (String) -> Void) async {
        while (try? await ContinuousClock().sleep(for: .milliseconds(250))) != nil {
            if stop.isRaised { score.end() }
            progress("\(live.text)  \(Figures.text(score.ledger.answered)) calls answered")
        }
    }
}
