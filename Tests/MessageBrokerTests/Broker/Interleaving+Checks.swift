import MessageBroker
import MessageWire
import Testing

/// What came of a step, held against the model.
extension Interleaving {
    typealias Waiting = [String: [UInt64: InterleavingModel.Sent]]

    /// - Parameters:
    ///   - before: what could have been sent in each service before the step.
    ///   - wasPaused: which services were paused then.
    mutating func collect(_ before: Waiting, _ wasPaused: Set<String>) throws {
        for number in producers.indices {
            for message in producers[number].all() { answered(message, number) }
        }
        // Messages to different peers have no order; who lost a task has lost it before another gets it.
        var revoked: [Token] = []
        for number in workers.indices {
            for message in workers[number].peer.take(.revoke) {
                self.revoked(message, number)
                revoked.append(message.header.token)
            }
        }
        var tasks = haunt()
        for number in workers.indices {
            for message in workers[number].peer.all() {
                switch message.type {
                case .task:
                    tasks.append(message)
                    took(message, number, wasPaused)
                    if revoked.contains(message.header.token) { self.revoked(message, number) }
                case .goAway:
                    workers[number].isDraining = true
                    see(.drained)
                case .error where message.status == 10 || message.status == 16: break
                default: fault("worker got \(message)")
                }
            }
        }
        checkOrder(tasks, before)
        checkCap()
    }

    private mutating func revoked(_ message: Arrived, _ number: Int) {
        see(.revoked)
        for task in workers[number].held + lost where task.header.token == message.header.token {
            model.courses[delivery(task)]?.losses += 1
            if model.courses[delivery(task)]?.holder == workers[number].number { model.courses[delivery(task)]?.holder = nil }
        }
        workers[number].held.removeAll { $0.header.token == message.header.token }
    }

    /// Tasks that went to workers of which only the broker thinks that they live.
    private mutating func haunt() -> [Arrived] {
        var tasks: [Arrived] = []
        for number in ghosts.indices {
            for task in ghosts[number].peer.take(.task) {
                tasks.append(task)
                lost.append(task)
                model.courses[delivery(task), default: .init()].tasks += 1
                model.courses[delivery(task)]?.losses += 1
                if model.sent[task.number] == nil { record(task) }
            }
        }
        return tasks
    }

    private mutating func answered(_ message: Arrived, _ producer: Int) {
        switch message.type {
        case .accepted:
            open[producer] -= 1
            model.sent[message.number]?.unanswered -= 1
            model.sent[message.number]?.isAccepted = true
            if message["duplicate"] != nil { see(.repeated) }
        case .response:
            guard let request = model.sent[message.number] else { return fault("RESPONSE to nothing: \(message)") }
            open[producer] -= 1
            model.sent[message.number]?.unanswered -= 1
            let isUnary = InterleavingModel.isUnary(request.path)
            if isUnary, model.sent[message.number]?.waiting.remove(producer) == nil { fault("a second RESPONSE: \(message)") }
            if message.header.timeout > 0 {
                refused(message, request, producer)
            } else if isUnary {
                model.sent[message.number]?.outcomes += 1
                // Whoever leaves a request that others wait for is told so before the exchange has ended.
                let isLeaving = message.status == 1 && request.waiting.count > 1
                if message["teed"] == nil, request.path == .route, !isLeaving { model.sent[message.number]?.isRecorded = true }
                if message["teed"] != nil { see(.teeMissed) }
                if message.status == 0, message.text != "reply \(message.number)", message.text != "late" { fault("another's reply: \(message)") }
            } else {
                fault("a durable request was answered: \(message)")
            }
        case .state: if message.json?["reason"]?.string == "cancelled" { see(.cancelled) }
        default: fault("producer got \(message)")
        }
    }

