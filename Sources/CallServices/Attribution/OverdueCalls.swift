package import CallModel
import CallStorage
package import Logging

/// Closes the calls that have had no terminal event for their account's `max_call_seconds` (records.md §2).
package actor OverdueCalls {
    private let executor = DiskExecutor(label: "overdue-calls")
    private let ledger: RecordLedger
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Calls last hours; a minute more does not matter.
    private static let period: Duration = .seconds(60)
    /// Closed in one transaction, so that the batches of new records in between do not wait long.
    private static let atOnce = 500

    /// - Parameters:
    ///   - clock: paces the rounds.
    ///   - now: the wall clock.
    package init(ledger: RecordLedger, clock: any Clock<Duration> = ContinuousClock(), logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.clock = clock
        self.now = now
        self.logger = logger
    }

    /// Looks once a minute until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            closeAll()
            // Throws when cancelled, which the loop's condition sees.
            try? await clock.sleep(for: Self.period)
        }
    }

    private func closeAll() {
        do throws(StorageError) {
            var closed = 0
            repeat { closed = try ledger.closeOverdue(now: now(), limit: Self.atOnce) } while closed == Self.atOnce && !Task.isCancelled
            // What a kill left: visits that are stored, and calls that do not follow yet.
            while try ledger.correctCalls(limit: Self.atOnce) == Self.atOnce, !Task.isCancelled {}
        } catch {
            logger.error("cannot close calls without an end; trying again in a minute", metadata: ["error": "\(error)"])
        }
    }
}
