import CallAttribution
import CallModel

/// Makes the records of a simulation, and answers for a caller's past from them, as the attribution worker does.
struct RecordDesk {
    private var subjects: [Subject] = []
    private var subjectByCall: [String: Int] = [:]
    private var book = CallerBook()
    private var leases = LeaseBook()
    private var web = WebHistory()
    private var explained = ExplainedCalls()
    /// Those told something since the book was last told of them.
    private var stale: Set<Int> = []
    private let places: PlaceLookup

    init(places: PlaceLookup) { self.places = places }

    /// Records come in the order in which the calls are introduced; false where it was already.
    mutating func introduce(_ callID: String) -> Bool {
        guard subjectByCall[callID] == nil else { return false }
        subjectByCall[callID] = subjects.count
        subjects.append(Subject(callID: callID, places: places))
        return true
    }

    func place(of callID: String) -> Int {
        // Every call of the timeline was introduced before it began.
        guard let subject = subjectByCall[callID] else { preconditionFailure("call \(callID) was not introduced") }
        return subject
    }

    mutating func pin(_ subject: Int, _ directory: Directory?) { subjects[subject].pin(directory) }

    /// Looks again whose number the calls are to that were nobody's.
    mutating func match(_ owner: (String) -> Directory?) {
        for place in subjects.indices where subjects[place].match(owner) { stale.insert(place) }
    }

    mutating func tell(_ exchange: Exchange, _ subject: Int) {
        subjects[subject].tell(exchange)
        stale.insert(subject)
    }

    mutating func tell(_ event: CallEvent, _ subject: Int) {
        subjects[subject].tell(event)
        stale.insert(subject)
    }

    /// False where there is no such call.
    mutating func update(_ callID: String, _ word: PersonsWord, at moment: Timestamp, line: Int) -> Bool {
        guard let subject = subjectByCall[callID] else { return false }
        // Of two at one moment the later line is the later word.
        let number = String(line)
        subjects[subject].tell(SaidWord(id: String(repeating: "0", count: max(0, 12 - number.utf8.count)) + number, at: moment, word: word))
        stale.insert(subject)
        return true
    }

    /// - Parameter caller: E.164.
    mutating func erase(_ caller: String, at moment: Timestamp) {
        refreshBook()
        for place in subjects.indices where subjects[place].isTold {
            let (record, facts) = record(of: place, isFinished: false)
            guard record.callerNumber == caller else { continue }
            subjects[place].erase(book.completed(record, facts: facts), at: moment)
            // Of an ambiguous call nobody knows whose visits they were.
            if let visitor = record.web?.visitorID, record.candidates.isEmpty { _ = web.erase(visitor) }
            stale.insert(place)
        }
    }

    /// A visitor looks at a page; what it is to show: nil for the site's own number.
    ///
    /// - Parameter pool: its place in the directory.
    mutating func visit(_ visit: ScriptedVisit, pool: Int, of directory: Directory, at now: Timestamp) -> NumberLease? {
        web.add(PageView(at: now, page: visit.page, referrer: visit.referrer, userAgent: visit.userAgent), of: visit.visitor)
        return note(leases.visit(visit.visitor, pool: pool, of: directory, at: now), at: now)
    }

    /// Whether its lease lives on shows in the next visit; without a live one nothing happens.
    mutating func heartbeat(_ visitor: String, of directory: Directory, at now: Timestamp) {
        for lease in leases.heartbeats(visitor, of: directory, at: now) { _ = note(lease, at: now) }
    }

    private mutating func note(_ lease: NumberLease?, at now: Timestamp) -> NumberLease? {
        if let lease { web.add(LeaseSpan(visitor: lease.visitor, start: now, end: lease.end, isOverflow: lease.isOverflow), of: lease.number) }
        return lease
    }

    /// What routing asks of a call's web session.
    mutating func session(_ question: SessionQuestion) -> CallSession {
        refreshBook()
        let (record, facts) = question.subject
        var attributed = record
        let explained = explained
        _ = attributed.attribute(facts, in: &web) { explained.visitor(before: record) }
        return CallSession(attributed)
    }

    mutating func past(_ question: CallerQuestion) -> CallerPast {
        refreshBook()
        return book.past(question)
    }

    /// All records, once nothing more will come: a call without an end is closed.
    mutating func finished() -> [CallRecord] {
        var made = subjects.map { $0.record(isFinished: true) }
        explainAll(made)
        for place in made.indices { made[place].record = attributed(place, made[place].record, made[place].facts) }
        for (place, made) in made.enumerated() { book.note(subjects[place].anonymous(made.record), facts: made.facts) }
        return zip(subjects, made).map { subject, made in subject.completed(made.record) { book.completed($0, facts: made.facts) } }
    }

    /// Finds out which calls a session explains: the others of those callers may inherit it.
    private mutating func explainAll(_ made: [(record: CallRecord, facts: CallFacts?)]) {
        for (place, made) in made.enumerated() { _ = attributed(place, made.record, made.facts) }
    }

    /// With what the web says of it.
    private mutating func attributed(_ place: Int, _ record: CallRecord, _ facts: CallFacts?) -> CallRecord {
        guard let facts else { return record }
        var attributed = record
        let explained = explained
        let finding = attributed.attribute(facts, in: &web) { explained.visitor(before: record) }
        if subjects[place].isErased { self.explained.forget(record.callID) } else { self.explained.note(attributed, finding) }
        return attributed
    }

    private mutating func record(of place: Int, isFinished: Bool) -> (record: CallRecord, facts: CallFacts?) {
        let (record, facts) = subjects[place].record(isFinished: isFinished)
        return (attributed(place, record, facts), facts)
    }

    private mutating func refreshBook() {
        for place in stale {
            let (record, facts) = record(of: place, isFinished: false)
            book.note(subjects[place].anonymous(record), facts: facts)
        }
        stale.removeAll(keepingCapacity: true)
    }
}
