internal import CallAttribution
package import CallModel

extension MemoryRecordStore {
    /// Who was erased, and when.
    struct ErasedCaller: Hashable {
        /// Nil: calls to nobody's numbers.
        var account: String?
        var number: String
    }

    package func erase(_ caller: PhoneNumber, account: String, at moment: Timestamp, limit: Int) throws(StorageError) -> ErasureSummary {
        for owner in [account, nil] {
            let person = ErasedCaller(account: owner, number: caller.e164)
            erased[person] = max(moment, erased[person] ?? moment)
        }
        let ours = calls.values.filter { call in
            let record = call.stored.record
            return record.callerNumber == caller.e164 && (record.account == account || record.account == nil && call.history.isToNobody(call.facts))
        }
        let latestFirst = ours.sorted { ($0.stored.record.startedAt, $0.history.callID) > ($1.stored.record.startedAt, $1.history.callID) }
        var summary = ErasureSummary()
        summary.isPartial = ours.count > limit
        let erasing = ErasedCaller(account: account, number: caller.e164)
        let person = unfinished[erasing] ?? Erasure.randomPerson()
        unfinished[erasing] = summary.isPartial ? person : nil
        // All of them as they are before any is changed.
        for (call, stored) in latestFirst.prefix(limit).map({ ($0, completed(stored($0))) }) {
            var call = call
            let record = stored.record
            summary.add(
                call.history.erase(
                    Erasure(of: record, isConversion: stored.isConversion, person: record.account == nil ? 0 : person, at: moment, salt: .random())))
            call.updatedAt = moment
            take(call)
            if let account = record.account, record.attribution == .certain || record.attribution == .late || record.attribution == .inherited,
                let visitor = record.web?.visitorID, web[account]?.erase(visitor) == true
            {
                summary.visitors += 1
            }
        }
        return summary
    }

    package func deleteCalls(account: String?, before edge: Timestamp, limit: Int) throws(StorageError) -> Int {
        let old = calls.values.filter { $0.stored.record.account == account && $0.stored.record.startedAt < edge }
        let oldest = old.sorted { ($0.stored.record.startedAt, $0.row) < ($1.stored.record.startedAt, $1.row) }.prefix(limit)
        for call in oldest {
            calls[call.history.callID] = nil
            callers.forget(call.history.callID)
        }
        return oldest.count
    }

    package func deleteVisitors(
        account: String, before edge: Timestamp, from cursor: Int64, limit: Int
    ) throws(StorageError) -> (deleted: Int, next: Int64?) {
        var behindCalls: Set<String> = []
        for call in calls.values where call.facts?.account == account {
            var record = call.stored.record
            behindCalls.formUnion(attribute(&record, call.facts).visitors)
        }
        return (web[account]?.deleteVisitors(before: edge, except: behindCalls) ?? 0, nil)
    }

    package func clearErased() throws(StorageError) -> Bool { true }
    package func wipe() throws(StorageError) -> Bool { true }

    /// Takes the caller out of a call that comes after he was erased and began before.
    func strip(_ call: inout Call) {
        guard !erased.isEmpty, call.history.erasure == nil else { return }
        let record = call.stored.record
        guard let number = record.callerNumber.flatMap({ PhoneNumber(e164: $0) }), record.account != nil || call.history.isToNobody(call.facts),
            let moment = erased[ErasedCaller(account: record.account, number: number.e164)], record.startedAt <= moment
        else { return }
        _ = call.history.erase(Erasure(at: moment, salt: .random()))
    }
}
