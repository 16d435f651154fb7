import Logging
import MessageConnection
import MessageWire
import Synchronization

/// What other threads have for a worker's connection.
enum WorkerCommand: Sendable {
    /// A batch came back: one outcome for each, or one error for all.
    case finished([PoolTask], Result<[TaskOutcome], any Error>)
    /// A part of a streamed reply, of the task at that place.
    case part(Int32, Token, [UInt8], isLast: Bool, PartFlow)
    /// The handler of the task at that place says that it goes on.
    case progress(Int32, Token)
    /// Take nothing new, finish what is held, and end; not later than this many milliseconds from now.
    case drain(grace: Int64)
    case leave
}

/// A worker's side of one connection: receives tasks, runs inline handlers, hands the others over, keeps their leases, answers,
/// grants credit.
final class WorkerPeer: Peer {
    /// Names our DRAIN, so that the GOAWAY that answers it is known from the one of a broker that drains itself.
    private static let drainID = RequestID(high: 0, low: .max)

    private var services: [RunningService]
    private let link: BrokerLink
    private let logger: Logger
    private var commands: [WorkerCommand] = []
    private var held = HeldTasks()
    private var marks = PartMarks()
    /// Answers that found no session.
    private var unsent: [(id: RequestID, token: Token, outcome: TaskOutcome)] = []
    private var limits: Welcome?
    private var leaveAt: Int64?
    /// Whether the broker may still be sending tasks.
    private var mayGetTasks = false
    private var hasArrivals = false

    init(_ services: [RunningService], _ link: BrokerLink, logger: Logger) {
        self.services = services
        self.link = link
        self.logger = logger
    }

    var isIdle: Bool { link.mailbox.isEmpty }

    // MARK: the session

    func opened(_ welcome: Welcome, _ outbox: Outbox, now: Int64) {
        limits = welcome
        link.longestBody.store(min(welcome.maxBody, welcome.maxFrame - Header.size), ordering: .relaxed)
        mayGetTasks = leaveAt == nil
        for index in services.indices { services[index].credit.sessionOpened() }
        for answer in unsent { send(answer.outcome, answer.id, answer.token, outbox) }
        unsent = []
    }

    func lost(now: Int64) {
        limits = nil
        mayGetTasks = false
        marks.reset()
        // Durable ones go on: that they were done still counts in another session (wire.md §5).
        for place in held.sessionLost() { link.revocations.revoke(place) }
    }

    func unavailable(_ reason: Unavailability, now: Int64) {}

    // MARK: receiving

    func received(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64) {
        let header = message.header
        switch header.type {
        case .task: receiveTask(message, outbox, now: now)
        case .revoke: revoke(header)
        case .goAway: goneAway(header.id, outbox)
        case .pong where header.id == Self.drainID: mayGetTasks = false
        case .pong: marks.came(header.id)
        case .error:
            // A lease that is lost: of a task at work, or of one whose answer was on its way and not needed.
            if header.status == StatusCode.aborted.rawValue { revoke(header) }
            logger.debug("the broker took no answer", metadata: ["request.id": "\(header.id.hex)", "status": "\(header.status)"])
        default: break
        }
    }

    private func receiveTask(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64) {
        let header = message.header
        guard let metadata = try? Metadata(of: message.bytes, header) else {
            return send(.failed(.internal, "the task is malformed"), header.id, header.token, outbox)
        }
        let name = metadata.service.bytes(in: message.bytes)
        guard let index = services.firstIndex(where: { $0.isNamed(name) }) else {
            return send(.failed(.unimplemented, "this worker does not serve it"), header.id, header.token, outbox)
        }
        let fields = TaskFields(header: header, metadata: metadata, arrival: now)
        services[index].credit.take()
        if let handle = services[index].inline {
            if let outcome = run(handle, TaskView(fields: fields, bytes: message.bytes, now: now)) {
                services[index].credit.release()
                return send(outcome, header.id, header.token, outbox)
            }
        }
        let place = held.take(header, service: index, longest: services[index].longest, now: now)
        services[index].arrived.append(PoolTask(fields: fields, message: message.keep(), place: place, link: link))
        hasArrivals = true
    }

    private func run(
        _ handle: @Sendable (borrowing TaskView) throws -> TaskOutcome?, _ task: borrowing TaskView
    ) -> TaskOutcome? {
        do {
            return try handle(task)
        } catch {
            tell(error)
            return .thrown(error)
        }
    }

    private func revoke(_ header: Header) {
        guard let place = held.place(of: header.id, header.token), held.revoke(place) else { return }
        link.revocations.revoke(place)
    }

    /// The answer to our DRAIN has its id. One without an id is of a broker that drains, and still hands out what it has queued,
    /// or of one that copies no ids; both answer in order, so that a PONG tells when DRAIN has had its effect.
    private func goneAway(_ id: RequestID, _ outbox: Outbox) {
        guard leaveAt != nil, mayGetTasks else { return }
        if id == Self.drainID { mayGetTasks = false } else { outbox.append(Header(.ping, id: Self.drainID)) }
    }

    // MARK: each turn

