import MessageWire
import ZeroMQ

/// A worker that takes every task of a durable service and calls it done at once, many to a BATCH.
package struct DrainWorker: ~Copyable {
    /// A task that has not come by then does not come.
    private static let patience: UInt64 = 10_000_000_000
    /// Also how long a stop may go unnoticed.
    private static let step = 100
    /// Frames taken before their tasks are answered.
    private static let turn = 16

    private let service: String
    private let socket: Socket
    private var poller: Poller
    private var incoming: Message
    private var credit: HopCredit

    /// - Throws: `LoadError` for a name that is none, or where libzmq has no socket left.
    package init(endpoint: String, service: String) throws(LoadError) {
        self.init(service, HopCredit(metadata: try HopFrames.metadata(service)), socket: try HopFrames.connect(endpoint))
    }

    private init(_ service: String, _ credit: HopCredit, socket: consuming Socket) {
        self.service = service
        self.credit = credit
        self.socket = socket
        poller = Poller(capacity: 1)
        incoming = Message()
        poller.add(self.socket)
    }

    /// Says what it serves, and settles until `count` tasks have come, none comes for 10 seconds, or the run is stopped.
    ///
    /// - Parameter progress: told now and then how many it were.
    /// - Returns: how many tasks came.
    /// - Throws: `LoadError` where the broker refuses a message of it, or libzmq fails.
    package mutating func settle(_ count: Int, stop: StopFlag, progress: (Int) -> Void = { _ in }) throws(LoadError) -> Int {
        var hello = HopFrames.hello(.worker, "load-drain", services: [service], batch: true)
        do throws(ZeroMQError) { _ = try socket.send(&hello) } catch { throw LoadError(error) }
        var settled = 0
        var heardAt = Stopwatch.now()
        var told = heardAt
        while settled < count, !stop.isRaised, Stopwatch.now() < heardAt + Self.patience {
            let taken = try turn()
            settled += taken
            if taken > 0 { heardAt = Stopwatch.now() } else { try wait() }
            if heardAt >= told + 1_000_000_000 {
                told = heardAt
                progress(settled)
            }
        }
        return settled
    }

    private mutating func turn() throws(LoadError) -> Int {
        var heard: (tasks: [Header], isPinged: Bool, refusal: UInt8?) = ([], false, nil)
        do throws(ZeroMQError) {
            if var more = credit.more() { _ = try socket.send(&more) }
            var frames = 0
            while frames < Self.turn, try socket.receive(into: &incoming) {
                frames += 1
                HopFrames.each(in: incoming) { header, _ in
                    switch header.type {
                    case .task: heard.tasks.append(Header(.done, id: header.id, token: header.token))
                    case .ping: heard.isPinged = true
                    case .error: heard.refusal = header.status
                    default: break
                    }
                }
            }
            try answer(heard.tasks, isPinged: heard.isPinged)
        } catch {
            throw LoadError(error)
        }
        if let refusal = heard.refusal { throw LoadError(.conduct, "the broker refused a message of the worker with status \(refusal)") }
        return heard.tasks.count
    }

    private mutating func answer(_ tasks: [Header], isPinged: Bool) throws(ZeroMQError) {
        credit.answered &+= UInt32(tasks.count)
        for start in stride(from: 0, to: tasks.count, by: Batch.maximumItems) {
            let part = tasks[start..<min(tasks.count, start + Batch.maximumItems)]
            var done = HopFrames.batch(part.count, itemBytes: Header.size) { item, bytes in part[start + item].write(to: bytes) }
            _ = try socket.send(&done)
        }
        if isPinged {
            var pong = HopFrames.message(Header(.pong))
            _ = try socket.send(&pong)
        }
    }

    private mutating func wait() throws(LoadError) {
        do throws(ZeroMQError) { try poller.wait(milliseconds: Self.step) } catch { throw LoadError(error) }
    }
}
