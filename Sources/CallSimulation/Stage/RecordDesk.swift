import CallAttribution
import CallModel

/// Makes the records of a simulation, and answers for a caller's past from them, as the attribution worker does.
struct RecordDesk {
    private var subjects: [Subject] = []
    private var subjectByCall: [String: Int] = [:]
    private var book = CallerBook()
    var web = WebBook()
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
            let (record, facts) = subjects[place].record(web, isFinished: false)
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
        var made = subjects.map { $0.record(web, isFinished: true) }
        inherit(&made)
        for (place, made) in made.enumerated() { book.note(subjects[place].anonymous(made.record), facts: made.facts) }
        return zip(subjects, made).map { subject, made in subject.completed(made.record) { book.completed($0, facts: made.facts) } }
    }

    /// Calls that nothing else explains come from where the caller's last explained one did (records.md §4.3).
    private func inherit(_ made: inout [(record: CallRecord, facts: CallFacts?)]) {
        var visitors: [String: String] = [:]
        let order = made.indices.sorted { (made[$0].record.startedAt, made[$0].record.callID) < (made[$1].record.startedAt, made[$1].record.callID) }
        for place in order {
            guard let caller = made[place].record.callerNumber else { continue }
            if let visitor = made[place].record.web?.visitorID, made[place].record.attribution != .ambiguous {
                visitors[caller] = visitor
            } else if let visitor = visitors[caller] {
                made[place].record = subjects[place].inherited(made[place].record, from: visitor, web)
            }
        }
    }

    private mutating func refreshBook() {
        for place in stale {
            let (record, facts) = subjects[place].record(web, isFinished: false)
            book.note(subjects[place].anonymous(record), facts: facts)
        }
        stale.removeAll(keepingCapacity: true)
    }
}