    /// A refusal has a reason that the model knows, and a pushback (wire.md §4).
    private mutating func refused(_ message: Arrived, _ request: InterleavingModel.Sent, _ producer: Int) {
        switch message.status {
        case 8 where message.message.contains("requests open"):
            see(.refusedByWindow)
            if open[producer] < Self.window { fault("refused with \(open[producer]) open: \(message)") }
        case 8 where message.message.contains("wait for"): see(.refusedByQueue)
        case 9 where paused.contains(InterleavingModel.service(request.path)) && InterleavingModel.isUnary(request.path): see(.refusedByPause)
        default: fault("refused: \(message)")
        }
        // Another connection may wait for it, and then it was accepted.
        let isUnary = InterleavingModel.isUnary(request.path)
        let isLive = isUnary ? request.waiting != [producer] : request.isAccepted || request.unanswered > 1
        if !isLive { model.sent[message.number]?.order = nil }
    }

    private mutating func took(_ task: Arrived, _ number: Int, _ wasPaused: Set<String>) {
        let delivery = delivery(task)
        let service = delivery.service
        workers[number].taken[service, default: 0] += 1
        workers[number].held.append(task)
        if workers[number].taken[service, default: 0] > workers[number].granted[service, default: 0] { fault("more tasks than credit: \(task)") }
        if workers[number].isDraining { fault("a task after GOAWAY: \(task)") }
        if paused.contains(service), wasPaused.contains(service) { fault("a task of a paused service: \(task)") }
        var course = model.courses[delivery, default: .init()]
        if let holder = course.holder { fault("\(task) while worker \(holder) has it") }
        if course.isDone { fault("done, and delivered again: \(task)") }
        if course.tasks > 0, Self.durableServices.contains(service) {
            see(.redelivered)
            if !task.header.flags.contains(.redelivered) { fault("not flagged: \(task)") }
        }
        if let request = model.sent[task.number] {
            if let key = request.key { checkKey(key, task, request) }
        } else {
            record(task)
        }
        course.tasks += 1
        course.holder = workers[number].number
        course.token = task.header.token
        model.courses[delivery] = course
    }

    /// The record of an exchange: the id is the broker's.
    private mutating func record(_ task: Arrived) {
        guard let id = task["exchange-id"].flatMap({ RequestID(hex: $0) }), model.sent[id.low]?.path == .route else {
            return fault("a task of nobody's request: \(task)")
        }
        model.sent[id.low]?.records.insert(task.id)
    }

    /// One at a time for each key, in order of acceptance.
    private mutating func checkKey(_ key: String, _ task: Arrived, _ request: InterleavingModel.Sent) {
        for (delivery, course) in model.courses where course.holder != nil && delivery.request != task.number {
            if model.sent[delivery.request]?.key == key { fault("two of \(key) at once: \(delivery.request) and \(task.number)") }
        }
        guard let order = request.order, !request.isReplayed else { return }
        if let last = model.lastOfKey[key], last > order { fault("order of \(key) broken: \(task)") }
        model.lastOfKey[key] = order
    }

    /// A lower priority goes first, equals of one tenant in order of acceptance: what could go all the time and still waits
    /// must not stand above what went.
    private mutating func checkOrder(_ tasks: [Arrived], _ before: Waiting) {
        for service in Set(tasks.map { InterleavingModel.service($0.path) }) {
            let stillWaiting = model.waiting(for: service)
            let passed = (before[service] ?? [:]).filter { stillWaiting[$0.key] != nil }
            guard !passed.isEmpty else { continue }
            for task in tasks where delivery(task).service == service {
                guard let went = model.sent[task.number] else { continue }
                for (id, request) in passed {
                    let isEqual = request.priority == went.priority && request.tenant == went.tenant && went.key == nil && !went.isReplayed
                    if request.priority < went.priority || isEqual && (request.order ?? 0) < (went.order ?? 0) {
                        fault("\(id) (priority \(request.priority)) still waits, and \(task) (priority \(went.priority)) went")
                    }
                }
            }
        }
    }