    func turn(_ outbox: Outbox, isOpen: Bool, now: Int64) -> Turn {
        link.mailbox.take(into: &commands)
        for command in commands { obey(command, outbox, isOpen: isOpen, now: now) }
        // Finished tasks hold frames; none is kept past its turn.
        commands.removeAll(keepingCapacity: true)
        if hasArrivals { handOver() }
        if let mark = marks.next() { outbox.append(Header(.ping, id: mark)) }
        held.renew(now: now) { outbox.append(Header(.progress, id: $0.id, token: $0.token)) }
        guard let leaveAt else {
            if isOpen { grantCredit(outbox) }
            return .goOn(until: held.nextRenewal)
        }
        let isDone = !mayGetTasks && unsent.isEmpty && held.isEmpty
        return isDone || now >= leaveAt ? .leave : .goOn(until: min(leaveAt, held.nextRenewal))
    }

    private func handOver() {
        hasArrivals = false
        for index in services.indices where !services[index].arrived.isEmpty {
            services[index].handOver()
        }
    }

    private func grantCredit(_ outbox: Outbox) {
        for index in services.indices {
            guard let credit = services[index].credit.topUp() else { continue }
            outbox.append(Header(.credit, argument: credit), metadata: services[index].path)
        }
    }

    private func obey(_ command: WorkerCommand, _ outbox: Outbox, isOpen: Bool, now: Int64) {
        switch command {
        case .finished(let tasks, let result): finish(tasks, result, outbox, isOpen: isOpen)
        case .part(let place, let token, let body, let isLast, let flow):
            guard let part = held.nextPart(place, token) else { return }
            outbox.append(Header(.part, flags: isLast ? .last : [], argument: part.number, id: part.id, token: token), body: body)
            marks.sent(PartFlow.cost(of: body), of: flow)
        case .progress(let place, let token):
            guard let task = held.progress(place, token, now: now) else { return }
            outbox.append(Header(.progress, id: task.id, token: task.token))
        case .drain(let grace):
            guard leaveAt == nil else { return }
            leaveAt = now + grace
            if isOpen { outbox.append(Header(.drain, id: Self.drainID)) }
        case .leave: leaveAt = now
        }
    }

    // MARK: answers

    private func finish(_ tasks: [PoolTask], _ result: Result<[TaskOutcome], any Error>, _ outbox: Outbox, isOpen: Bool) {
        switch result {
        case .success(let outcomes) where outcomes.count == tasks.count:
            for (task, outcome) in zip(tasks, outcomes) { settle(task, outcome, outbox, isOpen: isOpen) }
        case .success(let outcomes):
            logger.error("a batch handler returned too few or too many outcomes", metadata: ["tasks": "\(tasks.count)", "outcomes": "\(outcomes.count)"])
            for task in tasks { settle(task, .failed(.internal, "the handler lost count"), outbox, isOpen: isOpen) }
        case .failure(let error):
            var isWanted = false
            for task in tasks where settle(task, .thrown(error), outbox, isOpen: isOpen) { isWanted = true }
            // What a revoked task throws is only its way to end.
            if isWanted { tell(error) }
        }
    }

    /// Takes a task back and answers it, where anybody wants to know.
    @discardableResult
    private func settle(_ task: PoolTask, _ outcome: TaskOutcome, _ outbox: Outbox, isOpen: Bool) -> Bool {
        let held = held.giveBack(task.place)
        services[held.service].credit.release()
        switch held.standing {
        case .revoked:
            link.revocations.forget(task.place)
            return false
        case .late where !outcome.settles:
            return false
        case .good where outcome.verb == .nack && held.parts > 0:
            // Another delivery would begin with part 0 again, and the producer has that.
            send(.failed(.internal, "the handler gave the task back after it had sent parts"), held.id, held.token, outbox)
        case _ where !isOpen:
            unsent.append((held.id, held.token, outcome))
        default:
            send(outcome, held.id, held.token, outbox)
        }
        return true
    }

    private func tell(_ error: any Error) {
        guard !(error is HandlerError) else { return }
        // The type alone: an error's text may hold what the producer sent.
        logger.info("a handler threw an undeclared error", metadata: ["error.type": "\(type(of: error))"])
    }

    private func send(_ outcome: TaskOutcome, _ id: RequestID, _ token: Token, _ outbox: Outbox) {
        let type: MessageType =
            switch outcome.verb {
            case .done: .done
            case .nack: .nack
            case .term: .term
            }
        if let limits, outcome.body.count > limits.maxBody || Header.size + outcome.metadata.count + outcome.body.count > limits.maxFrame {
            // A frame over the broker's limit would end the connection, and every other task with it.
            let words = "a reply of \(outcome.body.count) bytes is over the broker's limit of \(limits.maxBody)"
            return send(.failed(.resourceExhausted, words), id, token, outbox)
        }
        outbox.append(
            Header(type, status: outcome.status, timeout: outcome.timeout, id: id, token: token), metadata: outcome.metadata,
            body: outcome.body)
    }

    func ended() {
        _ = link.mailbox.close()
        for place in held.sessionLost(durableToo: true) { link.revocations.revoke(place) }
    }
}
