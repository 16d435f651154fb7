import BasicContainers
import Logging
import ZeroMQ

/// The thread that owns the two sockets and the broker's state: it takes messages, tells the broker, carries out its
/// effects, and sleeps only when nothing is left to do. It never touches the disk and never waits for a peer.
struct Reactor: ~Copyable {
    /// Messages taken from each socket in one turn (wire.md §1): a flood of new work never delays acks.
    private static let backTurn = 256
    private static let frontTurn = 64
    private static let measurementInterval: Int64 = 1000
    /// Milliseconds, and operations, that ends and changes wait for company: each commit is a write to the disk, at a low rate the
    /// dearest part of a call.
    private static let longestHeld: Int64 = 20
    /// Milliseconds that an acceptance waits to share the commit of an answer, as long as answers come this close together: where they do
    /// not, nothing is gained.
    private static let longestShared: Int64 = 1
    private static let closeTogether: Int64 = 3
    private static let mostHeld = 1000
    /// Bytes that stopped waiting since: giving memory back takes milliseconds, so not for less.
    private static let worthTrimming = 8 << 20
    /// Milliseconds from the last answer to the end: what a peer's libzmq has received, but nobody has read yet, is dropped with the
    /// connection where the peer set ZMQ_IMMEDIATE, as ours do.
    private static let parting: Int64 = 200

    let front: Socket
    let back: Socket
    /// Where the sockets are bound, with the ports that the system chose.
    let endpoints: (front: [String], back: [String])
    private let doorbell: Doorbell
    private let journal: any Journal
    private let stop: StopSignal
    private var poller = Poller(capacity: 3)
    private var broker: Broker
    var effects = Effects()
    private var routingID = Message()
    private var message = Message()
    let maxFrame: Int
    private let memoryLimit: Int
    private var resources = ProcessResources()
    private var nextMeasurement: Int64 = 0
    /// Since when what nobody waits for has been kept from the journal.
    private var heldSince: Int64?
    /// Since when an acceptance has waited for an answer's commit.
    private var sharingSince: Int64?
    private var lastAnswer = Int64.min / 2
    /// The most that waited since freed memory was last given back.
    private var mostWaiting = 0
    private var isShort = false
    private let logger: Logger

    init(
        configuration: BrokerConfiguration, broker: consuming Broker, journal: any Journal, context: Context, doorbell: Doorbell,
        stop: StopSignal, logger: Logger
    ) throws(BrokerError) {
        let front = try Self.open(configuration, context)
        let back = try Self.open(configuration, context)
        endpoints = (try Self.bind(front, configuration.front), try Self.bind(back, configuration.back))
        self.front = front
        self.back = back
        self.broker = broker
        self.journal = journal
        self.doorbell = doorbell
        self.stop = stop
        self.logger = logger
        maxFrame = configuration.maxFrame
        memoryLimit = configuration.memoryLimit
        poller.add(self.back)
        poller.add(self.front)
        poller.add(doorbell)
    }

    private static func open(_ configuration: BrokerConfiguration, _ context: Context) throws(BrokerError) -> Socket {
        do throws(ZeroMQError) {
            let socket = try Socket(.router, in: context)
            try socket.set(.routerMandatory(true))
            try socket.set(.maxMessageSize(Int64(configuration.maxFrame)))
            // Long enough for last answers to leave, short enough that a stalled peer does not hold up the end.
            try socket.set(.linger(1000))
            // Credit and window bound what is on the way; these are only a second fence.
            try socket.set(.sendHighWater(100_000))
            try socket.set(.receiveHighWater(10_000))
            try socket.set(.keepAlive(idleSeconds: 30))
            return socket
        } catch {
            throw BrokerError(.resources, "\(error)")
        }
    }

    private static func bind(_ socket: borrowing Socket, _ endpoints: [String]) throws(BrokerError) -> [String] {
        var bound: [String] = []
        if let taken = endpoints.first(where: LocalEndpoint.isTaken) {
            throw BrokerError(.endpoint, "bind \(taken): Address already in use. Is another broker running there? --front and --back choose other endpoints")
        }
        do throws(ZeroMQError) {
            for endpoint in endpoints { bound.append(try socket.bind(endpoint)) }
        } catch {
            throw BrokerError(.endpoint, "\(error). Is another broker running there? --front and --back choose other endpoints")
        }
        return bound
    }

    /// Runs until it was told to stop and has finished what was begun, or the journal failed.
    mutating func run() throws(BrokerError) {
        do throws(ZeroMQError) {
            while true {
                let taken = try turn()
                if let end = stop.deadline {
                    broker.drain(&effects)
                    try flush(.current)
                    if Moment.current.monotonic >= end { break }
                }
                // Also by Admin/Drain, or because the journal failed.
                if broker.hasDrained { break }
                if taken == 0 { try rest() }
            }
            try part()
        } catch {
            throw BrokerError(.resources, "\(error)")
        }
        if let failure = broker.hasFailed { throw BrokerError(.disk, failure.message) }
        if let memory = broker.outgrown {
            throw BrokerError(.resources, "\(memory) bytes resident, memory_limit is \(memoryLimit), and not by what waits here: the broker has drained; start it again")
        }
    }

