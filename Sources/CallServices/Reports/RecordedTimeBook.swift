package import CallModel
import CallStorage
package import Logging
package import MessageClient
import MessageWire

/// How long the brokers have been up, for whoever keeps the book of it.
package protocol BrokerUptimes: Sendable {
    /// Of each broker that answers.
    func uptimes() async -> [Duration]
}

extension MessageClient: BrokerUptimes {
    package func uptimes() async -> [Duration] {
        var uptimes: [Duration] = []
        for endpoint in endpoints {
            // One that does not answer has no uptime.
            guard let status = try? await admin("Status", broker: endpoint), let milliseconds = status["uptime_ms"]?.integer, milliseconds > 0 else { continue }
            uptimes.append(.milliseconds(milliseconds))
        }
        return uptimes
    }
}

/// Keeps a durable book of when a broker was up to take calls, so that a report tells an hour without calls from one in which nobody could have been recorded (records.md §6).
///
/// It goes by the brokers' own word: what came while this worker was away is delivered when it is back, so that its absence is no gap.
package actor RecordedTimeBook {
    private let executor = DiskExecutor(label: "recorded-time")
    private let ledger: RecordLedger
    private let brokers: any BrokerUptimes
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    /// A broker was up at the last look.
    private var isUp = false
    private var lastLook: Timestamp?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// After a crash the last minute is not in the book; a report tolerates five (`RecordedTime.tolerance`).
    private static let period: Duration = .seconds(60)
    /// While no broker answers.
    private static let pause: Duration = .seconds(5)

    /// - Parameters:
    ///   - clock: paces the looks.
    ///   - now: the wall clock.
    package init(
        ledger: RecordLedger, brokers: any BrokerUptimes, clock: any Clock<Duration> = ContinuousClock(), logger: Logger, now: @escaping @Sendable () -> Timestamp
    ) {
        self.ledger = ledger
        self.brokers = brokers
        self.clock = clock
        self.now = now
        self.logger = logger
    }

    /// Looks once a minute until the task is cancelled, and then notes the time since the last look.
    package func run() async {
        while !Task.isCancelled {
            await look()
            // Throws when cancelled, which the loop's condition sees.
            try? await clock.sleep(for: isUp ? Self.period : Self.pause)
        }
        if isUp, let lastLook { note(lastLook, now()) }
    }

    private func look() async {
        let uptimes = await brokers.uptimes()
        guard !Task.isCancelled else { return }
        let moment = now()
        lastLook = moment
        isUp = !uptimes.isEmpty
        // The one that is up longest covers the others.
        if let longest = uptimes.max() {
            let milliseconds = longest.components.seconds * 1000 + longest.components.attoseconds / 1_000_000_000_000_000
            note(Timestamp(milliseconds: moment.milliseconds - milliseconds), moment)
        }
    }

    private func note(_ from: Timestamp, _ until: Timestamp) {
        guard from < until else { return }
        do throws(StorageError) {
            try ledger.noteRecorded(from..<until)
        } catch {
            logger.warning("cannot note that the broker is up; reports may call this time missing", metadata: ["error": "\(error)"])
        }
    }
}
