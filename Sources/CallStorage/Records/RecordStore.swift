package import CallAttribution
package import CallModel

/// Keeps one record per call, made of all that was told of it (records.md).
///
/// Belongs to one thread. Every method throws `StorageError`; after one of `apply` or `closeOverdue` nothing of that call is stored, and it may be made again.
package protocol RecordStore: RecordView {
    /// Stores a batch in one transaction that is on disk when this returns. An input that is known already changes nothing.
    ///
    /// - Parameter now: what the changed records say in `updated_at`.
    func apply(_ inputs: [CallInput], facts: any FactsSource, now: Timestamp) throws(StorageError) -> ApplySummary

    /// Closes calls that have had no end for their account's `max_call_seconds`, at most `limit` at once; returns how many.
    func closeOverdue(now: Timestamp, limit: Int) throws(StorageError) -> Int

    /// Looks again whose number the unmatched calls are to, at most `limit` of them from `cursor` on: those that `facts` know by now are derived anew (directory.md §1.1).
    ///
    /// - Parameter cursor: where the share before ended; nil: the first.
    func matchCalls(facts: any FactsSource, now: Timestamp, from cursor: String?, limit: Int) throws(StorageError) -> MatchedCalls

    /// One call; nil where none has the id.
    func call(_ id: String) throws(StorageError) -> StoredCall?

    /// One that reads beside this store; nil: who wants to read asks the store itself.
    func openReader() throws(StorageError) -> sending (any RecordReader)?

    /// This instant, for a reader.
    func moment() -> RecordMoment

    /// Notes that a broker was up to take calls during all of that time (records.md §6, "`missing`").
    func noteRecorded(_ span: Range<Timestamp>) throws(StorageError)

    /// All that was noted.
    func recordedTime() throws(StorageError) -> RecordedTime

    /// What routing asks of a caller's earlier calls (records.md §1).
    func past(_ question: CallerQuestion) throws(StorageError) -> CallerPast

    /// Takes a caller out of the calls that an account has of him, and those of nobody's numbers: at most `limit` at once, the latest first (records.md §7).
    ///
    /// What comes later of a call of his that began before `moment` is stripped when it comes. On disk when this returns; repeated, it goes on where it ended.
    func erase(_ caller: PhoneNumber, account: String, at moment: Timestamp, limit: Int) throws(StorageError) -> ErasureSummary

    /// Deletes calls of an account that began before `edge`, at most `limit` at once; returns how many (directory.md, `retention`).
    ///
    /// - Parameter account: nil: those that no account has.
    func deleteCalls(account: String?, before edge: Timestamp, limit: Int) throws(StorageError) -> Int

    /// Deletes the page views and the ids of an account's web visitors of whom nothing is younger than `edge`, and who stand behind no call. Leases stay.
    ///
    /// - Parameters:
    ///   - cursor: 0, then the `next` of the share before, until it is nil.
    ///   - limit: so many visitors are looked at.
    func deleteVisitors(account: String, before edge: Timestamp, from cursor: Int64, limit: Int) throws(StorageError) -> (deleted: Int, next: Int64?)

    /// Takes erased calls out of what lists and reports look at, some at a time; false: there are more.
    func clearErased() throws(StorageError) -> Bool

    /// Takes away what erasures and deletions left anywhere in the file, its log and its free pages; nothing where there is none. False: a reader is in the way, it is to be tried again.
    func wipe() throws(StorageError) -> Bool

    /// Which of these calls have been handed to the advertiser.
    func exported(_ callIDs: [String], to target: ConversionTarget) throws(StorageError) -> Set<String>

    /// Remembers that calls have been handed to the advertiser, on disk when this returns; returns how many had not been.
    func markExported(_ callIDs: [String], to target: ConversionTarget, now: Timestamp) throws(StorageError) -> Int

    /// Stores what is told of web visitors in one transaction that is on disk when this returns; what is known already changes nothing.
    ///
    /// Records that are read say it from then on; what is derived beside them, as columns and figures, when `correctCalls` has returned less than its limit.
    func apply(_ visits: [WebInput]) throws(StorageError)

    /// Derives calls anew that web visitors' leases and page views have changed since, at most `limit`; returns how many.
    func correctCalls(limit: Int) throws(StorageError) -> Int

    /// What was told of a pool's numbers and its visitors.
    func poolHistory(_ query: PoolQuery) throws(StorageError) -> PoolHistory

    /// What is known of the web session that a call comes from.
    func session(_ question: SessionQuestion) throws(StorageError) -> CallSession
}

/// What a batch came to.
package struct ApplySummary: Hashable, Sendable {
    /// Inputs that were new.
    package var applied = 0
    /// Inputs that were known already.
    package var repeated = 0
    /// Calls seen for the first time.
    package var newCalls = 0

    package init(applied: Int = 0, repeated: Int = 0, newCalls: Int = 0) {
        self.applied = applied
        self.repeated = repeated
        self.newCalls = newCalls
    }
}

/// A call as it is kept: its record, and what the record was made of.
package struct StoredCall: Sendable {
    package private(set) var record: CallRecord
    package let history: CallHistory
    package let facts: CallFacts?
    let closedAt: Timestamp?
    /// Qualified, no test and no spam, and no duplicate of an earlier conversion of its caller (records.md §5).
    package internal(set) var isConversion = false

    /// - Parameter record: as the history makes it.
    init(record: CallRecord, history: CallHistory, facts: CallFacts?, closedAt: Timestamp?) {
        self.history = history
        self.facts = facts
        self.closedAt = closedAt
        self.record = record
    }

    /// - Parameter places: where the record has looked up what its caller's number tells.
    init(history: CallHistory, facts: CallFacts?, updatedAt: Timestamp, closedAt: Timestamp?, places: PlaceLookup) {
        self.history = history
        self.facts = facts
        self.closedAt = closedAt
        record = history.record(facts: facts, now: closedAt, places: places)
        record.updatedAt = updatedAt
    }

    /// Fills in what neither its own inputs nor the caller's other calls say.
    mutating func change(_ body: (inout CallRecord) throws -> Void) rethrows { try body(&record) }

    /// Fills in what the caller's other calls say of this one; of an erased caller, what they said then.
    ///
    /// - Parameter conversions: the ids of the caller's conversions; asked only where they matter.
    mutating func complete(priorCalls: Int?, conversions: () throws -> Set<String>) rethrows {
        if let erasure = history.erasure {
            erasure.complete(&record, rules: facts?.rules ?? [])
        } else {
            record.complete(priorCalls: priorCalls, rules: facts?.rules ?? [])
        }
        guard record.qualified == true, !record.isTest, !record.spam else { return }
        if let erasure = history.erasure, erasure.isDuplicate { return }
        let hasDuplicates = record.callerNumber != nil && (facts?.conversionDedupeHours ?? 0) > 0
        isConversion = hasDuplicates ? try conversions().contains(record.callID) : true
    }
}
