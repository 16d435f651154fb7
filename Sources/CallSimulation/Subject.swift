import CallAttribution
import CallModel

/// A call as attribution sees it: what it was told, and the directory that held when it first heard of the number dialled.
struct Subject {
    private var history: CallHistory
    private var directory: Directory?

    init(callID: String) { history = CallHistory(callID: callID) }

    /// Pins the number's directory: a later version does not rewrite the record.
    mutating func pin(_ directory: @autoclosure () -> Directory?) {
        if self.directory == nil { self.directory = directory() }
    }

    /// An exchange as the pool's tee delivers it.
    mutating func tell(_ exchange: Exchange) {
        // Told twice, it changes nothing (records.md §2).
        _ = history.add(exchange)
    }

    /// An event as CallEvents/Publish delivers it.
    mutating func tell(_ event: CallEvent) {
        _ = history.add(event)
    }

    /// Made when nothing more will come: a call without an end is closed.
    func record() -> CallRecord {
        let facts = directory.flatMap { directory in
            history.dialled.flatMap { CallFacts(directory: directory, dialled: $0, destinations: history.undecidedDestinations) }
        }
        return history.record(facts: facts, now: Timestamp.writable.upperBound)
    }
}
