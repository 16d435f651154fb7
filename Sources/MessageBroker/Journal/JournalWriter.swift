import SQLite

/// What the journal's thread does with the batches it finds: one transaction, one report for each.
struct JournalWriter: ~Copyable {
    private var store: JournalStore
    private let folder: JournalFolder
    private let checkpointer: JournalCheckpointer
    private var logPages = 0
    private var failure: JournalError?

    init(_ store: consuming JournalStore, _ folder: JournalFolder, _ checkpointer: JournalCheckpointer) {
        self.store = store
        self.folder = folder
        self.checkpointer = checkpointer
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
        guard checkpointer.poll(logPages: logPages) else { return }
        let (inLog, moved) = try store.database.checkpoint(.passive)
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
