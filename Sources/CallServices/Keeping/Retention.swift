package import CallModel
import CallStorage
package import Logging

/// Deletes the calls of accounts that keep them for some days only (directory.md, `retention`): those that began more than that many times 24 hours ago.
///
/// A deleted call is no earlier call of anybody any more. Web visitors who were last seen before go with their calls; leases are kept for ever.
package actor Retention {
    private let executor = DiskExecutor(label: "retention")
    private let ledger: RecordLedger
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    /// Up to which edge.
    private var visitorsDeleted: [String: Timestamp] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Days are long; a directory may change at any time.
    private static let period: Duration = .seconds(60)
    /// Deleted in one transaction, and what recording gets in between: some tens of milliseconds each.
    private static let atOnce = 200
    private static let visitorsAtOnce = 2000
    private static let pause: Duration = .milliseconds(50)

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
            for (account, edge) in ledger.retentionEdges(now: now()).sorted(by: { $0.key < $1.key }) {
                await delete(account, before: edge)
                // All visitors are looked at: once a day is enough.
                if let last = visitorsDeleted[account], edge < last.advanced(bySeconds: 86_400) { continue }
                if await deleteVisitors(of: account, before: edge) { visitorsDeleted[account] = edge }
            }
            if let edge = ledger.unmatchedEdge(now: now()) { await delete(nil, before: edge) }
            // Throws when cancelled, which the loop's condition sees.
            try? await clock.sleep(for: Self.period)
        }
    }

    private func delete(_ account: String?, before edge: Timestamp) async {
        do throws(StorageError) {
            var deleted = 0
            while !Task.isCancelled {
                let share = try ledger.deleteCalls(account: account, before: edge, limit: Self.atOnce)
                deleted += share
                guard share == Self.atOnce else { break }
                try? await clock.sleep(for: Self.pause)
            }
            guard deleted > 0 else { return }
            if let account {
                logger.info("deleted calls past the account's retention", metadata: ["account": "\(account)", "calls": "\(deleted)"])
            } else {
                logger.info("deleted unmatched calls past every account's retention", metadata: ["calls": "\(deleted)"])
            }
        } catch {
            logger.error("cannot delete calls past their retention; trying again in a minute", metadata: ["error": "\(error)"])
        }
    }

    /// Also those whose calls have just been deleted; false where it is to be tried again.
    private func deleteVisitors(of account: String, before edge: Timestamp) async -> Bool {
        do throws(StorageError) {
            var (deleted, cursor) = (0, Int64(0))
            while !Task.isCancelled {
                let share = try ledger.deleteVisitors(account: account, before: edge, from: cursor, limit: Self.visitorsAtOnce)
                deleted += share.deleted
                guard let next = share.next else { break }
                cursor = next
                try? await clock.sleep(for: Self.pause)
            }
            if deleted > 0 {
                logger.info("deleted web visitors past the account's retention", metadata: ["account": "\(account)", "visitors": "\(deleted)"])
            }
            return true
        } catch {
            logger.error("cannot delete web visitors past their retention; trying again in a minute", metadata: ["error": "\(error)"])
            return false
        }
    }
}
