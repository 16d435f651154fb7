internal import CallAttribution
internal import CallModel
internal import SQLite

/// A call that the transaction under way has written, and whose digest is still to be made.
struct DigestDue {
    let row: CallRow
    /// As its inputs make it; completed when the digest is made.
    var call: StoredCall
    let names: DigestNames
    let isNew: Bool
    /// As the row had them before.
    let former: CallColumns?
    let formerFacts: Int64

    var formerly: CallerEntry? { former.flatMap { CallerEntry($0, row: row.id) } }
    /// Whether the caller was taken away: a block that holds the call is to be written anew (`clearErased`).
    var isErased: Bool { former.map { $0.caller != 0 } ?? false && row.columns.caller == 0 }

    /// Whether what its earlier calls are told by is as it was.
    var hasSamePast: Bool {
        guard let former else { return false }
        let now = row.columns
        return (former.caller, former.account, former.number, former.startedAt, formerFacts) == (now.caller, now.account, now.number, now.startedAt, row.factsID)
    }

    var entry: CallerEntry? { CallerEntry(row.columns, row: row.id) }

    /// When a call can have begun at the earliest that counts as an earlier one of this one's caller.
    var firstThatCounts: Int64 {
        let windowDays = row.facts?.repeatWindowDays ?? 0
        return EarlierCalls(than: row.callID, startedAt: Timestamp(milliseconds: row.columns.startedAt), windowDays: windowDays).span.lowerBound.milliseconds
    }
}

/// A caller's latest calls, as far back as those of them count that a transaction has to do with.
private struct RecentPast {
    private(set) var start = Int64.max
    /// The newest first; nil until they are read.
    var calls: [CallerEntry]?

    mutating func reach(back moment: Int64) { start = min(start, moment) }
}

extension SQLiteRecordStore {
    /// Within a transaction, after all its rows: the digests of those rows, and of the calls that are not as early any more as they were.
    func makeDigests() throws -> [CallDigest] {
        guard !due.isEmpty || !deleted.isEmpty else { return [] }
        // Calls are large: only what is needed of each is taken out.
        var moved: [(entry: CallerEntry, callID: String)] = []
        var pasts: [Int64: RecentPast] = [:]
        for place in due.indices {
            let (entry, formerly) = (due[place].entry, due[place].formerly)
            if let entry { pasts[entry.caller, default: RecentPast()].reach(back: due[place].firstThatCounts) }
            guard entry != formerly else { continue }
            if due[place].isNew {
                if let entry { callers.bring(entry) }
            } else {
                try callers.change(formerly, to: entry)
            }
            longPasts.forget(entry?.caller, formerly?.caller)
            let callID = due[place].row.callID
            crowds.change(formerly, to: entry, callID: callID)
            if let entry { moved.append((entry, callID)) }
            if let formerly { moved.append((formerly, callID)) }
        }
        for row in deleted {
            guard let entry = CallerEntry(row.columns, row: row.id) else { continue }
            try callers.change(entry, to: nil)
            longPasts.forget(entry.caller)
            crowds.change(entry, to: nil, callID: row.callID)
            moved.append((entry, row.callID))
        }
        for (entry, _) in moved { pasts[entry.caller, default: RecentPast()].reach(back: entry.startedAt) }
        var followers: Set<Int64> = []
        for (entry, callID) in moved {
            guard var past = pasts[entry.caller] else { continue }
            if past.calls == nil {
                past.calls = try callers.latestCalls(of: entry.caller, from: past.start)
                pasts[entry.caller] = past
            }
            // A test is no earlier call of anybody's.
            if entry.account == entry.owner { try note(followersOf: entry, callID, latest: past.calls ?? [], in: &followers) }
        }
        var digests: [CallDigest] = []
        digests.reserveCapacity(due.count + followers.count)
        for place in due.indices {
            let row = due[place].row
            // What the caller's other calls say of it stands, unless one of them moved.
            let known = due[place].hasSamePast && !followers.contains(row.id) ? late.prior(row.id) : nil
            let prior = if let known { known } else { try priorCalls(of: row, latest: pasts[row.columns.caller]?.calls) }
            digests.append(digest(&due[place].call, row, due[place].names, prior))
        }
        if !followers.isEmpty {
            for place in due.indices { followers.remove(due[place].row.id) }
            for id in followers { if let row = try row(id) { digests.append(try digest(of: row)) } }
        }
        return digests
    }

    /// Of a call as its row is.
    func digest(of row: CallRow) throws -> CallDigest {
        let history = try row.inputs.history(callID: row.callID)
        var record = record(of: history, row.facts, row.closedAt)
        try attribute(&record, row.facts)
        let ids = try row.facts.map { try names.numbers($0) }
        let digestNames = try digestNames(record, row.facts, ids, row.columns)
        var call = StoredCall(record: record, history: history, facts: row.facts, closedAt: row.closedAt)
        return digest(&call, row, digestNames, try priorCalls(of: row, atMost: CallDigest.mostPrior))
    }

