import CallAttribution
import CallModel
import CallRouting

/// The state of a simulation at one virtual moment.
struct Stage {
    var table = RoutingTable()
    var agenda = Agenda()
    var calls: [CallCourse] = []
    /// Where each call's record is made.
    var subjectOfCall: [Int] = []
    var records: RecordDesk
    /// Limits and rotation, as the live-calls worker keeps them.
    var live = LiveState(key: .open)
    var exchangeCount = 0
    let account: String
    private let places: PlaceLookup
    /// What is printed, in the order of the file.
    private var outputs: [Output] = []
    /// By the line of the file.
    private var answers: [Int: VisitAnswer] = [:]

    private enum Output {
        /// The next record.
        case record
        case visit(line: Int)
    }

    /// - Parameter entries: all of the timeline, so that records come in the order of the file.
    init(_ directory: Directory, _ entries: [TimelineEntry], _ places: PlaceLookup) throws(SimulationError) {
        account = directory.account
        self.places = places
        records = RecordDesk(places: places)
        table.install(directory, at: entries.first?.at ?? Timestamp(milliseconds: 0))
        var lineByCall: [String: Int] = [:]
        for entry in entries.sorted(by: { $0.line < $1.line }) {
            switch entry.action {
            case .call(let script):
                if let earlier = lineByCall.updateValue(entry.line, forKey: script.id) {
                    throw SimulationError(line: entry.line, "call \(script.id) is in line \(earlier) already; give each call an id of its own")
                }
                if records.introduce(script.id) { outputs.append(.record) }
            case .event(let event): if records.introduce(event.callID) { outputs.append(.record) }
            case .visit: outputs.append(.visit(line: entry.line))
            case .apply, .set, .heartbeat, .resetLimit, .erase, .update: continue
            }
        }
    }

    /// What is printed, once nothing more will happen.
    mutating func finish() -> [SimulatedLine] {
        var records = records.finished().makeIterator()
        return outputs.compactMap { output in
            switch output {
            case .record: records.next().map { .call($0) }
            case .visit(let line): answers[line].map { .visit($0) }
            }
        }
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
            let subject = records.place(of: event.callID)
            if !event.to.isEmpty { records.pin(subject, table.owner(of: event.to)?.directory) }
            tell(event, subject, at: entry.at)
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
            records.match { [table] in table.owner(of: $0)?.directory }
        case .set(let schedule, let manual):
            guard table.set(manual, schedule: schedule, account: account) else {
                throw SimulationError(line: entry.line, "set.schedule: \"\(schedule)\" is no schedule of \(account)")
            }
        case .resetLimit(let destination):
            guard table.directory(of: account)?.place(ofDestination: destination) != nil else {
                throw SimulationError(line: entry.line, "reset_limit: \"\(destination)\" is no destination of \(account)")
            }
            live.resetLimits(account: account, destination: destination)
        case .update(let call, let word):
            guard records.update(call, word, at: entry.at, line: entry.line) else {
                throw SimulationError(line: entry.line, "update: \"\(call)\" is no call of this timeline")
            }
        case .erase(let text):
            guard let caller = table.directory(of: account)?.caller(text).number else {
                throw SimulationError(line: entry.line, "erase: \"\(text)\" is no phone number; write it with + and the country's code")
            }
            records.erase(caller.e164, at: entry.at)
        case .visit(let visit):
            guard let directory = table.directory(of: account), let pool = directory.pools.firstIndex(where: { $0.id == visit.pool }) else {
                throw SimulationError(line: entry.line, "pool: \"\(visit.pool)\" is no pool of \(account)")
            }
            let lease = records.visit(visit, pool: pool, of: directory, at: entry.at)
            answers[entry.line] = VisitAnswer(visitor: visit.visitor, at: entry.at, lease, places)
        case .heartbeat(let visitor):
            if let directory = table.directory(of: account) { records.heartbeat(visitor, of: directory, at: entry.at) }
        }
    }
}
