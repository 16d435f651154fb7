import MessageWire
import ZeroMQ

/// The near end of a hop: keeps a window of requests out, and takes the time of each.
package struct HopProducer: ~Copyable {
    /// How long a measurement lasts.
    package enum Length: Hashable, Sendable {
        case messages(Int)
        case seconds(Double)
    }

    /// An answer that has not come by then does not come.
    private static let patience: UInt64 = 10_000_000_000
    /// Also how long a stop may go unnoticed.
    private static let step = 100

    private let socket: Socket
    private var poller: Poller
    private var incoming: Message
    private let metadata: [UInt8]
    private let body: [UInt8]
    private var ids: HopIDs

    /// - Throws: `LoadError` for a path that is none, or where libzmq has no socket left.
    package init(endpoint: String, path: String, bodyBytes: Int) throws(LoadError) {
        let metadata = try HopFrames.metadata(path)
        let socket = try HopFrames.connect(endpoint)
        var poller = Poller(capacity: 1)
        poller.add(socket)
        self.init(socket: socket, poller: poller, metadata: metadata, body: (0..<bodyBytes).map { UInt8(truncatingIfNeeded: $0) })
    }

    private init(socket: consuming Socket, poller: consuming Poller, metadata: [UInt8], body: [UInt8]) {
        self.socket = socket
        self.poller = poller
        incoming = Message()
        self.metadata = metadata
        self.body = body
        ids = HopIDs()
    }

    /// Sends one request that waits for a worker, and returns when its answer has come.
    ///
    /// - Parameter check: called now and then meanwhile; what it throws ends the wait.
    /// - Returns: false where the run was stopped first.
    /// - Throws: `LoadError` unreachable after 20 seconds, or where the answer is a refusal.
    package mutating func waitForWorker(stop: StopFlag, check: () throws(LoadError) -> Void = {}) throws(LoadError) -> Bool {
        let limit = Stopwatch.now() + 20_000_000_000
        let id = ids.take(slot: 0)
        try send(id, flags: [.waitForReady, .idempotent], timeout: 20_000)
        while Stopwatch.now() < limit {
            if stop.isRaised { return false }
            try check()
            while let answer = try receive() {
                guard answer.header.type == .response, answer.header.id == id else { continue }
                guard answer.header.status == 0 else {
                    throw LoadError(.unreachable, "the echo service refuses with status \(answer.header.status): does the broker know it?")
                }
                return true
            }
            try wait()
        }
        throw LoadError(.unreachable, "no echo worker answered within 20 s")
    }

    /// Keeps `window` requests out: first `warmUp` of them, then those that count.
    ///
    /// - Parameter began: called when those that count begin.
    /// - Throws: `LoadError` where libzmq fails.
    package mutating func exchange(
        window: Int, warmUp: Int, _ length: Length, stop: StopFlag, began: () -> Void
    ) throws(LoadError) -> Exchanged {
        var exchanged = Exchanged()
        var sentAt = [UInt64](repeating: 0, count: window)
        var free = Array(0..<window)
        var warm = 0
        var total = 0
        var startedAt = Stopwatch.now()
        var heardAt = startedAt
        var endsAt = UInt64.max
        if warmUp == 0 { (startedAt, endsAt) = start(length, began) }
        while true {
            let isOver = stop.isRaised || Stopwatch.now() >= endsAt
            while !isOver, let slot = free.last, length.allows(total - warmUp) {
                free.removeLast()
                sentAt[slot] = Stopwatch.now()
                try send(ids.take(slot: slot), timeout: 10_000)
                total += 1
            }
            if free.count == window { break }
            var taken = 0
            while taken < window, let answer = try receive() {
                guard answer.header.type == .response, let slot = ids.slot(of: answer.header.id), slot < window else { continue }
                taken += 1
                heardAt = Stopwatch.now()
                free.append(slot)
                if answer.header.status != 0 || answer.bodyBytes != body.count { exchanged.wrong += 1 }
                if warm < warmUp {
                    warm += 1
                    if warm == warmUp { (startedAt, endsAt) = start(length, began) }
                } else {
                    exchanged.latencies.record(heardAt - sentAt[slot])
                }
            }
            if taken == 0 {
                guard Stopwatch.now() < heardAt + Self.patience else { break }
                try wait()
            }
        }
        exchanged.missing = window - free.count
        exchanged.seconds = Double(heardAt > startedAt ? heardAt - startedAt : 1) / 1e9
        return exchanged
    }

    /// Nanoseconds from the sending of one request to its answer; nil where none came, or a refusal did.
    ///
    /// - Throws: `LoadError` where libzmq fails.
    package mutating func once() throws(LoadError) -> UInt64? {
        let id = ids.take(slot: 0)
        let sentAt = Stopwatch.now()
        try send(id, timeout: 10_000)
        while Stopwatch.now() < sentAt + Self.patience {
            while let answer = try receive() {
                guard answer.header.type == .response, answer.header.id == id else { continue }
                return answer.header.status == 0 ? Stopwatch.now() - sentAt : nil
            }
            try wait()
        }
        return nil
    }

    private func start(_ length: Length, _ began: () -> Void) -> (startedAt: UInt64, endsAt: UInt64) {
        began()
        let now = Stopwatch.now()
        guard case .seconds(let seconds) = length else { return (now, .max) }
        return (now, now + UInt64(seconds * 1e9))
    }

    private func send(_ id: RequestID, flags: MessageFlags = [], timeout: UInt32) throws(LoadError) {
        var message = HopFrames.message(Header(.request, flags: flags, timeout: timeout, id: id), metadata: metadata, body: body)
        do throws(ZeroMQError) { _ = try socket.send(&message) } catch { throw LoadError(error) }
    }

    /// The next message that is one of TLP/1; nil where none is there.
    private mutating func receive() throws(LoadError) -> (header: Header, bodyBytes: Int)? {
        do throws(ZeroMQError) {
            while try socket.receive(into: &incoming) {
                let answer = incoming.withUnsafeBytes { frame in
                    (try? Header(of: frame)).map { ($0, frame.count - Header.size - $0.metadataLength) }
                }
                if let answer { return answer }
            }
            return nil
        } catch {
            throw LoadError(error)
        }
    }

    private mutating func wait() throws(LoadError) {
        do throws(ZeroMQError) { try poller.wait(milliseconds: Self.step) } catch { throw LoadError(error) }
    }
}

extension HopProducer.Length {
    func allows(_ sent: Int) -> Bool {
        if case .messages(let limit) = self { sent < limit } else { true }
    }
}

/// What became of the requests of one measurement.
package struct Exchanged: Sendable {
    package var latencies = Latencies()
    package var seconds = 0.0
    /// Answered with another status than OK, or another body.
    package var wrong = 0
    /// Never answered.
    package var missing = 0

    package init() {}

    package var count: Int { latencies.count }
    package var rate: Double { Double(count) / seconds }
    package var everyAnswerCame: Bool { wrong == 0 && missing == 0 }
}

/// Request ids that name the slot they came from: the answer finds its start time without a table.
struct HopIDs {
    /// Slots that an id has room for.
    static let slots = 4096

    private let run: UInt64
    private var sequence: UInt64 = 0

    init() {
        var random = SystemRandomNumberGenerator()
        // Never zero, whatever the rest is: a zero id is no id.
        run = random.next() | 1
    }

    mutating func take(slot: Int) -> RequestID {
        sequence += 1
        return RequestID(high: run, low: sequence << 12 | UInt64(slot))
    }

    /// Nil for an id of another run.
    func slot(of id: RequestID) -> Int? { id.high == run ? Int(id.low & 0xFFF) : nil }
}
