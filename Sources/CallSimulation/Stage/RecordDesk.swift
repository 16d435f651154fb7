import CallAttribution
import CallModel

/// Makes the records of a simulation, and answers for a caller's past from them, as the attribution worker does.
struct RecordDesk {
    private var subjects: [Subject] = []
    private var subjectByCall: [String: Int] = [:]
    private var book = CallerBook()
    /// Those told something since the book was last told of them.
    private var stale: Set<Int> = []

    /// Records come in the order in which the calls are introduced.
    mutating func introduce(_ callID: String) {
        guard subjectByCall[callID] == nil else { return }
        subjectByCall[callID] = subjects.count
        subjects.append(Subject(callID: callID))
    }

    func place(of callID: String) -> Int {
        // Every call of the timeline was introduced before it began.
        guard let subject = subjectByCall[callID] else { preconditionFailure("call \(callID) was not introduced") }
        return subject
    }

    mutating func pin(_ subject: Int, _ directory: Directory?) { subjects[subject].pin(directory) }

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
        for event in word.events(of: callID, at: moment, id: "update-\(line)") { subjects[subject].tell(event) }
        if let isQualified = word.qualified { subjects[subject].judge(isQualified: isQualified, at: moment) }
        stale.insert(subject)
        return true
    }

    /// - Parameter caller: E.164.
    mutating func erase(_ caller: String, at moment: Timestamp) {
        refreshBook()
        for place in subjects.indices where subjects[place].isTold {
            let (record, facts) = subjects[place].record(isFinished: false)
            guard record.callerNumber == caller else { continue }
            subjects[place].erase(book.completed(record, facts: facts), at: moment)
            stale.insert(place)
        }
    }

    mutating func past(_ question: CallerQuestion) -> CallerPast {
        refreshBook()
        return book.past(question)
    }

    /// All records, once nothing more will come: a call without an end is closed.
    mutating func finished() -> [CallRecord] {
        let made = subjects.map { $0.record(isFinished: true) }
        for (record, facts) in made { book.note(record, facts: facts) }
        return zip(subjects, made).map { subject, made in subject.completed(made.record) { book.completed($0, facts: made.facts) } }
    }

    private mutating func refreshBook() {
        for place in stale {
            let (record, facts) = subjects[place].record(isFinished: false)
            book.note(record, facts: facts)
        }
        stale.removeAll(keepingCapacity: true)
    }
}
