package import CallAttribution
package import CallModel

/// What a look at a share of the unmatched calls came to.
package struct MatchedCalls: Hashable, Sendable {
    /// Calls that are an account's now.
    package var count: Int
    /// Where the next share begins; nil: that was the last.
    package var next: String?

    package init(count: Int, next: String?) {
        self.count = count
        self.next = next
    }
}

extension RecordStore {
    /// The next share of the unmatched calls: which of them are to a number that has facts now.
    ///
    /// Those that routing turned away stay nobody's: that was its decision (records.md §2).
    func matching(_ facts: any FactsSource, from cursor: String?, limit: Int) throws(StorageError) -> (callIDs: [String], next: String?) {
        var query = CallQuery(.unmatched)
        query.showsHidden = true
        query.countsHidden = false
        query.cursor = cursor
        query.limit = limit
        let page = try list(query)
        return (page.calls.filter { facts.facts(for: $0.history, pinned: nil) != nil }.map(\.record.callID), page.next)
    }
}

extension MemoryRecordStore {
    package func matchCalls(facts: any FactsSource, now: Timestamp, from cursor: String?, limit: Int) throws(StorageError) -> MatchedCalls {
        let share = try matching(facts, from: cursor, limit: limit)
        for id in share.callIDs {
            guard var call = calls[id] else { continue }
            call.facts = facts.facts(for: call.history, pinned: nil)
            call.updatedAt = now
            strip(&call)
            take(call)
        }
        return MatchedCalls(count: share.callIDs.count, next: share.next)
    }
}

extension SQLiteRecordStore {
    package func matchCalls(facts: any FactsSource, now: Timestamp, from cursor: String?, limit: Int) throws(StorageError) -> MatchedCalls {
        let share = try matching(facts, from: cursor, limit: limit)
        var matched: [Batch.Call] = []
        guard !share.callIDs.isEmpty else { return MatchedCalls(count: 0, next: share.next) }
        try transaction { () throws in
            for id in share.callIDs {
                guard let row = try find(id) else { continue }
                let call = try Batch.Call(row)
                call.askForFacts()
                try write(call, facts: facts, now: now)
                matched.append(call)
            }
            return 0
        }
        for call in matched { settle(call) }
        return MatchedCalls(count: matched.count, next: share.next)
    }
}
