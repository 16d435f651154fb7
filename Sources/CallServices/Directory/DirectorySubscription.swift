package import CallModel
package import Logging

/// Keeps a worker on the accounts' present directories: it asks the directory service what changed, and the service answers as soon
/// as something has (directory.md: within one second of an apply).
package struct DirectorySubscription: Sendable {
    /// Asks the service; throws what the client throws.
    package typealias Ask = @Sendable (ChangesRequest) async throws -> ChangesReply

    /// How long the service may keep a question that has no answer yet.
    static let patience: Duration = .seconds(20)
    /// Between a question that failed and the next: half of what a new version may take to go live.
    static let pause: Duration = .milliseconds(500)

    private let listener: any DirectoryListener
    private let copies: DirectoryCopies?
    private let ask: Ask
    private let now: @Sendable () -> Timestamp
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// - Parameters:
    ///   - copies: where the last good copies are kept; nil keeps none.
    ///   - now: the wall clock.
    ///   - clock: paces the questions while there is no answer.
    package init(
        listener: any DirectoryListener, copies: DirectoryCopies?, clock: any Clock<Duration> = ContinuousClock(), logger: Logger,
        now: @escaping @Sendable () -> Timestamp, ask: @escaping Ask
    ) {
        self.listener = listener
        self.copies = copies
        self.ask = ask
        self.now = now
        self.clock = clock
        self.logger = logger
    }

    /// Hands over the copies of last time, where there are any, then asks until the task is cancelled.
    package func run() async {
        var have = handOverCopies()
        var isAway = false
        // Before all are known the first time: half of the accounts is not enough to turn the numbers of the others away.
        var knowsAll = !have.isEmpty
        var arrived: [Directory] = []
        while !Task.isCancelled {
            do {
                let reply = try await ask(ChangesRequest(have: have, wait: knowsAll ? Self.patience : .zero))
                if isAway { logger.info("the directory service answers again") }
                isAway = false
                for text in reply.changes {
                    // Also one that cannot be used: it would only come again.
                    have[text.account] = text.version
                    if let directory = read(text) { arrived.append(directory) }
                }
                guard knowsAll || !reply.more else { continue }
                if !arrived.isEmpty || !knowsAll { handOver(arrived) }
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

    /// What is known from them: the version of each account.
    private func handOverCopies() -> [String: UInt64] {
        guard let copies else { return [:] }
        let (directories, unreadable) = copies.load()
        for name in unreadable {
            logger.warning("passed over a kept directory that cannot be read", metadata: ["file": "\(name)"])
        }
        guard !directories.isEmpty else { return [:] }
        listener.take(directories, at: now())
        logger.info("working by kept directories until the directory service answers", metadata: ["accounts": "\(directories.count)"])
        return Dictionary(directories.map { ($0.account, $0.version) }) { $1 }
    }

    private func read(_ text: DirectoryText) -> Directory? {
        do {
            let directory = try Directory(yaml: text.text, version: text.version)
            // By the name that was validated: it becomes a file's.
            keep(DirectoryText(account: directory.account, version: text.version, text: text.text))
            return directory
        } catch {
            // The service has validated it: this worker is older than the document. Work goes on by what it has.
            logger.error(
                "cannot use a directory; this worker may be too old for it",
                metadata: ["account": "\(text.account)", "version": "\(text.version)", "problems": "\(error.problems.count)"])
            return nil
        }
    }

    private func keep(_ text: DirectoryText) {
        do {
            try copies?.keep(text)
        } catch {
            logger.warning("kept no copy of a directory", metadata: ["account": "\(text.account)", "error": "\(error)"])
        }
    }

    private func handOver(_ directories: [Directory]) {
        listener.take(directories, at: now())
        for directory in directories {
            logger.info("working by a new directory", metadata: ["account": "\(directory.account)", "version": "\(directory.version)"])
        }
    }
}
