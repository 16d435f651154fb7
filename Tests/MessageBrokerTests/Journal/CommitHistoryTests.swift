import Glibc
import MessageBroker
import MessageWire
import Testing

/// reliability.md: whatever a crash leaves of the journal's history, all that was promised by then is in it.
@Suite struct CommitHistoryTests {
    /// What producers were told by now.
    private final class Told {
        var accepted: Set<RequestID> = []
        var recorded: Set<RequestID> = []
        private var routes: Set<RequestID> = []

        func hear(_ message: Arrived) {
            switch message.type {
            case .accepted: accepted.insert(message.id)
            case .task where message.path == .route: routes.insert(message.id)
            // A pushback says that it is no exchange, and CANCELLED may come to one of several before the exchange has ended.
            case .response where routes.contains(message.id) && message["teed"] == nil && message.header.timeout == 0 && message.status != 1:
                recorded.insert(message.id)
            default: break
            }
        }
    }

    @Test(arguments: Twin.allCases) func `a history cut at any commit gives a broker that keeps every promise`(_ twin: Twin) throws {
        let seed = InterleavingTests.seed
        let folder = TemporaryFolder()
        let path = folder.file("broker")
        let told = Told()
        var watched: WatchedJournal?
        var play = Interleaving(seed: seed) { names, retention in
            let memory = MemoryJournal(services: names, retention: retention)
            let journal = WatchedJournal { () throws(JournalError) in
                if twin == .memory { memory } else { try SQLiteJournal(folder: path, services: names, retention: retention) }
            }
            watched = journal
            return journal
        }
        let journal = try #require(watched)
        let pool = play.pool
        pool.overhear = { told.hear($0) }
        var cuts = 0
        var kept = 0
        var faults: [String] = []
        journal.beforeCommit = {
            guard faults.isEmpty else { return }
            do {
                let copy = folder.file("cut-\(cuts)")
                defer { Self.remove(copy) }
                let opened = try Self.cut(twin, journal, pool, from: path, to: copy)
                var cut = CommitCut(opened, JournalFold(journal.batches, pool.names))
                try cut.check(accepted: told.accepted, recorded: told.recorded)
                opened.journal.close()
                faults = cut.faults.map { "after commit \(journal.batches.count): \($0)" }
                kept = max(kept, cut.fold.kept.count)
                cuts += 1
            } catch {
                faults = ["after commit \(journal.batches.count): \(error)"]
            }
        }
        // Every cut is a start from disk, which takes longer than one from memory.
        for _ in 0..<(twin == .memory ? 300 : 120) where faults.isEmpty { try play.step() }
        journal.beforeCommit()
        journal.close()
        #expect(faults.isEmpty, "TRUNKLINE_SEED=\(seed) plays it: \(faults.prefix(3))")
        #expect(play.faults.isEmpty, "TRUNKLINE_SEED=\(seed) plays it: \(play.faults.prefix(3))")
        #expect(cuts > 10 && kept > 2, "seed \(seed): \(cuts) cuts, \(kept) requests")
    }

    /// A broker on what is committed by now.
    private static func cut(_ twin: Twin, _ journal: WatchedJournal, _ pool: TestPool, from path: String, to copy: String) throws -> TestPool {
        let now = Moment(monotonic: pool.moment.monotonic + 50, wall: pool.moment.wall + 50)
        let batches = journal.batches
        if twin == .disk {
            _ = TemporaryFolder.make(copy)
            for name in ["journal.sqlite", "journal.sqlite-wal"] { writeFile("\(copy)/\(name)", readFile("\(path)/\(name)")) }
        }
        return TestPool(pool.configuration, names: pool.names, at: now) { names, retention in
            WatchedJournal { () throws(JournalError) in
                guard twin == .memory else { return try SQLiteJournal(folder: copy, services: names, retention: retention) }
                let memory = MemoryJournal(services: names, retention: retention)
                for batch in batches { memory.submit(batch) }
                _ = memory.reports()
                return memory
            }
        }
    }

    private static func remove(_ folder: String) {
        for name in ["journal.sqlite", "journal.sqlite-wal"] { unlink("\(folder)/\(name)") }
    }
}
