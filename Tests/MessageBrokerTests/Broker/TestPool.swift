import BasicContainers
import MessageBroker
import MessageWire
import Testing
import ZeroMQ

/// A broker without sockets, threads or clocks: time moves when a test says so, peers are inboxes, the journal is in memory.
///
/// What the journal reports comes at once, unless it is withheld. Peers answer PING by themselves.
final class TestPool {
    /// Makes a journal for a pool's services.
    typealias JournalMaker = (ServiceNames, JournalRetention) throws -> any Journal

    private var broker: Broker
    private var effects = Effects()
    let journal: any Journal
    private let memory: MemoryJournal?
    let names: ServiceNames
    let configuration: BrokerConfiguration
    private(set) var moment: Moment
    /// Numbers the questions to built-in services, so that no two share an id.
    var nextAsk: UInt64 = 0
    private var peers: [Address: TestPeer] = [:]
    /// Reports stay with the journal until this is false again and something happens.
    var isJournalSlow = false {
        didSet { if !isJournalSlow { carryOut() } }
    }

    /// Hears every message that a peer is sent, at that moment.
    var overhear: (Arrived) -> Void = { _ in }

    private struct Address: Hashable {
        var side: Side
        var routingID: RoutingID
    }

    /// - Parameters:
    ///   - names: of a pool before, whose journal this one gets.
    ///   - journal: in place of one in memory.
    init(
        _ configuration: BrokerConfiguration = .test(), seed: UInt64 = 1, names: ServiceNames = ServiceNames(),
        at moment: Moment = Moment(monotonic: 1_000_000, wall: 1_700_000_000_000), journal: JournalMaker? = nil
    ) {
        self.configuration = configuration
        self.names = names
        self.moment = moment
        let retention = JournalRetention(window: configuration.dedupeWindow, ids: configuration.dedupeIDs)
        if let made = try? journal?(names, retention) {
            (self.journal, memory) = (made, nil)
        } else {
            let memory = MemoryJournal(services: names, retention: retention)
            (self.journal, self.memory) = (memory, memory)
        }
        broker = Broker(configuration: configuration, name: "test", names: names, now: moment, seed: seed)
        open()
    }

    /// A journal that cannot be opened leaves a broker that knows nothing, which every test sees.
    private func open() {
        _ = journal.reports()
        guard let opening = try? journal.recover({ broker.recover($0, $1) }) else { return }
        broker.open(opening)
    }

    /// Another broker on the same journal, as after a crash: connections, and reports that were on the way, are gone.
    func restart(downFor milliseconds: Int64 = 50, seed: UInt64 = 2) {
        moment.monotonic += milliseconds
        moment.wall += milliseconds
        for peer in peers.values { peer.inbox.removeAll() }
        peers.removeAll()
        effects = Effects()
        broker = Broker(configuration: configuration, name: "test", names: names, now: moment, seed: seed)
        open()
        advance(by: 1)
    }

    func peer(_ name: String, _ side: Side = .back) -> TestPeer {
        let peer = TestPeer(pool: self, side: side, routingID: Array(name.utf8))
        peers[Address(side: side, routingID: RoutingID(peer.routingID))] = peer
        return peer
    }

    /// A worker with a session for `services`, and credit for each.
    func worker(_ name: String, _ services: String..., credit: UInt32 = 0, batch: Bool = false) throws -> TestPeer {
        let worker = peer(name)
        try worker.hello(.worker, services: services, batch: batch)
        _ = try worker.only(.welcome)
        if credit > 0 { for service in services { try worker.credit(service, credit) } }
        return worker
    }

    func receive(_ frame: [UInt8], isWhole: Bool = true, from peer: TestPeer) {
        broker.receive(Message(frame), isWhole: isWhole, from: peer.side, RoutingID(peer.routingID), at: moment, &effects)
        carryOut()
    }

    /// Lets time pass as the reactor does: turn by turn, each no later than the broker asked for.
    func advance(by milliseconds: Int64) {
        let end = moment.monotonic + milliseconds
        repeat {
            let step = min(max(broker.nextTurn, moment.monotonic + 1), end) - moment.monotonic
            moment.monotonic += step
            moment.wall += step
            broker.advance(to: moment, &effects)
            carryOut()
        } while moment.monotonic < end
    }

    /// The clock moves on, but the broker is not told: its next message comes before its timers.
    func oversleep(by milliseconds: Int64) {
        moment.monotonic += milliseconds
        moment.wall += milliseconds
    }

    var census: Census { broker.census }
    var counters: Counters { broker.counters }
    var isIdle: Bool { broker.isIdle }
    var isDraining: Bool { broker.isDraining }
    var hasFailed: Bool { broker.hasFailed != nil }
    var outgrown: Int? { broker.outgrown }

    func measured(_ resources: Resources) {
        broker.measured(resources, &effects)
        carryOut()
    }

    func drain() {
        broker.drain(&effects)
        carryOut()
    }

    /// The journal fails, and says so with its next report.
    func failJournal() {
        memory?.fail(with: JournalError(code: .io, message: "no space left on device"))
    }

    private func carryOut() {
        while !effects.outgoing.isEmpty || !effects.journal.isEmpty {
            deliver()
            if !effects.journal.isEmpty { journal.submit(effects.takeJournal()) }
            report()
        }
        report()
        if !effects.outgoing.isEmpty { carryOut() }
    }

    private func report() {
        guard !isJournalSlow else { return }
        for report in journal.reports() { broker.journalReported(report, at: moment, &effects) }
    }

    private func deliver() {
        var undelivered: [Effects.Undelivered] = []
        var pings: [TestPeer] = []
        for index in 0..<effects.outgoing.count {
            let address = Address(side: effects.outgoing[index].side, routingID: effects.outgoing[index].routingID)
            guard let peer = peers[address], peer.state == .reading else {
                undelivered.append(effects.undelivered(index, isGone: peers[address]?.state != .stalled))
                continue
            }
            let arrived = Arrived(effects.outgoing[index].message.bytes)
            overhear(arrived)
            if arrived.type == .ping, peer.answersPing { pings.append(peer) } else { peer.inbox.append(arrived) }
        }
        broker.sent(&effects)
        if !undelivered.isEmpty { broker.undelivered(undelivered, &effects) }
        for peer in pings {
            broker.receive(Message(Frame.bytes(Header(.pong))), from: peer.side, RoutingID(peer.routingID), at: moment, &effects)
        }
    }
}
