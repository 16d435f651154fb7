internal import CallAttribution
package import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func erase(_ caller: PhoneNumber, account: String, at moment: Timestamp, limit: Int) throws(StorageError) -> ErasureSummary {
        var summary = ErasureSummary()
        var erasedCalls: [Batch.Call] = []
        let digits = Int64(caller.digits)
        do throws(StorageError) {
            try transaction { () throws in
                let owner = try names.number(.account, account)
                let (ours, strays) = try rows(of: digits, account: owner)
                // The latest first: what the earlier ones say of it is still there, also when the limit ends this in the middle.
                let latestFirst = ours.sorted { ($0.columns.startedAt, $0.callID) > ($1.columns.startedAt, $1.callID) }
                summary.isPartial = latestFirst.count > limit
                let person = try erased.note(digits, in: owner, at: moment, isPartial: summary.isPartial, key)
                _ = try erased.note(digits, in: Self.nobody, at: moment, isPartial: false, key)
                for row in latestFirst.prefix(limit) {
                    let call = try Batch.Call(row)
                    var history = call.history
                    let stored = try stored(row)
                    let isOwn = row.columns.account == owner
                    if let page = stored.record.web?.landingPage { try noteErased(page: page, of: row.columns.account) }
                    summary.add(
                        history.erase(
                            Erasure(of: stored.record, isConversion: stored.isConversion, person: isOwn ? person : 0, at: moment, salt: .random())))
                    call.takeErased(history)
                    try write(call, facts: nil, now: moment)
                    erasedCalls.append(call)
                }
                let erasedRows = erasedCalls.compactMap { $0.row?.id }
                summary.visitors += try eraseVisitors(behind: erasedRows)
                // Also the keys of calls that turned out to be another's.
                let gone = erasedRows + strays
                for row in gone { try callers.deleteNow(digits, row: row) }
                // Before the share of this transaction is written.
                callers.forget(digits, rows: Set(gone))
                if summary.calls > 0 { try statements.set(Self.wipeDue, 1) }
                return 0
            }
        } catch {
            // What was noted and forgotten in memory is not so in the file.
            try storing {
                try erased.read(database)
                try readWaiting()
            }
            throw error
        }
        busyCallers.forget(digits)
        for call in erasedCalls { settle(call) }
        return summary
    }

    package func wipe() throws(StorageError) -> Bool {
        let isDue = try storing { try database.number("SELECT value FROM settings WHERE name = '\(Self.wipeDue)' AND value > 0") != nil }
        guard isDue else { return true }
        while try !clearErased() {}
        try forgetErasedPages()
        return try storing {
            // Noted as done before: the page that holds the note is in the log too. A crash in between leaves a log that the next start empties.
            try statements.set(Self.wipeDue, 0)
            if try database.emptyLog() { return true }
            try statements.set(Self.wipeDue, 1)
            return false
        }
    }

    /// Calls to numbers that no account has.
    static let nobody: Int64 = 0
    static let wipeDue = "wipe_due"

    /// The caller's calls in the account and to nobody's numbers; and rows that an index gives for him, though they are no call of his any more.
    private func rows(of caller: Int64, account: Int64) throws -> (ours: [CallRow], strays: [Int64]) {
        var ours: [CallRow] = []
        var strays: [Int64] = []
        for id in try Set(callers.waiting(caller) + callers.written(caller)) {
            guard let row = try row(id), row.columns.caller == caller else {
                strays.append(id)
                continue
            }
            let isOurs = try row.columns.account == account || row.columns.account == Self.nobody && row.inputs.history(callID: row.callID).isToNobody(row.facts)
            if isOurs { ours.append(row) }
        }
        return (ours, strays)
    }

    /// Takes the caller out of a call that comes after he was erased and began before; false where it is none.
    func strip(_ call: Batch.Call, _ record: CallRecord, _ columns: CallColumns, _ facts: CallFacts?) throws(SQLiteError) -> Bool {
        guard call.history.erasure == nil, let moment = erased.moment(of: columns.caller, in: columns.account, key), record.startedAt <= moment,
            columns.account != Self.nobody || call.history.isToNobody(facts)
        else { return false }
        var history = call.history
        _ = history.erase(Erasure(at: moment, salt: .random()))
        call.takeErased(history)
        // What came before its caller was known is in the file already.
        if call.row != nil { try statements.set(Self.wipeDue, 1) }
        return true
    }
}