    private mutating func checkCap() {
        let out = model.courses.count { $0.key.service == .second && $0.value.holder != nil }
        if out > Self.cap { fault("\(out) tasks of \(String.second) are out, \(Self.cap) may") }
        if out == Self.cap { see(.capped) }
    }

    // MARK: the end

    /// Everything that waits is worked off; nothing may be left but dead letters.
    mutating func finish() throws {
        pool.isJournalSlow = false
        for service in paused { ask("Resume", ["service": .string(service)]) }
        paused = []
        for delivery in model.courses.keys { model.courses[delivery]?.holder = nil }
        for worker in workers { worker.peer.bye() }
        workers = []
        let last = pool.peer("last")
        try last.hello(.worker, services: Self.unaryServices + Self.durableServices)
        for service in Self.unaryServices + Self.durableServices { try last.credit(service, 1_000_000) }
        for _ in 0..<60 {
            while case let tasks = last.take(.task), !tasks.isEmpty {
                for task in tasks {
                    let delivery = delivery(task)
                    if model.courses[delivery]?.isDone == true { fault("done, and delivered again: \(task)") }
                    model.courses[delivery, default: .init()].isDone = true
                    if model.sent[task.number] == nil { record(task) }
                    last.done(task, "reply \(task.number)")
                }
            }
            pool.advance(by: 500)
            try collect([:], [])
        }
        let dead = try deadLetters()
        for (id, request) in model.sent.sorted(by: { $0.key < $1.key }) { check(id, request, dead) }
        check(pool.census)
    }

    private mutating func check(_ id: UInt64, _ request: InterleavingModel.Sent, _ dead: [String: Set<UInt64>]) {
        if !request.waiting.isEmpty { fault("no RESPONSE for \(id) \(request.path)") }
        if request.isRecorded, request.records.isEmpty { fault("answered as recorded, and no record: \(id)") }
        if request.records.count > request.sends { fault("\(request.records.count) records of \(id), which was sent \(request.sends) times") }
        guard request.isAccepted else { return }
        producers[0].query(id)
        let state = producers[0].take(.state).last?.json?["state"]?.string
        if state != "settled", state != "dead" { fault("accepted and then \(state ?? "gone"): \(id) \(request.path)") }
        for service in InterleavingModel.services(request.path) {
            let course = model.courses[.init(request: id, service: service), default: .init()]
            if dead[service, default: []].contains(id) {
                // Attempts and losses come from settings of `init`; workers that went in silence may have lost it unseen.
                let hasCause = course.isTerminated || course.failures > 0 || course.losses > 0
                if !hasCause { fault("dead without a cause: \(id) in \(service)") }
                if course.isDone { fault("done, and dead: \(id) in \(service)") }
            } else if !course.isDone, !course.mayBeDone, !request.mayHaveEnded {
                fault("settled, and \(service) has not done it: \(id)")
            }
        }
    }

    private func deadLetters() throws -> [String: Set<UInt64>] {
        var dead: [String: Set<UInt64>] = [:]
        for service in Self.durableServices {
            let letters = try pool.peer("admin", .front).ask("ListDead", ["service": .string(service), "limit": 1000])["dead"]?.array ?? []
            let count = try listed(pool, service)
            #expect(count["dead"]?.integer == Int64(letters.count), "seed \(seed)")
            for state in ["ready", "leased", "delayed"] { #expect(count[state]?.integer == 0, "seed \(seed): \(service) \(state)") }
            dead[service] = Set(letters.compactMap { $0["request_id"]?.string.flatMap { RequestID(hex: $0)?.low } })
        }
        return dead
    }

    private mutating func check(_ census: Census) {
        var left = census
        // Connections, the last worker, and replies that are kept are meant to be there.
        (left.connections, left.sessions, left.lanes, left.keptBytes, left.ids) = (0, 0, 0, 0, 0)
        if left != Census() { fault("left behind: \(left)") }
    }
}
