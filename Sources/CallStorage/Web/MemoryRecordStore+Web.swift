package import CallAttribution
package import CallModel

extension MemoryRecordStore {
    package func apply(_ visits: [WebInput]) throws(StorageError) {
        for visit in visits {
            var history = web[visit.account] ?? WebHistory()
            if case .view(let view, let pool) = visit.told {
                history.add(view, of: visit.visitor)
                if visit.lease == nil { refusals[[visit.account, pool], default: [:]][visit.visitor, default: []].insert(visit.at) }
            }
            for (number, span) in visit.spans { history.add(span, of: number) }
            web[visit.account] = history
        }
        // Of every call: there are few where no disk is.
        explainAll()
    }

    package func correctCalls(limit: Int) throws(StorageError) -> Int { 0 }

    /// Fills in what the web says of a call.
    func attribute(_ record: inout CallRecord, _ facts: CallFacts?) -> WebFinding {
        guard record.erasedAt == nil, let facts, var history = web[facts.account] else { return WebFinding() }
        let (explained, asked) = (explained, record)
        return record.attribute(facts, in: &history) { explained.visitor(before: asked) }
    }

    package func session(_ question: SessionQuestion) throws(StorageError) -> CallSession {
        var (record, facts) = question.subject
        _ = attribute(&record, facts)
        return CallSession(record)
    }
}

extension MemoryRecordStore {
    package func poolHistory(_ query: PoolQuery) throws(StorageError) -> PoolHistory {
        var history = PoolHistory()
        func spans(_ number: PhoneNumber) -> [LeaseSpan] {
            (web[query.account]?.spans(of: number) ?? []).filter { $0.start < query.range.upperBound && $0.end > query.range.lowerBound }
        }
        for number in query.numbers { history.leases[number] = spans(number).map { $0.start..<$0.end } }
        if let overflow = query.overflow { history.overflow = LeaseSpan.joined(spans(overflow)) }
        let found = (refusals[[query.account, query.pool]] ?? [:]).values.map { $0.filter(query.range.contains).sorted() }
        history.refusals = found.filter { !$0.isEmpty }
        return history
    }
}