    /// Completes the call on the way.
    private func digest(_ call: inout StoredCall, _ row: CallRow, _ names: DigestNames, _ prior: Int?) -> CallDigest {
        var mayBeDuplicate = call.history.erasure?.isDuplicate == true
        call.complete(priorCalls: prior) {
            mayBeDuplicate = true
            return []
        }
        let isOpen = prior == CallDigest.mostPrior && row.facts.map { $0.rules.contains(where: \.countsManyCalls) } ?? false
        return CallDigest(
            call.record, row: row.id, columns: row.columns, erased: call.history.erasure?.person ?? 0, names: names, isOpen: isOpen,
            mayBeDuplicate: mayBeDuplicate, key: key)
    }

    /// The caller's next calls, for which this one may be an earlier one, or was.
    ///
    /// Those up to the next one that changed, or to where more are earlier than are counted: what is behind that one is its own to find.
    ///
    /// - Parameter latest: the caller's latest calls, the newest first, in whatever accounts: all from this one on, or `CallerIndex.looked` of them where he has more.
    private func note(followersOf entry: CallerEntry, _ callID: String, latest: [CallerEntry], in rows: inout Set<Int64>) throws {
        if latest.count < CallerIndex.looked || latest.last.map({ $0.startedAt < entry.startedAt }) ?? true {
            for other in latest where other.owner == entry.owner && other.startedAt >= entry.startedAt { rows.insert(other.row) }
            return
        }
        func next(_ account: Int64?, _ number: Int64, limit: Int) throws -> [CallerEntry] {
            try callers.entries(of: entry.caller, account: account, number: number, within: entry.startedAt...Int64.max, latestFirst: false, limit: limit)
        }
        // Tests do not count each other.
        for test in try next(~entry.owner, 0, limit: .max) { rows.insert(test.row) }
        for number in Set([0, entry.number]) {
            let calls = try next(entry.owner, number, limit: CallerIndex.looked)
            guard let crowded = Self.crowded(calls) else {
                for call in calls { rows.insert(call.row) }
                continue
            }
            for call in calls where call.startedAt < crowded { rows.insert(call.row) }
            let crowd = try crowd(of: .init(caller: entry.caller, account: entry.owner, number: number, startedAt: crowded))
            let first = crowded == entry.startedAt ? crowd.place(of: callID) : 0
            for call in crowd.members.dropFirst(first).prefix(CallDigest.mostPrior + 2) { rows.insert(call.row) }
        }
    }

    /// The instant of the last of these calls, where more began in it than that.
    private static func crowded(_ calls: [CallerEntry]) -> Int64? {
        guard calls.count == CallerIndex.looked, let last = calls.last?.startedAt else { return nil }
        return calls.count { $0.startedAt == last } > CallerIndex.looked - CallDigest.mostPrior ? last : nil
    }

    /// How many of the caller's calls are earlier; nil for a withheld caller, and for a number that is nobody's.
    func priorCalls(of row: CallRow, atMost most: Int = .max) throws -> Int? {
        let columns = row.columns
        guard columns.caller != 0, columns.account != 0, let facts = row.facts else { return nil }
        let earlier = EarlierCalls(than: row.callID, startedAt: Timestamp(milliseconds: columns.startedAt), windowDays: facts.repeatWindowDays)
        if most == .max, facts.repeatScope == .account {
            let past = try longPasts.past(of: columns.caller, account: columns.account) { caller, account in
                try callers.entries(of: caller, account: account, number: 0, within: .min ... .max, latestFirst: false, limit: .max)
            }
            return try past.count(earlier, of: row.id, callID: { try self.row($0)?.callID ?? "" }) {
                try crowd(of: .init(caller: columns.caller, account: columns.account, number: 0, startedAt: columns.startedAt)).place(of: row.callID)
            }
        }
        let number = facts.repeatScope == .account ? 0 : columns.number
        return try priorCalls(of: row, earlier, number, atMost: most)
    }

