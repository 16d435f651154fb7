import Logging
import MessageConnection
import ZeroMQ

/// The thread of a batch service: takes what has arrived, calls the handler, gives the outcomes back.
final class BatchThread: Sendable {
    private let limit: Int
    /// Milliseconds.
    private let linger: Int64
    private let handle: @Sendable ([PoolTask]) throws -> [TaskOutcome]
    private let bell: Bell
    /// Nil is the end.
    private let tasks: Mailbox<PoolTask?>
    private let logger: Logger

    init(
        limit: Int, linger: Duration, logger: Logger, _ handle: @escaping @Sendable ([PoolTask]) throws -> [TaskOutcome]
    ) throws(ZeroMQError) {
        self.limit = max(1, limit)
        self.linger = linger.milliseconds
        self.handle = handle
        self.logger = logger
        bell = try Bell()
        tasks = Mailbox(bell)
    }

    func put(_ batch: [PoolTask]) {
        tasks.post(batch.lazy.map(Optional.some))
    }

    func close() {
        tasks.post(nil)
    }

    func run() {
        var poller = Poller(capacity: 1)
        poller.add(bell.doorbell)
        var taken: [PoolTask?] = []
        while true {
            do {
                try tasks.waitAndTake(into: &taken, &poller)
                try gather(&taken, &poller)
            } catch {
                // The doorbell is a plain descriptor: only a broken process gets here, and then its leases run out.
                logger.error("a batch handler's thread cannot wait", metadata: ["error": "\(error)"])
                return
            }
            let work = taken.compactMap(\.self)
            for start in stride(from: 0, to: work.count, by: limit) {
                Array(work[start..<min(start + limit, work.count)]).work(handle)
            }
            // Its last place is the last thing ever posted.
            if let last = taken.last, last == nil { return }
        }
    }

    /// Lets a small batch grow. Nobody rings meanwhile: the bell is only for those who wait for the first task.
    private func gather(_ taken: inout [PoolTask?], _ poller: inout Poller) throws(ZeroMQError) {
        guard linger > 0, taken.count < limit / 8, let last = taken.last, last != nil else { return }
        try poller.wait(milliseconds: Int(linger))
        var more: [PoolTask?] = []
        tasks.take(into: &more)
        taken += more
    }
}
