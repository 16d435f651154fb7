import SQLite

/// What the journal's thread does with the batches it finds: one transaction, one report for each.
struct JournalWriter: ~Copyable {
    private var store: JournalStore
    private let folder: JournalFolder
    private let checkpointer: JournalCheckpointer
    private var logPages = 0
    private var failure: JournalError?
    /// How long the bodies of settled requests may stay in the log.
    private let emptyingPeriod: Duration
    /// When the log is to be emptied; nil: nothing was written since it was. What a crash left in it is emptied as well.
    private var emptyingDue: ContinuousClock.Instant?
    private var lastCommit = ContinuousClock.now

    /// Without a batch for so long the journal is idle, and may move pages itself; else the checkpointer does it beside the batches.
    private static let idle = Duration.seconds(1)

    init(_ store: consuming JournalStore, _ folder: JournalFolder, _ checkpointer: JournalCheckpointer, emptyingPeriod: Duration) {
        self.store = store
        self.folder = folder
        self.checkpointer = checkpointer
        self.emptyingPeriod = emptyingPeriod
        emptyingDue = .now + emptyingPeriod
    }

    /// How long to wait for batches before `emptyLog`; nil: as long as it takes.
    var patience: Duration? { emptyingDue.map { max(.zero, max($0, lastCommit + min(Self.idle, emptyingPeriod)) - .now) } }

    /// Nobody waits for the journal: what is in the log goes into the file, and the log is cut.
    mutating func emptyLog() {
        guard failure == nil else { return emptyingDue = nil }
        do throws(SQLiteError) {
            // Not while the checkpointer is at it: again in a while.
            emptyingDue = try store.database.emptyLog() ? nil : .now + emptyingPeriod
            if emptyingDue == nil { logPages = 0 }
        } catch {
            failure = JournalError(error, folder)
        }
    }

    mutating func commit(_ batches: [JournalBatch]) -> [JournalReport] {
        if failure == nil {
            do throws(SQLiteError) {
                return try work(batches)
            } catch {
                failure = JournalError(error, folder)
                try? store.database.rollback()
            }
        }
        var report = JournalReport()
        report.failure = failure
        report.freeDisk = folder.freeDisk()
        return Array(repeating: report, count: batches.count)
    }

    private mutating func work(_ batches: [JournalBatch]) throws(SQLiteError) -> [JournalReport] {
        var reports: [JournalReport] = []
        reports.reserveCapacity(batches.count)
        try store.database.begin()
        for batch in batches {
            reports.append(try store.perform(batch))
        }
        try store.database.commit()
        try tendLog()
        let free = folder.freeDisk()
        for index in reports.indices { reports[index].freeDisk = free }
        return reports
    }

    private mutating func tendLog() throws(SQLiteError) {
        logPages += store.database.takePagesWritten()
        lastCommit = .now
        let due = emptyingDue ?? lastCommit + emptyingPeriod
        emptyingDue = due
        let isDue = due <= lastCommit
        guard checkpointer.poll(logPages: isDue ? max(logPages, JournalCheckpointer.threshold) : logPages) else { return }
        let (inLog, moved) = try store.database.checkpoint(.passive)
        if isDue, inLog == moved {
            // All of it is in the file already, so this costs little; it leaves nothing of what was settled behind the log's new beginning.
            if try store.database.emptyLog() { emptyingDue = nil }
        }
        // Someone who reads an old state holds the rest back: it is tried again after as many pages as before.
        logPages = inLog == moved ? 0 : max(0, inLog - moved)
    }

    /// Closes the file, which empties the log; unless the disk failed: that would call stored what the disk refused, so the connection is left as it is until the process ends.
    consuming func finish() {
        guard failure != nil else { return }
        UnsafeMutablePointer<JournalStore>.allocate(capacity: 1).initialize(to: store)
    }
}

extension JournalStore {
    mutating func perform(_ batch: JournalBatch) throws(SQLiteError) -> JournalReport {
        var report = JournalReport()
        report.answers.reserveCapacity(batch.operations.count)
        let result = batch.bytes.withUnsafeBytes { bytes -> Result<Void, SQLiteError> in
            do throws(SQLiteError) {
                for operation in batch.operations {
                    try perform(operation, bytes: bytes, into: &report)
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        try forgetDue()
        report.batch = batch
        return report
    }
}
