package import CallAttribution
package import CallModel

/// The record store without a disk: for tests, and for what need not outlive the process.
package final class MemoryRecordStore: RecordStore {
    struct Call {
        var history: CallHistory
        var facts: CallFacts?
        var updatedAt: Timestamp
        var closedAt: Timestamp?
        var row: Int64
        var places: PlaceLookup

        /// As its own inputs make it.
        var stored: StoredCall { StoredCall(history: history, facts: facts, updatedAt: updatedAt, closedAt: closedAt, places: places) }
    }

    var calls: [String: Call] = [:]
    var erased: [ErasedCaller: Timestamp] = [:]
    /// The persons of erasures that are not done yet.
    var unfinished: [ErasedCaller: Int64] = [:]
    var callers = CallerBook()
    private var exportedTo: [ConversionTarget: Set<String>] = [:]
    private var figureNames = InternedNames()
    private var lastRow: Int64 = 0
    private let places: PlaceLookup
    private var recorded = RecordedTime()
    /// By account.
    var web: [String: WebHistory] = [:]
    private(set) var explained = ExplainedCalls()
    /// By account and pool, and by visitor.
    var refusals: [[String]: [String: Set<Timestamp>]] = [:]

    /// - Parameter places: where records have looked up what a caller's number tells; nil: no number tells anything.
    package init(places: (any CallerPlaces)? = nil) { self.places = PlaceLookup(places) }

    package func apply(_ inputs: [CallInput], facts: any FactsSource, now: Timestamp) throws(StorageError) -> ApplySummary {
        var summary = ApplySummary()
        for input in inputs {
            // Never one again that a deleted call had: cursors name it.
            let isNew = calls[input.callID] == nil
            var call = calls[input.callID] ?? Call(history: CallHistory(callID: input.callID), updatedAt: now, row: lastRow + 1, places: places)
            guard call.history.add(input) else {
                summary.repeated += 1
                continue
            }
            if input.mayChangeFacts(call.facts) { call.facts = facts.facts(for: call.history, pinned: call.facts) }
            call.updatedAt = now
            strip(&call)
            take(call)
            summary.applied += 1
            summary.newCalls += isNew ? 1 : 0
            lastRow += isNew ? 1 : 0
        }
        return summary
    }

    package func closeOverdue(now: Timestamp, limit: Int) throws(StorageError) -> Int {
        let overdue = calls.values.filter { call in
            let record = stored(call).record
            return record.outcome == nil && record.startedAt.advanced(bySeconds: Double(call.facts.maxCallSeconds)) <= now
        }
        let closing = overdue.sorted { $0.row < $1.row }.prefix(limit)
        for var call in closing {
            call.closedAt = now
            call.updatedAt = now
            take(call)
        }
        return closing.count
    }

    func take(_ call: Call) {
        calls[call.history.callID] = call
        var record = call.stored.record
        explained.note(record, attribute(&record, call.facts))
        callers.note(record, facts: call.facts)
        // What its caller's later calls inherit may have changed.
        if !web.isEmpty { explainAll() }
    }

    /// Finds out anew which calls are explained by a session, and what the others inherit.
    func explainAll() {
        for _ in 0..<2 {
            for call in calls.values {
                var record = call.stored.record
                let finding = attribute(&record, call.facts)
                explained.note(record, finding)
                callers.note(record, facts: call.facts)
            }
        }
    }

    /// With what the web says of it.
    func stored(_ call: Call) -> StoredCall {
        var stored = call.stored
        stored.change { _ = attribute(&$0, call.facts) }
        return stored
    }

    package func call(_ id: String) throws(StorageError) -> StoredCall? { calls[id].map { completed(stored($0)) } }

    func completed(_ call: StoredCall) -> StoredCall {
        var call = call
        let record = call.record
        call.complete(priorCalls: callers.completed(record, facts: call.facts).priorCalls) { callers.conversions(like: record) }
        return call
    }

    package func list(_ query: CallQuery) throws(StorageError) -> CallPage {
        let limit = try query.checkedLimit()
        let before = try query.cursor.map { text throws(StorageError) in try CallCursor(text) }
        var hidden = CallPage.Hidden()
        var shown: [(cursor: CallCursor, call: StoredCall)] = []
        for call in calls.values {
            let stored = completed(stored(call))
            guard query.matches(stored.record) else { continue }
            if !query.showsHidden, stored.record.isTest || stored.record.spam {
                guard query.countsHidden else { continue }
                if stored.record.isTest { hidden.test += 1 } else { hidden.spam += 1 }
                continue
            }
            let cursor = CallCursor(startedAt: stored.record.startedAt.milliseconds, row: call.row)
            if let before, cursor >= before { continue }
            shown.append((cursor, stored))
        }
        shown.sort { $0.cursor > $1.cursor }
        let page = shown.prefix(limit)
        return CallPage(calls: page.map(\.call), next: shown.count > limit ? page.last?.cursor.text : nil, hidden: hidden)
    }

    package func figures(account: String, range: Range<Timestamp>, _ body: (CallFigures) -> Void) throws(StorageError) {
        let stored = calls.values.map { completed(self.stored($0)) }.sorted { ($0.record.startedAt, $0.record.callID) < ($1.record.startedAt, $1.record.callID) }
        for call in stored where call.record.account == account && range.contains(call.record.startedAt) && !call.record.isTest && !call.record.spam {
            var figures = CallFigures(call.record, erased: call.history.erasure?.person ?? 0, &figureNames)
            figures.isConversion = call.isConversion
            body(figures)
        }
    }

    package var reportNames: any ReportNames { figureNames }

    package func noteRecorded(_ span: Range<Timestamp>) throws(StorageError) { recorded.insert(span) }

    package func recordedTime() throws(StorageError) -> RecordedTime { recorded }

    package func past(_ question: CallerQuestion) throws(StorageError) -> CallerPast { callers.past(question) }

    package func exported(_ callIDs: [String], to target: ConversionTarget) throws(StorageError) -> Set<String> {
        exportedTo[target, default: []].intersection(callIDs)
    }

    package func markExported(_ callIDs: [String], to target: ConversionTarget, now: Timestamp) throws(StorageError) -> Int {
        let before = exportedTo[target, default: []].count
        exportedTo[target, default: []].formUnion(callIDs)
        return exportedTo[target, default: []].count - before
    }

    package func accounts() throws(StorageError) -> [String] {
        Set(calls.values.compactMap(\.stored.record.account)).sorted()
    }
}

extension CallQuery {
    fileprivate func matches(_ record: CallRecord) -> Bool {
        let isInScope =
            switch scope {
            case .account(let account): record.account == account
            case .unmatched: record.account == nil
            }
        return isInScope && record.startedAt >= since ?? record.startedAt && until.map { record.startedAt < $0 } ?? true
            && conditions.allSatisfy { $0.holds(record.value(of: $0.field)) }
    }
}
