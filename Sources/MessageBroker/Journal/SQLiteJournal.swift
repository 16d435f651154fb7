import SQLite
import Threads

/// The journal on disk: one thread, one transaction for all that was handed over while the last one was on its way (group commit).
///
/// A batch is reported after the COMMIT that holds it, which syncs the log (WAL, `synchronous=FULL`). Once a write or a sync has failed, everything is answered with that failure, for good:
/// what the disk holds then is unknown, and a sync that succeeds later proves nothing about the pages of the one before (reliability.md).
package final class SQLiteJournal: Journal {
    private struct Exchange: ~Copyable {
        var store: JournalStore?
        var thread: Thread?
        var submitted: [JournalBatch] = []
        var reports: [JournalReport] = []
        var ring: (@Sendable () -> Void)?
        var isClosed = false
    }

    private let folder: JournalFolder
    private let emptyingPeriod: Duration
    private let exchange: Guarded<Exchange>

    /// Opens or makes the journal in `folder` (`<data>/broker`). Throws `JournalError`: `owned` if another process has it; `unusable` for a newer, foreign or damaged file; `io`.
    /// - Parameters:
    ///   - emptyingPeriod: how long the bodies of settled requests may stay in the log of the file: well below the minute of records.md §7.
    ///   - maximumPages: where the file must not grow further (8 KiB pages); a full one fails like a full disk.
    package init(
        folder path: String, services: any JournalServices, retention: JournalRetention, emptyingPeriod: Duration = .seconds(20), maximumPages: Int? = nil
    ) throws(JournalError) {
        self.emptyingPeriod = emptyingPeriod
        folder = try JournalFolder(path)
        var exchange = Exchange()
        do throws(SQLiteError) {
            exchange.store = try JournalStore(path: folder.file, services: services, retention: retention, maximumPages: maximumPages)
        } catch {
            throw JournalError(error, folder)
        }
        self.exchange = Guarded(exchange)
    }

    deinit {
        close()
    }

    package func recover(_ body: (RecoveredRequest, UnsafeRawBufferPointer) -> Void) throws(JournalError) -> JournalOpening {
        // A caller's bug otherwise: recovery comes once and first.
        guard var store = exchange.with({ $0.store.take() }) else { throw JournalError(code: .io, message: "the journal was recovered before, or is closed") }
        let opening: JournalOpening
        do throws(SQLiteError) {
            opening = try store.open()
            try store.recover(body)
        } catch {
            throw JournalError(error, folder)
        }
        let checkpointer = try JournalCheckpointer(path: folder.file)
        var handed = Optional(store)
        exchange.with { $0.store = handed.take() }
        do throws(ThreadError) {
            let thread = try Thread(named: "tlp-journal") { [exchange, folder, emptyingPeriod] in
                Self.work(exchange, folder, checkpointer, emptyingPeriod)
            }
            exchange.with { $0.thread = thread }
        } catch {
            checkpointer.close()
            throw JournalError(code: .io, message: "\(error)")
        }
        return opening
    }

    package func submit(_ batch: consuming JournalBatch) {
        let batch = batch
        exchange.change { $0.submitted.append(batch) }
    }

    package func reports() -> [JournalReport] {
        exchange.with { exchange in
            var reports: [JournalReport] = []
            swap(&reports, &exchange.reports)
            return reports
        }
    }

    package func announce(by ring: @escaping @Sendable () -> Void) {
        exchange.with { $0.ring = ring }
    }

    package func close() {
        let thread = exchange.change { exchange in
            exchange.isClosed = true
            // Without a recovery there is no thread that will take and close the store.
            if exchange.thread == nil { exchange.store = nil }
            return exchange.thread.take()
        }
        thread?.join()
        folder.release()
    }

    /// The life of the journal's thread.
    private static func work(_ exchange: Guarded<Exchange>, _ folder: JournalFolder, _ checkpointer: JournalCheckpointer, _ emptyingPeriod: Duration) {
        // A bug of ours otherwise: the store was put there before the thread began.
        guard let store = exchange.with({ $0.store.take() }) else { preconditionFailure("the journal's thread has no store") }
        var writer = JournalWriter(store, folder, checkpointer, emptyingPeriod: emptyingPeriod)
        var batches: [JournalBatch] = []
        while true {
            let isOpen = if let patience = writer.patience {
                exchange.wait(atMost: patience) { next(&$0, &batches) }
            } else {
                exchange.wait { next(&$0, &batches) }
            }
            guard let isOpen else {
                writer.emptyLog()
                continue
            }
            guard isOpen else { break }
            let reports = writer.commit(batches)
            batches.removeAll(keepingCapacity: true)
            let ring = exchange.with { exchange in
                exchange.reports.append(contentsOf: reports)
                return exchange.ring
            }
            ring?()
        }
        checkpointer.close()
        writer.finish()
    }

    /// Takes all that was handed over, and leaves the empty array for more; false: closed and empty; nil: wait.
    private static func next(_ exchange: inout Exchange, _ batches: inout [JournalBatch]) -> Bool? {
        guard exchange.submitted.isEmpty else {
            swap(&batches, &exchange.submitted)
            return true
        }
        return exchange.isClosed ? false : nil
    }
}

extension JournalError {
    init(_ error: SQLiteError, _ folder: JournalFolder) {
        switch error.code {
        case .newerSchema, .otherKind, .corrupt, .notADatabase: self.init(code: .unusable, message: Self.text(error, folder))
        default: self.init(code: .io, message: Self.text(error, folder))
        }
    }

    private static func text(_ error: SQLiteError, _ folder: JournalFolder) -> String {
        let text = "\(error)"
        // The opening of a data file names it already, and says what to do.
        return text.contains(folder.file) ? text : "the journal \(folder.file): \(text)\(error.isDamage ? ". Nothing was changed; restore the data folder from a backup" : "")"
    }
}
