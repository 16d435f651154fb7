import Logging
import MessageConnection
import MessageWire

/// What other threads have for a worker's connection.
enum WorkerCommand: Sendable {
    /// A batch came back: one outcome for each, or one error for all.
    case finished([PoolTask], Result<[TaskOutcome], any Error>)
    /// Take nothing new, finish what is held, and end; not later than this many milliseconds from now.
    case drain(grace: Int64)
    case leave
}

/// A worker's side of its connection: receives tasks, runs inline handlers, hands the others over, answers, grants credit.
final class WorkerPeer: Peer {
    private var services: [RunningService]
    private let mailbox: Mailbox<WorkerCommand>
    private let logger: Logger
    private var commands: [WorkerCommand] = []
    /// Answers that found no session.
    private var unsent: [(PoolTask, TaskOutcome)] = []
    private var limits: Welcome?
    private var session: UInt32 = 0
    private var leaveAt: Int64?
    /// Whether the broker may still be sending tasks.
    private var mayGetTasks = false
    private var hasArrivals = false

    init(_ services: [RunningService], _ mailbox: Mailbox<WorkerCommand>, logger: Logger) {
        self.services = services
        self.mailbox = mailbox
        self.logger = logger
    }

    var isIdle: Bool { mailbox.isEmpty }

    // MARK: the session

    func opened(_ welcome: Welcome, _ outbox: Outbox, now: Int64) {
        limits = welcome
        session &+= 1
        mayGetTasks = leaveAt == nil
        for index in services.indices { services[index].credit.sessionOpened() }
        // The answer of a durable task still counts in another session (wire.md §5); nobody waits for a unary one's.
        let late = unsent
        unsent = []
        for (task, outcome) in late { answer(task, outcome, outbox, isOpen: true) }
    }

    func lost(now: Int64) {
        limits = nil
        mayGetTasks = false
    }

    func unavailable(_ reason: Unavailability, now: Int64) {}

    // MARK: tasks

    func received(_ message: borrowing Incoming, _ outbox: Outbox, now: Int64) {
        switch message.header.type {
        case .task: receiveTask(message, outbox, now: now)
        case .goAway:
            // A broker that drains says it too, and still hands out what it has queued.
            if leaveAt != nil { mayGetTasks = false }
        case .error:
            // A lease that was lost while the task was at work, most of all: its answer was not needed.
            logger.debug("the broker took no answer", metadata: ["request.id": "\(message.header.id.hex)", "status": "\(message.header.status)"])
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
        services[index].arrived.append(PoolTask(fields: fields, message: message.keep(), service: index, session: session))
        hasArrivals = true
    }

    private func run(
        _ handle: @Sendable (borrowing TaskView) throws -> TaskOutcome?, _ task: borrowing TaskView
    ) -> TaskOutcome? {
        do {
            return try handle(task)
        } catch {
            return outcome(of: error)
        }
    }

    private func outcome(of error: any Error) -> TaskOutcome {
        if !(error is HandlerError) {
            // The type alone: an error's text may hold what the producer sent.
            logger.info("a handler threw an undeclared error", metadata: ["error.type": "\(type(of: error))"])
        }
        return .thrown(error)
    }

    // MARK: answers

    private func answer(_ task: PoolTask, _ outcome: TaskOutcome, _ outbox: Outbox, isOpen: Bool) {
        let isOfThisSession = task.session == session
        // In another session only an answer that settles is of use, and only to a durable request.
        guard isOfThisSession || task.isDurable && outcome.verb == .done else { return }
        guard isOpen else {
            unsent.append((task, outcome))
            return
        }
        send(outcome, task.fields.header.id, task.fields.header.token, outbox)
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

    // MARK: each turn

    func turn(_ outbox: Outbox, isOpen: Bool, now: Int64) -> Turn {
        mailbox.take(into: &commands)
        for command in commands { obey(command, outbox, isOpen: isOpen, now: now) }
        // Finished tasks hold frames; none is kept past its turn.
        commands.removeAll(keepingCapacity: true)
        if hasArrivals { handOver() }
        guard let leaveAt else {
            if isOpen { grantCredit(outbox) }
            return .goOn(until: .max)
        }
        let isDone = !mayGetTasks && unsent.isEmpty && services.allSatisfy { $0.credit.held == 0 }
        return isDone || now >= leaveAt ? .leave : .goOn(until: leaveAt)
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
        case .drain(let grace):
            guard leaveAt == nil else { return }
            leaveAt = now + grace
            if isOpen { outbox.append(Header(.drain)) }
        case .leave: leaveAt = now
        }
    }

    private func finish(_ tasks: [PoolTask], _ result: Result<[TaskOutcome], any Error>, _ outbox: Outbox, isOpen: Bool) {
        for task in tasks { services[task.service].credit.release() }
        switch result {
        case .success(let outcomes) where outcomes.count == tasks.count:
            for (task, outcome) in zip(tasks, outcomes) { answer(task, outcome, outbox, isOpen: isOpen) }
        case .success(let outcomes):
            logger.error("a batch handler returned too few or too many outcomes", metadata: ["tasks": "\(tasks.count)", "outcomes": "\(outcomes.count)"])
            for task in tasks { answer(task, .failed(.internal, "the handler lost count"), outbox, isOpen: isOpen) }
        case .failure(let error):
            let outcome = outcome(of: error)
            for task in tasks { answer(task, outcome, outbox, isOpen: isOpen) }
        }
    }

    func ended() {
        _ = mailbox.close()
        for service in services { service.close() }
    }
}
