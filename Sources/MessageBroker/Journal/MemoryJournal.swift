/// The journal without a disk: `SQLiteJournal`'s twin for `durability: memory` and for tests.
///
/// Answers every operation exactly as its twin does. A batch is worked off where it is handed over, on the caller's thread.
package final class MemoryJournal: Journal {
    private struct Exchange {
        var ledger: MemoryLedger
        var reports: [JournalReport] = []
        var ring: (@Sendable () -> Void)?
        var failure: JournalError?
    }

    private let exchange: Guarded<Exchange>
    private let services: any JournalServices

    package init(services: any JournalServices, retention: JournalRetention) {
        self.services = services
        exchange = Guarded(Exchange(ledger: MemoryLedger(retention: retention)))
    }

    /// May be called again, after `submit` too: a test's way to start a broker on what the one before left.
    package func recover(_ body: (RecoveredRequest, UnsafeRawBufferPointer) -> Void) throws(JournalError) -> JournalOpening {
        let (opening, unsettled) = exchange.with { exchange in
            exchange.failure = nil
            return (exchange.ledger.open(names: services), exchange.ledger.unsettled(names: services))
        }
        for (request, frame) in unsettled {
            frame.withUnsafeBytes { body(request, $0) }
        }
        return opening
    }

    package func submit(_ batch: consuming JournalBatch) {
        let batch = batch
        let ring = exchange.with { exchange in
            var report = JournalReport()
            if let failure = exchange.failure {
                report.failure = failure
            } else {
                exchange.ledger.perform(batch, names: services, into: &report)
            }
            report.batch = batch
            exchange.reports.append(report)
            return exchange.ring
        }
        ring?()
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

    package func close() {}

    /// From now on every batch is answered with `failure`, as after a failed sync.
    package func fail(with failure: JournalError) {
        exchange.with { $0.failure = failure }
    }
}
