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

    /// The accounts that have calls, by name.
    func accounts() throws(StorageError) -> [String]

    /// Which of these calls have been handed to the advertiser.
    func exported(_ callIDs: [String], to target: ConversionTarget) throws(StorageError) -> Set<String>

    /// Remembers that calls have been handed to the advertiser, on disk when this returns; returns how many had not been.
    func markExported(_ callIDs: [String], to target: ConversionTarget, now: Timestamp) throws(StorageError) -> Int
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

    init(history: CallHistory, facts: CallFacts?, updatedAt: Timestamp, closedAt: Timestamp?) {
        self.history = history
        self.facts = facts
        self.closedAt = closedAt
        var record = history.record(facts: facts, now: closedAt)
        record.updatedAt = updatedAt
        self.record = record
    }

    /// Fills in what the caller's other calls say of this one.
    ///
    /// - Parameter conversions: the ids of the caller's conversions; asked only where they matter.
    mutating func complete(priorCalls: Int?, conversions: () throws -> Set<String>) rethrows {
        record.complete(priorCalls: priorCalls, rules: facts?.rules ?? [])
        guard record.qualified == true, !record.isTest, !record.spam else { return }
        let hasDuplicates = record.callerNumber != nil && (facts?.conversionDedupeHours ?? 0) > 0
        isConversion = hasDuplicates ? try conversions().contains(record.callID) : true
    }
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