    /// The same of a call in the midst of a transaction, as many as are counted.
    ///
    /// - Parameter latest: its caller's latest calls, as above; nil: nobody has read them.
    private func priorCalls(of row: CallRow, latest: [CallerEntry]?) throws -> Int? {
        let columns = row.columns
        // In a crowded instant the ids decide, and they are read elsewhere.
        guard let latest, latest.count < CallerIndex.looked || latest.count(where: { $0.startedAt == columns.startedAt }) <= CallerIndex.looked - CallDigest.mostPrior else {
            return try priorCalls(of: row, atMost: CallDigest.mostPrior)
        }
        guard columns.caller != 0, columns.account != 0, let facts = row.facts else { return nil }
        let earlier = EarlierCalls(than: row.callID, startedAt: Timestamp(milliseconds: columns.startedAt), windowDays: facts.repeatWindowDays)
        let number = facts.repeatScope == .account ? 0 : columns.number
        let span = earlier.span.lowerBound.milliseconds...earlier.span.upperBound.milliseconds
        let count = try count(latest.filter { $0.account == columns.account && (number == 0 || $0.number == number) && span.contains($0.startedAt) }, earlier, but: row.id)
        if latest.count < CallerIndex.looked || count >= CallDigest.mostPrior { return min(count, CallDigest.mostPrior) }
        return try priorCalls(of: row, earlier, number, atMost: CallDigest.mostPrior)
    }

    /// How many of these calls are earlier than another.
    private func count(_ entries: [CallerEntry], _ earlier: EarlierCalls, but row: Int64) throws -> Int {
        var count = 0
        for entry in entries where entry.row != row {
            if try earlier.contains(Timestamp(milliseconds: entry.startedAt), callID: try self.row(entry.row)?.callID ?? "") { count += 1 }
        }
        return count
    }

    /// - Parameter number: only calls to it count; 0: to any.
    private func priorCalls(of row: CallRow, _ earlier: EarlierCalls, _ number: Int64, atMost most: Int) throws -> Int {
        let columns = row.columns
        let entries = try callers.entries(
            of: columns.caller, account: columns.account, number: number,
            within: earlier.span.lowerBound.milliseconds...earlier.span.upperBound.milliseconds, latestFirst: true,
            limit: most == .max ? .max : CallerIndex.looked)
        if most != .max, entries.count == CallerIndex.looked, entries.count(where: { $0.startedAt == columns.startedAt }) > CallerIndex.looked - most {
            return try crowdedPrior(of: row, earlier, number, most)
        }
        return min(try count(entries, earlier, but: row.id), most)
    }

    /// Of a call in an instant in which its caller has more calls than are looked at: those before it by their ids, and the ones from before the instant.
    private func crowdedPrior(of row: CallRow, _ earlier: EarlierCalls, _ number: Int64, _ most: Int) throws -> Int {
        let columns = row.columns
        let crowd = try crowd(of: .init(caller: columns.caller, account: columns.account, number: number, startedAt: columns.startedAt))
        let tied = crowd.place(of: row.callID)
        guard tied < most, earlier.span.lowerBound.milliseconds < columns.startedAt else { return min(tied, most) }
        let before = try callers.entries(
            of: columns.caller, account: columns.account, number: number, within: earlier.span.lowerBound.milliseconds...(columns.startedAt - 1),
            latestFirst: true, limit: most - tied)
        return tied + before.count
    }

    private func crowd(of instant: CrowdedInstants.Instant) throws -> CrowdedInstants.Crowd {
        try crowds.crowd(of: instant) {
            try callers.entries(
                of: instant.caller, account: instant.account, number: instant.number, within: instant.startedAt...instant.startedAt, latestFirst: false, limit: .max
            ).map { CrowdedInstants.Member(callID: try self.row($0.row)?.callID ?? "", row: $0.row) }
        }
    }

    func digestNames(_ record: CallRecord, _ facts: CallFacts?, _ ids: NameTable.FactsIDs?, _ columns: CallColumns) throws(SQLiteError) -> DigestNames {
        let account = columns.account
        let isOwn = account == ids?.account
        var found = DigestNames(trackingNumber: columns.number, destination: columns.destination)
        found.source = isOwn && record.source == facts?.shownSource ? ids?.origin ?? 0 : try names.number(record.source, in: account)
        found.pool = isOwn && record.pool == facts?.pool?.id ? ids?.pool ?? 0 : try names.number(.pool, record.pool, in: account)
        found.currency = try names.number(.currency, record.currency, in: account)
        found.firstTouch = found.source
        found.lastTouch = found.source
        if let web = record.web {
            found.landingPage = web.landingPage.isEmpty ? 0 : try names.number(.landingPage, web.landingPage, in: account)
            found.firstTouch = try names.number(web.firstTouch, in: account)
            found.lastTouch = try names.number(web.lastTouch, in: account)
        }
        for candidate in record.candidates {
            _ = try names.number(candidate.trail.firstTouch, in: account)
            _ = try names.number(candidate.trail.lastTouch, in: account)
        }
        return found
    }
}

extension QualifyRule {
    /// Whether it tells more earlier calls apart than digests do.
    fileprivate var countsManyCalls: Bool {
        conditions.contains { condition in
            guard condition.field == .priorCalls, case .number(_, let bound) = condition.test else { return false }
            return bound > Double(CallDigest.mostPrior - 1)
        }
    }
}
