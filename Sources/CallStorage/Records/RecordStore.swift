package import CallAttribution
package import CallModel

/// Keeps one record per call, made of all that was told of it (records.md).
///
/// Belongs to one thread. Every method throws `StorageError`; after one of `apply` or `closeOverdue` nothing of that call is stored, and it may be made again.
package protocol RecordStore: AnyObject {
    /// Stores a batch in one transaction that is on disk when this returns. An input that is known already changes nothing.
    ///
    /// - Parameter now: what the changed records say in `updated_at`.
    func apply(_ inputs: [CallInput], facts: any FactsSource, now: Timestamp) throws(StorageError) -> ApplySummary

    /// Closes calls that have had no end for their account's `max_call_seconds`, at most `limit` at once; returns how many.
    func closeOverdue(now: Timestamp, limit: Int) throws(StorageError) -> Int

    /// One call; nil where none has the id.
    func call(_ id: String) throws(StorageError) -> StoredCall?

    /// A page of calls, the newest first.
    func list(_ query: CallQuery) throws(StorageError) -> CallPage

    /// The calls of an account by source, the most frequent first; spam and test calls are left out.
    ///
    /// - Parameter range: of `started_at`, the end excluded.
    func summarizeBySource(account: String, range: Range<Timestamp>) throws(StorageError) -> [SourceSummary]

    /// What reports count of an account's calls, spam and test calls left out, in no order.
    ///
    /// - Parameters:
    ///   - range: of `started_at`, the end excluded.
    ///   - body: gets each call; its names are numbers of `reportNames`.
    func figures(account: String, range: Range<Timestamp>, _ body: (CallFigures) -> Void) throws(StorageError)

    /// What the names in figures stand for.
    var reportNames: any ReportNames { get }

    /// What routing asks of a caller's earlier calls (records.md §1).
    func past(_ question: CallerQuestion) throws(StorageError) -> CallerPast

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

    /// The accounts that have calls, by name.
    func accounts() throws(StorageError) -> [String]
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

    init(history: CallHistory, facts: CallFacts?, updatedAt: Timestamp, closedAt: Timestamp?) {
        self.history = history
        self.facts = facts
        var record = history.record(facts: facts, now: closedAt)
        record.updatedAt = updatedAt
        self.record = record
    }

    /// Fills in what neither its own inputs nor the caller's other calls say.
    mutating func change(_ body: (inout CallRecord) throws -> Void) rethrows { try body(&record) }

    /// Fills in what the caller's other calls say of this one.
    mutating func complete(priorCalls: Int?) { record.complete(priorCalls: priorCalls, rules: facts?.rules ?? []) }

    /// In order of arrival, each with whether it decided anything in the record.
    package var events: [(event: CallEvent, counts: Bool)] { history.eventLog(facts: facts) }
}

/// Calls of one source.
package struct SourceSummary: Hashable, Sendable {
    /// Nil: none is known.
    package var source: String?
    package var calls = 0
    package var answered = 0
    package var missed = 0

    package init(source: String?, calls: Int = 0, answered: Int = 0, missed: Int = 0) {
        self.source = source
        self.calls = calls
        self.answered = answered
        self.missed = missed
    }

    static func isBefore(_ a: SourceSummary, _ b: SourceSummary) -> Bool {
        a.calls != b.calls ? a.calls > b.calls : (a.source ?? "") < (b.source ?? "")
    }
}
