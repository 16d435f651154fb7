import CallStorage
package import Logging

/// Takes away what erasures left in the store's log and free pages: within a minute nothing tells of the person any more (records.md §7).
package actor Wiping {
    private let executor = DiskExecutor(label: "wiping")
    private let ledger: RecordLedger
    private let clock: any Clock<Duration>
    private let logger: Logger

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Several tries within the minute, should somebody read at that moment.
    private static let period: Duration = .seconds(10)

    /// - Parameter clock: paces the rounds.
    package init(ledger: RecordLedger, clock: any Clock<Duration> = ContinuousClock(), logger: Logger) {
        self.ledger = ledger
        self.clock = clock
        self.logger = logger
    }

    /// Looks every ten seconds until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do throws(StorageError) {
                if try !ledger.wipe() { logger.notice("a long read is in the way of wiping what was erased; trying again in ten seconds") }
            } catch {
                logger.error("cannot wipe what was erased; trying again in ten seconds", metadata: ["error": "\(error)"])
            }
            // Throws when cancelled, which the loop's condition sees.
            try? await clock.sleep(for: Self.period)
        }
    }
}
