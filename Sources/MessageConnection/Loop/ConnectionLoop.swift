import Logging
import MessageWire
import ZeroMQ

/// One connection to one broker: the socket, the session on it and the peer that uses them, on one thread.
package final class ConnectionLoop {
    /// Frames taken in one turn before the peer and the sockets get theirs.
    private static let framesPerTurn = 256
    /// Milliseconds that BYE and the last answers have to leave the process.
    private static let linger: Int32 = 1000

    /// A socket, and what waits for it.
    private final class Line {
        let socket: Socket
        var poller = Poller(capacity: 3)
        private unowned let monitor: HandshakeMonitor
        private var handshakes = 0

        init(_ socket: consuming Socket, _ monitor: HandshakeMonitor, _ bell: Bell) {
            self.socket = socket
            self.monitor = monitor
            poller.add(bell.doorbell)
            poller.add(self.socket)
            poller.add(monitor)
        }

        /// Whether libzmq has replaced the connection since this was asked last.
        func hasReconnected() throws(ZeroMQError) -> Bool {
            let new = try monitor.count()
            handshakes += new
            return new > 0 && handshakes > 1
        }
    }

    private static let bellPlace = 0
    private static let socketPlace = 1

    private let settings: ConnectionSettings
    private let bell: Bell
    private let peer: any Peer
    private let outbox = Outbox()
    private let inbox = Inbox()
    private let clock: @Sendable () -> Int64
    private var session: Session
    private var line: Line?
    // Apart from the line because it has to outlive the socket.
    private var monitor: HandshakeMonitor?
    private var greeting = RequestID.zero
    private var hasToGreet = false
    private var isBlocked = false
    private var isBroken = false
    private var random = SystemRandomNumberGenerator()

    package init(
        _ settings: ConnectionSettings, bell: Bell, peer: any Peer, clock: @escaping @Sendable () -> Int64 = MonotonicTime.now
    ) {
        self.settings = settings
        self.bell = bell
        self.peer = peer
        self.clock = clock
        session = Session(now: clock())
    }

    /// Returns when the peer leaves, or the context was shut down.
    package func run() {
        perform([.rebuild, .greet], now: clock())
        while !isBroken {
            let now = clock()
            let isMore = drain(now: now)
            perform(session.tick(now: now), now: now)
            let turn = peer.turn(outbox, isOpen: session.isOpen, now: now)
            flush()
            switch turn {
            case .leave:
                if session.isOpen { sendNow(Header(.bye)) }
                line = nil
                peer.ended()
                return
            case .goOn(let until):
                if !isMore { wait(until: min(until, session.wakeUp), now: now) }
            }
        }
        line = nil
        peer.ended()
    }

    // MARK: receiving

    /// Empties the socket, but for a flood; true where more may be waiting.
    private func drain(now: Int64) -> Bool {
        guard let line else { return false }
        do {
            for _ in 0..<Self.framesPerTurn {
                guard try inbox.receive(from: line.socket) else {
                    // Only now: what the old connection brought still counts, and the new one brings nothing before HELLO.
                    if try line.hasReconnected() { perform(session.reconnected(now: now), now: now) }
                    return false
                }
                guard !inbox.message.hasMore else {
                    try skipRest(of: line)
                    complain(.frames)
                    continue
                }
                guard let frame = inbox.bytes else {
                    complain(.short)
                    continue
                }
                readFrame(frame, now: now)
                // A session that began again may have closed the socket.
                guard self.line === line else { return false }
            }
            return true
        } catch {
            fail(error)
            return false
        }
    }

    private func skipRest(of line: Line) throws(ZeroMQError) {
        while inbox.message.hasMore {
            guard try inbox.receive(from: line.socket) else { return }
        }
    }

    private func readFrame(_ frame: UnsafeRawBufferPointer, now: Int64) {
        do {
            let header = try Header(of: frame)
            session.hear(now: now)
            guard header.type == .batch else { return read(header, frame, at: 0..<frame.count, now: now) }
            let start = Header.size + header.metadataLength
            for item in try Batch.items(in: UnsafeRawBufferPointer(rebasing: frame[start...]), count: header.argument) {
                let range = item.lowerBound + start..<item.upperBound + start
                readItem(UnsafeRawBufferPointer(rebasing: frame[range]), at: range, now: now)
            }
        } catch {
            complain(error)
        }
    }

    private func readItem(_ bytes: UnsafeRawBufferPointer, at range: Range<Int>, now: Int64) {
        do throws(Malformed) {
            let header = try Header(of: bytes)
            guard header.type != .batch else { throw .batch }
            read(header, bytes, at: range, now: now)
        } catch {
            complain(error)
        }
    }

    private func read(_ header: Header, _ bytes: UnsafeRawBufferPointer, at range: Range<Int>, now: Int64) {
        let message = Incoming(header: header, bytes: bytes, range: range, inbox: inbox)
        switch header.type {
        case .welcome:
            guard let welcome = Welcome(message.body) else { return complain(.hello) }
            perform(session.welcomed(welcome, now: now), now: now)
        case .ping:
            sendNow(Header(.pong, id: header.id), body: message.body)
        case .pong:
            perform(session.ponged(status: header.status, epoch: header.argument, now: now), now: now)
            // The session's own PINGs have no id; this answers one of the peer's.
            if session.isOpen, !header.id.isZero { peer.received(message, outbox, now: now) }
        case .goAway:
            perform(session.wentAway(), now: now)
            peer.received(message, outbox, now: now)
        case .error where header.id.isZero || header.id == greeting || header.status == StatusCode.unauthenticated.rawValue:
            let text = (try? Metadata(of: bytes, header))?.message?.text(in: bytes) ?? ""
            let status = StatusCode(rawValue: header.status) ?? .unknown
            settings.logger.debug("the broker objects", metadata: ["status": "\(status.name)", "reason": "\(PercentEncoding.decode(text))"])
            perform(session.failed(status, PercentEncoding.decode(text), now: now), now: now)
        default:
            guard session.isOpen else { return }
            peer.received(message, outbox, now: now)
        }
    }

    private func complain(_ malformed: Malformed) {
        settings.logger.debug("dropped a malformed message", metadata: ["reason": "\(malformed.rawValue)"])
    }

    // MARK: acting

    private func perform(_ actions: [SessionAction], now: Int64) {
        for action in actions {
            switch action {
            case .rebuild: rebuild()
            case .greet: greet(now: now)
            case .ping: sendNow(Header(.ping))
            case .opened(let welcome):
                outbox.reset(mayBatch: welcome.batch)
                settings.logger.info("connected", metadata: ["broker": "\(welcome.broker)", "epoch": "\(welcome.epoch)"])
                peer.opened(welcome, outbox, now: now)
            case .lost(let loss):
                outbox.reset(mayBatch: false)
                settings.logger.info("lost the broker, connecting again", metadata: ["reason": "\(loss.rawValue)"])
                peer.lost(now: now)
            case .refused(let status, let reason):
                settings.logger.info(
                    "the broker refuses this peer; asking again later", metadata: ["status": "\(status.name)", "reason": "\(reason)"])
                peer.unavailable(.refused(status, reason), now: now)
            case .unreachable:
                settings.logger.info("the broker does not answer; waiting for it", metadata: ["endpoint": "\(settings.endpoint)"])
                peer.unavailable(.unreachable, now: now)
            case .goAway:
                settings.logger.debug("the broker sends nothing new")
            }
        }
    }

    private func rebuild() {
        line = nil
        isBlocked = false
        do {
            let socket = try Socket(.dealer, in: settings.context)
            try socket.set(.linger(Self.linger))
            // Window and credit bound what is queued (wire.md §2), so libzmq's own marks are out of the way.
            try socket.set(.sendHighWater(0))
            try socket.set(.receiveHighWater(0))
            try socket.set(.immediate(true))
            try socket.set(.keepAlive(idleSeconds: 10))
            try socket.set(.reconnect(initial: 50, longest: 1000))
            let monitor = try HandshakeMonitor(of: socket, in: settings.context)
            self.monitor = monitor
            try socket.connect(settings.endpoint)
            line = Line(socket, monitor, bell)
        } catch {
            fail(error)
        }
    }

    private func greet(now: Int64) {
        greeting = RequestID(v7At: MonotonicTime.wall(), using: &random)
        hasToGreet = true
        sayHello(now: now)
    }

    private func sayHello(now: Int64) {
        guard settings.helloBody.withUnsafeBytes({ sendNow(Header(.hello, id: greeting), body: $0) }) else { return }
        hasToGreet = false
        session.greeted(now: now)
    }

    @discardableResult
    private func sendNow(_ header: Header, body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)) -> Bool {
        var message = Message(count: Header.size + body.count)
        message.withUnsafeMutableBytes { frame in
            header.write(to: frame)
            UnsafeMutableRawBufferPointer(rebasing: frame[Header.size...]).copyMemory(from: body)
        }
        return send(&message)
    }

    private func send(_ message: inout Message) -> Bool {
        guard let line else { return false }
        do {
            if case .sent = try line.socket.send(&message) { return true }
            isBlocked = true
        } catch {
            fail(error)
        }
        return false
    }

    private func flush() {
        guard !isBlocked else { return }
        _ = outbox.flush(send)
    }

    /// A socket that fails is closed; the session's patience makes a new one.
    private func fail(_ error: any Error) {
        settings.logger.info("the socket failed", metadata: ["error": "\(error)"])
        line = nil
        if let error = error as? ZeroMQError, error.isContextGone { isBroken = true }
    }

    // MARK: waiting

    private func wait(until: Int64, now: Int64) {
        guard !isBroken else { return }
        bell.sleepSoon()
        defer { bell.wakeUp() }
        guard peer.isIdle else { return }
        let wait = Int(max(0, min(until - now, 60_000)))
        do {
            guard let line else {
                var poller = Poller(capacity: 1)
                poller.add(bell.doorbell)
                try poller.wait(milliseconds: wait)
                bell.doorbell.silence()
                return
            }
            line.poller.watchForRoom(Self.socketPlace, isBlocked)
            try line.poller.wait(milliseconds: wait)
            if line.poller.isReady(Self.bellPlace) { bell.doorbell.silence() }
            if isBlocked, line.poller.hasRoom(Self.socketPlace) { unblock(now: clock()) }
        } catch {
            fail(error)
        }
    }

    private func unblock(now: Int64) {
        isBlocked = false
        if hasToGreet { sayHello(now: now) } else { perform(session.unblocked(now: now), now: now) }
    }
}