    /// Once a second: how much the process uses, and whether freed memory is worth giving back.
    private mutating func measure(isIdle: Bool, _ now: Moment) {
        guard now.monotonic >= nextMeasurement else { return }
        nextMeasurement = now.monotonic + Self.measurementInterval
        let waiting = broker.waitingBytes
        mostWaiting = max(mostWaiting, waiting)
        var measured = resources.measure()
        if isIdle && mostWaiting - waiting >= Self.worthTrimming || measured.memory > memoryLimit {
            broker.buffers.trim()
            resources.trim()
            mostWaiting = waiting
            measured = resources.measure()
        }
        broker.measured(measured, &effects)
        guard measured.memory > memoryLimit || measured.areDescriptorsShort else {
            isShort = false
            return
        }
        if !isShort {
            logger.error(
                "short of memory or descriptors: no new sessions, no durable requests until there is room",
                metadata: [
                    "resident": "\(measured.memory)", "memory_limit": "\(memoryLimit)", "descriptors": "\(measured.descriptors)",
                    "descriptor_limit": "\(measured.descriptorLimit)",
                ])
        }
        isShort = true
    }

    /// One turn of the loop; returns how many messages and reports it took.
    private mutating func turn() throws(ZeroMQError) -> Int {
        let now = Moment.current
        var taken = 0
        while taken < Self.backTurn {
            guard try back.receive(into: &routingID) else { break }
            taken += try take(from: .back, now)
        }
        var takenInFront = 0
        while takenInFront < Self.frontTurn {
            guard try front.receive(into: &routingID) else { break }
            takenInFront += try take(from: .front, now)
        }
        taken += takenInFront
        for report in journal.reports() {
            broker.journalReported(report, at: now, &effects)
            effects.reuse(report.batch)
            taken += 1
        }
        broker.advance(to: now, &effects)
        measure(isIdle: taken == 0, now)
        try flush(now)
        return taken
    }

    /// Takes the message whose routing id was just received.
    private mutating func take(from side: Side, _ now: Moment) throws(ZeroMQError) -> Int {
        let sender = routingID.withUnsafeBytes { RoutingID($0) }
        guard routingID.hasMore, try receive(side) else { return 1 }
        var isWhole = true
        if message.hasMore {
            isWhole = false
            var rest = Message()
            while try side == .back ? back.receive(into: &rest) : front.receive(into: &rest), rest.hasMore {}
        }
        return broker.receive(message.take(), isWhole: isWhole, from: side, sender, at: now, &effects)
    }

    private mutating func receive(_ side: Side) throws(ZeroMQError) -> Bool {
        side == .back ? try back.receive(into: &message) : try front.receive(into: &message)
    }

    /// Lets peers read what was sent last.
    private mutating func part() throws(ZeroMQError) {
        try flush(.current)
        let end = Moment.current.monotonic + Self.parting
        while Moment.current.monotonic < end {
            if try turn() == 0 { try rest(until: end) }
        }
        if !effects.journal.isEmpty { journal.submit(effects.takeJournal()) }
    }

    private mutating func rest(until limit: Int64 = .max) throws(ZeroMQError) {
        let held = heldSince.map { $0 + Self.longestHeld } ?? .max
        let shared = sharingSince.map { $0 + Self.longestShared } ?? .max
        let wait = min(broker.nextTurn, held, shared, limit) - Moment.current.monotonic
        guard wait > 0 else { return }
        try poller.wait(milliseconds: Int(min(wait, 1000)))
        if poller.isReady(2) { doorbell.silence() }
    }

    /// Carries out what the broker wants done, and what follows from what could not be done.
    private mutating func flush(_ now: Moment) throws(ZeroMQError) {
        while !effects.outgoing.isEmpty {
            let undelivered = try send()
            broker.sent(&effects)
            if !undelivered.isEmpty { broker.undelivered(undelivered, &effects) }
        }
        handOver(now)
    }

    /// Gives the journal what it has to do, at once where somebody waits for it.
    private mutating func handOver(_ now: Moment) {
        guard !effects.journal.isEmpty else { return }
        guard effects.journal.operations.count >= Self.mostHeld || isDue(now) else { return }
        if effects.journal.haste == .answer { lastAnswer = now.monotonic }
        heldSince = nil
        sharingSince = nil
        journal.submit(effects.takeJournal())
    }

    private mutating func isDue(_ now: Moment) -> Bool {
        let since = heldSince ?? now.monotonic
        heldSince = since
        switch effects.journal.haste {
        case .answer: return true
        case .none: return now.monotonic - since >= Self.longestHeld
        case .acceptance:
            let since = sharingSince ?? now.monotonic
            sharingSince = since
            return now.monotonic - lastAnswer > Self.closeTogether || now.monotonic - since >= Self.longestShared
        }
    }
}
