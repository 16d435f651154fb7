internal import CallAttribution
package import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func apply(_ visits: [WebInput]) throws(StorageError) {
        let known = webReads.accounts
        do {
            try transaction {
                for visit in visits { try add(visit) }
                webReads.mayHaveDue = true
                return 0
            }
        } catch {
            webReads.accounts = known
            throw error
        }
    }

    private func add(_ visit: WebInput) throws {
        let account = try names.number(.account, visit.account)
        if webReads.accounts.insert(account).inserted { try webWrites.add(account: account) }
        let visitor = try webWrites.visitor(visit.visitor, of: account)
        if case .view(let view, let pool) = visit.told {
            _ = try webWrites.add(view, of: visitor)
            if visit.lease == nil { try webWrites.addRefusal(visitor, pool: pool, of: account, at: visit.at) }
        }
        for (number, span) in visit.spans {
            let number = try names.number(.number, number.e164, in: account)
            _ = try webWrites.add(span, of: visitor, number: number, longest: try webReads.longestLease(of: number))
        }
    }

    package func correctCalls(limit: Int) throws(StorageError) -> Int {
        guard webReads.mayHaveDue else { return 0 }
        var corrected: [Batch.Call] = []
        var count = 0
        try transaction { () throws in
            // What one says of its caller may make others due again.
            while count < limit, case let due = try dueCalls(limit: limit - count), !due.isEmpty {
                count += due.count
                for id in due {
                    try webWrites.removeDue(id)
                    guard let row = try row(id) else { continue }
                    let call = try Batch.Call(row)
                    try write(call, facts: nil, now: row.updatedAt)
                    corrected.append(call)
                }
            }
            return 0
        }
        webReads.mayHaveDue = count == limit
        for call in corrected { settle(call) }
        return count
    }

    private func dueCalls(limit: Int) throws(SQLiteError) -> [Int64] {
        var statement = try database.prepare("SELECT call FROM web_due ORDER BY call LIMIT ?1")
        try statement.bind(limit, at: 1)
        var calls: [Int64] = []
        while try statement.step() { calls.append(statement.int64(0)) }
        return calls
    }

    /// Fills in what the web says of a call whose record is shown.
    func attribute(_ record: inout CallRecord, _ facts: CallFacts?) throws {
        guard record.erasedAt == nil, let facts, let place = try webPlace(facts) else { return }
        _ = try webReads.attribute(&record, facts, account: place.account, number: place.number)
    }

    /// Fills in what the web says of a call whose row is written, and notes by whom: so that what is told of them later finds it.
    ///
    /// - Parameters:
    ///   - id: of the row, which it has or will have.
    ///   - former: the row as it is; nil for a new call.
    func attribute(_ record: inout CallRecord, _ facts: CallFacts?, row id: Int64, former: CallRow?) throws {
        guard record.erasedAt == nil, let facts, facts.source == nil else { return }
        let isMoved = former.map { $0.columns.startedAt != record.startedAt.milliseconds } ?? true
        if facts.pool != nil {
            let ids = try names.numbers(facts)
            if isMoved || former?.factsID != ids.facts { try webWrites.addPoolCall(id, number: ids.number, startedAt: record.startedAt) }
        }
        guard let place = try webPlace(facts) else { return }
        let finding = try webReads.attribute(&record, facts, account: place.account, number: place.number)
        let visitors = try finding.visitors.map { try webWrites.visitor($0, of: place.account) }
        try webWrites.link(id, to: visitors, isNew: former == nil)
        let caller = record.callerNumber.flatMap { PhoneNumber(e164: $0) }.map { Int64($0.digits) }
        var explained: WebWrites.Explained?
        if let visitor = finding.explainedBy, let caller {
            explained = WebWrites.Explained(
                account: place.account, caller: caller, startedAt: record.startedAt.milliseconds, visitor: try webWrites.visitor(visitor, of: place.account))
        }
        let before = try webWrites.explain(id, record.callID, by: explained, isNew: former == nil)
        if before != explained { for changed in [before, explained] { if let changed { try becomeDue(after: changed, but: id) } } }
        if let caller, isMoved || former?.columns.caller != caller || former?.facts == nil {
            webReads.note(WebReads.Sourceless(account: place.account, caller: caller, startedAt: record.startedAt.milliseconds, row: id))
        }
    }

    /// Of a number without a source of its own, in an account that has visitors; nil for the others.
    private func webPlace(_ facts: CallFacts) throws(SQLiteError) -> (account: Int64, number: Int64)? {
        guard facts.source == nil, !webReads.accounts.isEmpty, let account = try names.id(.account, facts.account), webReads.accounts.contains(account) else { return nil }
        return (account, facts.pool == nil ? 0 : try names.id(.number, facts.trackingNumber, in: account) ?? 0)
    }

    /// What the caller's later calls inherit has changed.
    func becomeDue(after call: WebWrites.Explained, but row: Int64) throws {
        var later = webReads.sourceless.filter { $0.account == call.account && $0.caller == call.caller && $0.startedAt >= call.startedAt }.map(\.row)
        for known in try calls(of: call.caller, call.account) where known.startedAt >= call.startedAt { later.append(known.row) }
        for later in Set(later) where later != row {
            webReads.mayHaveDue = true
            try webWrites.addDue(later)
        }
    }

    package func session(_ question: SessionQuestion) throws(StorageError) -> CallSession {
        try storing {
            var (record, facts) = question.subject
            try attribute(&record, facts)
            return CallSession(record)
        }
    }
}
