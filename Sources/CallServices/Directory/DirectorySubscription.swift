package import CallModel
import CallStorage
package import Logging

/// Keeps a worker on the accounts' present directories: it asks the directory service what changed, and the service answers as soon
/// as something has (directory.md: within one second of an apply).
package struct DirectorySubscription: Sendable {
    /// How long the service may keep a question that has no answer yet.
    static let patience: Duration = .seconds(20)
    /// Between a question that failed and the next: half of what a new version may take to go live.
    static let pause: Duration = .milliseconds(500)

    private let listener: any DirectoryListener
    private let copies: DirectoryCopies?
    private let source: any DirectorySource
    private let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// - Parameters:
    ///   - copies: where the last good copies are kept; nil keeps none.
    ///   - now: the wall clock.
    ///   - clock: paces the questions while there is no answer.
    package init(
        listener: any DirectoryListener, copies: DirectoryCopies?, source: any DirectorySource, clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger, now: @escaping @Sendable () -> Timestamp
    ) {
        self.listener = listener
        self.copies = copies
        self.source = source
        self.now = now
        self.clock = clock
        self.logger = logger
    }

    /// Hands over the copies of last time, where there are any, then asks until the task is cancelled.
    package func run() async {
        var known = handOverCopies()
        var isAway = false
        // Before all are known the first time: half of the accounts is not enough to turn the numbers of the others away.
        var knowsAll = !known.accounts.isEmpty
        var arrived: [Arrival] = []
        while !Task.isCancelled {
            do {
                let reply = try await source.changes(ChangesRequest(have: known.revisions, wait: knowsAll ? Self.patience : .zero))
                if isAway { logger.info("the directory service answers again") }
                isAway = false
                take(reply.secret, &known)
                for head in reply.changes { try await follow(head, &known, &arrived) }
                guard knowsAll || !reply.more else { continue }
                if !arrived.isEmpty || !knowsAll { handOver(arrived) }
                // Who waits for a version does not wait for the disk.
                for arrival in arrived { keep(arrival.head, arrival.packed) }
                arrived = []
                knowsAll = true
            } catch {
                if Task.isCancelled { return }
                if !isAway { logger.info("the directory service does not answer; asking again", metadata: ["error": "\(error)"]) }
                isAway = true
                // Throws when cancelled, which the loop's condition sees.
                try? await clock.sleep(for: Self.pause)
            }
        }
    }

    /// What the worker goes by.
    private struct Known {
        var secret: SecretKey?
        var accounts: [String: Account] = [:]

        var revisions: [String: UInt64] { accounts.mapValues(\.head.revision) }
    }

    private struct Account {
        var head: DirectoryHead
        /// Without its switches; nil where this worker cannot use it.
        var directory: Directory?
    }

    private struct Arrival {
        let head: DirectoryHead
        let directory: Directory
        let packed: [UInt8]
    }

    private func take(_ secret: SecretKey, _ known: inout Known) {
        guard secret != known.secret else { return }
        known.secret = secret
        listener.take(secret: secret)
        do throws(StorageError) {
            try copies?.keep(secret)
        } catch {
            logger.warning("kept no copy of the pool's secret", metadata: ["error": "\(error)"])
        }
    }

    /// Fetches a version that is new here; switches of one that is known are handed over at once.
    private func follow(_ head: DirectoryHead, _ known: inout Known, _ arrived: inout [Arrival]) async throws {
        if let account = known.accounts[head.account], account.head.version == head.version, let directory = account.directory {
            known.accounts[head.account]?.head = head
            if let waiting = arrived.firstIndex(where: { $0.head.account == head.account }) {
                arrived[waiting] = Arrival(head: head, directory: directory, packed: arrived[waiting].packed)
            } else {
                change(directory, from: account.head.switches, to: head.switches)
                keep(head, nil)
            }
            return
        }
        // Replaced meanwhile: the next answer tells by what.
        guard let packed = try await source.packed(account: head.account, version: head.version) else { return }
        let directory = read(packed, head)
        // Also one that cannot be used: it would only come again.
        known.accounts[head.account] = Account(head: head, directory: directory)
        guard let directory else { return }
        arrived.removeAll { $0.head.account == head.account }
        arrived.append(Arrival(head: head, directory: directory, packed: packed))
    }

    private func change(_ directory: Directory, from old: [ScheduleSwitch], to new: [ScheduleSwitch]) {
        for schedule in directory.schedules {
            let manual = schedule.manual(by: new)
            guard manual != schedule.manual(by: old) else { continue }
            listener.set(manual, schedule: schedule.id, account: directory.account)
            let state = manual.map { $0.isOpen ? "open" : "closed" } ?? "auto"
            logger.info(
                "a schedule was switched by hand",
                metadata: ["account": "\(directory.account)", "schedule": "\(schedule.id)", "state": "\(state)"])
        }
    }

    /// What is known from them.
    private func handOverCopies() -> Known {
        guard let copies else { return Known() }
        let (kept, secret, unreadable) = copies.load()
        for name in unreadable {
            logger.warning("passed over a kept directory that cannot be read", metadata: ["file": "\(name)"])
        }
        // Directories without the secret would route calls that nobody can go on with.
        guard !kept.isEmpty, let secret else { return Known() }
        var known = Known(secret: secret)
        for copy in kept { known.accounts[copy.head.account] = Account(head: copy.head, directory: copy.directory) }
        listener.take(secret: secret)
        listener.take(kept.map { $0.directory.switched($0.head.switches) }, at: now())
        logger.info("working by kept directories until the directory service answers", metadata: ["accounts": "\(kept.count)"])
        return known
    }

    private func read(_ packed: [UInt8], _ head: DirectoryHead) -> Directory? {
        do throws(StorageError) {
            return try PackedDirectory.directory(packed, version: head.version)
        } catch {
            // The service has validated it: this worker is older than the document. Work goes on by what it has.
            logger.error(
                "cannot use a directory; this worker may be too old for it",
                metadata: ["account": "\(head.account)", "version": "\(head.version)", "error": "\(error)"])
            return nil
        }
    }

    /// - Parameter packed: nil where it is kept already.
    private func keep(_ head: DirectoryHead, _ packed: [UInt8]?) {
        do throws(StorageError) {
            if let packed { try copies?.keep(head, packed: packed) } else { try copies?.keep(head) }
        } catch {
            logger.warning("kept no copy of a directory", metadata: ["account": "\(head.account)", "error": "\(error)"])
        }
    }

    private func handOver(_ arrived: [Arrival]) {
        listener.take(arrived.map { $0.directory.switched($0.head.switches) }, at: now())
        for arrival in arrived {
            logger.info("working by a new directory", metadata: ["account": "\(arrival.head.account)", "version": "\(arrival.head.version)"])
        }
    }
}

extension Schedule {
    /// What holds by hand: the operator's last word, else the document's own.
    fileprivate func manual(by switches: [ScheduleSwitch]) -> Manual? {
        switches.first { $0.schedule == id }.map(\.manual) ?? manual
    }
}

extension Directory {
    /// As the operator has switched it.
    fileprivate func switched(_ switches: [ScheduleSwitch]) -> Directory {
        switches.reduce(self) { directory, item in directory.with(manual: item.manual, schedule: item.schedule) ?? directory }
    }
}
