import CallAttribution
import CallModel

/// A call as attribution sees it: what it was told, and the directory that held when it first heard of the number dialled.
struct Subject {
    private var history: CallHistory
    private var directory: Directory?
    private var erasure: Erasure?

    /// What stays of a caller's past in a record whose caller was erased (records.md §7).
    private struct Erasure {
        var at: Timestamp
        var firstTime: Bool?
        var priorCalls: Int?
        var qualified: Bool?
        var qualifiedRule: String?
    }

    private let places: PlaceLookup

    init(callID: String, places: PlaceLookup) {
        history = CallHistory(callID: callID)
        self.places = places
    }

    /// Whether its caller was erased (records.md §7).
    var isErased: Bool { erasure != nil }

    /// Whether anything is known of it yet.
    var isTold: Bool { history.count > 0 }

    /// Pins the number's directory: a later version does not rewrite the record.
    mutating func pin(_ directory: @autoclosure () -> Directory?) {
        if self.directory == nil { self.directory = directory() }
    }

    /// Pins the directory that has the number now; true where it was nobody's before. A call that routing turned away stays nobody's.
    ///
    /// - Parameter owner: of a number dialled.
    mutating func match(_ owner: (String) -> Directory?) -> Bool {
        guard directory == nil, !history.isUnknownNumber, let dialled = history.dialled, let found = owner(dialled) else { return false }
        directory = found
        return true
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

    /// What a person says of it.
    mutating func tell(_ word: SaidWord) {
        _ = history.add(word)
    }

    /// - Parameter record: the completed one, before.
    mutating func erase(_ record: CallRecord, at moment: Timestamp) {
        erasure = Erasure(
            at: moment, firstTime: record.firstTime, priorCalls: record.priorCalls, qualified: record.qualified, qualifiedRule: record.qualifiedRule)
    }

    /// As the call's own inputs make it.
    ///
    /// - Parameter isFinished: nothing more will come: a call without an end is closed.
    func record(isFinished: Bool) -> (record: CallRecord, facts: CallFacts?) {
        let dialled = directory.flatMap { directory in history.dialled.flatMap { directory.caller($0).number.flatMap(directory.trackingNumber) } }
        var facts: CallFacts?
        if let directory, let dialled { facts = CallFacts(directory: directory, number: dialled, destinations: history.undecidedDestinations) }
        var record = history.record(facts: facts, now: isFinished ? Timestamp.writable.upperBound : nil)
        record.places = places
        return (record, facts)
    }

    /// With what the caller's other calls say of it; an erased one keeps what they said then.
    func completed(_ record: CallRecord, _ complete: (CallRecord) -> CallRecord) -> CallRecord {
        guard let erasure else { return complete(record) }
        var record = anonymous(record)
        record.firstTime = erasure.firstTime
        record.priorCalls = erasure.priorCalls
        record.qualified = erasure.qualified
        record.qualifiedRule = erasure.qualifiedRule
        return record
    }

    /// Without the person, where he was erased (records.md §7).
    func anonymous(_ record: CallRecord) -> CallRecord {
        guard let erasure else { return record }
        var record = record
        record.erasedAt = erasure.at
        record.callerNumber = nil
        record.callerName = nil
        record.note = nil
        record.recordingURL = nil
        record.stripWeb()
        return record
    }
}
