import CallModel
import CallRouting

/// The state of a simulation at one virtual moment.
struct Stage {
    private var table = RoutingTable()
    private var agenda = Agenda()
    private var calls: [CallCourse] = []
    /// Where each call's record is made.
    private var subjectOfCall: [Int] = []
    private var subjects: [Subject] = []
    private var subjectByCall: [String: Int] = [:]
    private var exchangeCount = 0
    private let account: String

    /// - Parameter entries: all of the timeline, so that records come in the order of the file.
    init(_ directory: Directory, _ entries: [TimelineEntry]) throws(SimulationError) {
        account = directory.account
        table.install(directory, at: entries.first?.at ?? Timestamp(milliseconds: 0))
        var lineByCall: [String: Int] = [:]
        for entry in entries.sorted(by: { $0.line < $1.line }) {
            switch entry.action {
            case .call(let script):
                if let earlier = lineByCall.updateValue(entry.line, forKey: script.id) {
                    throw SimulationError(line: entry.line, "call \(script.id) is in line \(earlier) already; give each call an id of its own")
                }
                introduce(script.id)
            case .event(let event): introduce(event.callID)
            case .apply, .set, .visit, .heartbeat, .resetLimit, .erase, .update: continue
            }
        }
    }

    private mutating func introduce(_ callID: String) {
        guard subjectByCall[callID] == nil else { return }
        subjectByCall[callID] = subjects.count
        subjects.append(Subject(callID: callID))
    }

    var lines: [SimulatedLine] { subjects.map { .call($0.record()) } }

    private func subject(of callID: String) -> Int {
        // Every call of the timeline was introduced before it began.
        guard let subject = subjectByCall[callID] else { preconditionFailure("call \(callID) was not introduced") }
        return subject
    }

    /// Plays what is due, the earliest first.
    mutating func play(while isDue: (Timestamp) -> Bool) {
        while let next = agenda.next, isDue(next.at), let appointment = agenda.takeNext() {
            take(calls[appointment.call].keep(appointment), appointment.call, at: appointment.at)
        }
    }

    mutating func perform(_ entry: TimelineEntry) throws(SimulationError) {
        switch entry.action {
        case .call(let script): begin(script, at: entry.at)
        case .event(let event):
            let subject = subject(of: event.callID)
            if !event.to.isEmpty { subjects[subject].pin(table.owner(of: event.to)?.directory) }
            subjects[subject].tell(event)
        case .apply(let document):
            let version = (table.directory(of: account)?.version ?? 0) + 1
            let directory: Directory
            do throws(DirectoryError) {
                directory = try Directory(yaml: document, version: version)
            } catch {
                throw SimulationError(line: entry.line, "apply is refused: \(error.problems.map(\.description).joined(separator: "; "))")
            }
            guard directory.account == account else {
                throw SimulationError(line: entry.line, "apply is for account \(directory.account); this timeline plays \(account)")
            }
            table.install(directory, at: entry.at)
        case .set(let schedule, let manual):
            guard table.set(manual, schedule: schedule, account: account) else {
                throw SimulationError(line: entry.line, "set.schedule: \"\(schedule)\" is no schedule of \(account)")
            }
        case .resetLimit(let destination):
            guard table.directory(of: account)?.place(ofDestination: destination) != nil else {
                throw SimulationError(line: entry.line, "reset_limit: \"\(destination)\" is no destination of \(account)")
            }
        case .update(let call, let word):
            guard let subject = subjectByCall[call] else {
                throw SimulationError(line: entry.line, "update: \"\(call)\" is no call of this timeline")
            }
            for event in word.events(of: call, at: entry.at, id: "update-\(entry.line)") { subjects[subject].tell(event) }
        case .visit(let visit): throw SimulationError(line: entry.line, "pool: \"\(visit.pool)\" is no pool of \(account)")
        case .heartbeat: return
        case .erase: throw SimulationError(line: entry.line, "erase: lines of this kind are not supported yet; leave it out")
        }
    }
}

// MARK: - A call's course

extension Stage {
    private mutating func begin(_ script: ScriptedCall, at now: Timestamp) {
        let subject = subject(of: script.id)
        let call = calls.count
        calls.append(CallCourse(script: script))
        subjectOfCall.append(subject)
        take(calls[call].begin(at: now), call, at: now)
        let inbound = script.inbound(at: now)
        subjects[subject].pin(table.owner(of: script.to)?.directory)
        let decision = Router(table, secret: .open).route(inbound, at: now).decision { _ in .unknown }
        tell(.route(inbound), decision, of: call, at: now)
        take(calls[call].follow(decision, at: now), call, at: now)
    }

    /// Does what the call's course asks for.
    private mutating func take(_ steps: [CourseStep], _ call: Int, at now: Timestamp) {
        for step in steps {
            switch step {
            case .tell(let event): subjects[subjectOfCall[call]].tell(event)
            case .appoint(let appointment): agenda.add(appointment.of(call))
            case .ask(let progress): proceed(progress, call, at: now)
            }
        }
    }

    private mutating func proceed(_ progress: CallProgress, _ call: Int, at now: Timestamp) {
        let decision: RouteDecision
        do throws(RoutingError) {
            decision = try Router(table, secret: .open).proceed(progress, at: now).decision { _ in .unknown }
        } catch {
            // The continuation is the router's own and the results are ours.
            preconditionFailure("the router does not know its own continuation: \(error)")
        }
        tell(.proceed(progress), decision, of: call, at: now)
        take(calls[call].follow(decision, at: now), call, at: now)
    }
}

// MARK: - What attribution is told

extension Stage {
    private mutating func tell(_ question: Exchange.Question, _ decision: RouteDecision, of call: Int, at now: Timestamp) {
        exchangeCount += 1
        let id = String(exchangeCount, radix: 16)
        let exchange = Exchange(
            exchangeID: String(repeating: "0", count: 32 - id.utf8.count) + id, question: question, status: 0, decision: decision, receivedAt: now,
            dispatchedAt: now, endedAt: now)
        subjects[subjectOfCall[call]].tell(exchange)
    }
}
