import MessageBroker

/// A journal that says before each commit that the one before is all there is: where a crash would cut its history.
///
/// Reports are there when `submit` returns. Used by one thread.
final class WatchedJournal: Journal {
    nonisolated(unsafe) private(set) var batches: [JournalBatch] = []
    nonisolated(unsafe) var beforeCommit: () -> Void = {}
    nonisolated(unsafe) private var ready: [JournalReport] = []
    nonisolated(unsafe) private var bench: JournalBench?
    private let open: @Sendable () throws(JournalError) -> any Journal

    init(_ open: @escaping @Sendable () throws(JournalError) -> any Journal) { self.open = open }

    func recover(_ body: (RecoveredRequest, UnsafeRawBufferPointer) -> Void) throws(JournalError) -> JournalOpening {
        bench?.journal.close()
        let journal = try open()
        bench = JournalBench(journal)
        ready = []
        return try journal.recover(body)
    }

    func submit(_ batch: consuming JournalBatch) {
        let batch = batch
        beforeCommit()
        batches.append(batch)
        if let report = bench?.submit(batch) { ready.append(report) }
    }

    func reports() -> [JournalReport] {
        defer { ready = [] }
        return ready
    }

    func announce(by ring: @escaping @Sendable () -> Void) {}

    func close() { bench?.journal.close() }
}
