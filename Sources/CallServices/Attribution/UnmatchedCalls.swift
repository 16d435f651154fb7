package import CallModel
import CallStorage
package import Logging

/// Looks again at the calls to numbers that were nobody's, each time a directory has come (directory.md §1.1): an import may be earlier than the directory that has its numbers.
///
/// Also once after every start, when the first directories come: what a kill left is then done.
package actor UnmatchedCalls {
    private let executor = DiskExecutor(label: "unmatched-calls")
    private let ledger: RecordLedger
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Looked at in one go, and what recording gets in between: some ten milliseconds each.
    private static let atOnce = 200
    private static let pause: Duration = .milliseconds(10)
    /// A full disk or a lock is not over in less.
    private static let storePause: Duration = .seconds(60)

    /// - Parameters:
    ///   - clock: paces the shares.
    ///   - now: the wall clock, for the records' `updated_at`.
    package init(ledger: RecordLedger, clock: any Clock<Duration> = ContinuousClock(), logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.clock = clock
        self.now = now
        self.logger = logger
    }

    /// Waits for directories until the task is cancelled.
    package func run() async {
        var seen: UInt64 = 0
        while !Task.isCancelled {
            await ledger.arrivals.wait(past: seen)
            let count = ledger.arrivals.count
            guard !Task.isCancelled, count > seen else { continue }
            if await matchAll() { seen = count } else { try? await clock.sleep(for: Self.storePause) }
        }
    }

    /// False: to be done again.
    private func matchAll() async -> Bool {
        do throws(StorageError) {
            var matched = 0
            var cursor: String?
            repeat {
                let share = try ledger.matchCalls(from: cursor, limit: Self.atOnce, now: now())
                matched += share.count
                cursor = share.next
                // Throws when cancelled, which the loop's condition sees.
                if cursor != nil { try? await clock.sleep(for: Self.pause) }
            } while cursor != nil && !Task.isCancelled
            // What the callers' other calls inherit from these.
            while try ledger.correctCalls(limit: Self.atOnce) == Self.atOnce, !Task.isCancelled {}
            if matched > 0 { logger.info("unmatched calls are to numbers that a directory has now", metadata: ["calls": "\(matched)"]) }
            return true
        } catch {
            logger.error("cannot look again at unmatched calls; trying again in a minute", metadata: ["error": "\(error)"])
            return false
        }
    }
}
