internal import CallAttribution
package import CallModel
internal import SQLite

extension SQLiteRecordStore {
    package func past(_ question: CallerQuestion) throws(StorageError) -> CallerPast {
        try storing {
            var past = CallerPast(isFirstTime: true)
            guard let account = try names.id(.account, question.account) else { return past }
            let own = key(question.callID)
            let calls = try calls(of: Int64(question.caller.digits), account).filter { $0.key != own }
            // A number that no call has is no call's.
            let number = question.scope == .account ? 0 : try names.id(.number, question.trackingNumber, in: account) ?? -1
            past.isFirstTime = try isFirst(
                calls, number, earlier: EarlierCalls(than: question.callID, startedAt: question.startedAt, windowDays: question.windowDays))
            try note(calls, in: &past)
            return past
        }
    }

    /// The call with its record whole.
    func stored(_ row: CallRow) throws -> StoredCall {
        var call = try row.stored(places: places)
        try call.change { try attribute(&$0, row.facts) }
        try call.complete(priorCalls: try priorCalls(of: row)) { try conversions(of: row.columns.caller, row.columns.account) }
        return call
    }

    /// The ids of a caller's conversions (records.md §5).
    private func conversions(of caller: Int64, _ account: Int64) throws -> Set<String> {
        if let known = busyCallers.conversions(of: caller, account) { return known }
        var qualified: [QualifiedCall] = []
        for call in try calls(of: caller, account) where !call.isSpam {
            guard try isQualified(call), let row = try row(call.row) else { continue }
            qualified.append(
                QualifiedCall(callID: row.callID, startedAt: Timestamp(milliseconds: call.startedAt), dedupeHours: row.facts?.conversionDedupeHours ?? 0))
        }
        let found = qualified.conversions
        busyCallers.keep(conversions: found, of: caller, account)
        return found
    }

    /// - Parameter number: only calls to it count; 0: to any.
    private func isFirst(_ calls: [CallerCall], _ number: Int64, earlier: EarlierCalls) throws -> Bool {
        for call in calls where number == 0 || call.number == number {
            let startedAt = Timestamp(milliseconds: call.startedAt)
            if try earlier.contains(startedAt, callID: try self.row(call.row)?.callID ?? "") { return false }
        }
        return true
    }

    private func note(_ calls: [CallerCall], in past: inout CallerPast) throws {
        // The latest first: then most of the later ones need not be judged any more.
        let answered = calls.filter { $0.destination != 0 && $0.answeredAt != 0 }.sorted { $0.answeredAt > $1.answeredAt }
        var converted: Set<Int64> = []
        for call in answered {
            let isConverted = try !converted.contains(call.destination) && isQualified(call)
            if isConverted { converted.insert(call.destination) }
            let answer = CallerPast.Answer(destinationID: try names.text(call.destination), at: Timestamp(milliseconds: call.answeredAt))
            past.note(answer, isConverted: isConverted)
        }
    }

    private func isQualified(_ call: CallerCall) throws -> Bool {
        switch call.qualification {
        case Qualification.yes(rule: nil).code: true
        case Qualification.open.code: try self.row(call.row).map { try isQualified($0) } ?? false
        default: false
        }
    }

    /// By its inputs and the caller's past.
    private func isQualified(_ row: CallRow) throws -> Bool {
        var record = try row.stored(places: places).record
        try attribute(&record, row.facts)
        record.complete(priorCalls: try priorCalls(of: row), rules: row.facts?.rules ?? [])
        return record.qualified == true
    }

    /// All calls of a caller in an account but tests, in no order.
    func calls(of caller: Int64, _ account: Int64) throws -> [CallerCall] {
        let found: [Int64: CallerCall]
        if let kept = busyCallers[caller] {
            found = kept
        } else {
            found = try readCalls(of: caller)
            busyCallers.keep(found, of: caller)
        }
        return found.values.filter { $0.account == account && !$0.isTest }
    }

    /// In every account, by row; a key may be left of a row that has another caller now.
    private func readCalls(of caller: Int64) throws -> [Int64: CallerCall] {
        var found: [Int64: CallerCall] = [:]
        for row in try callers.waiting(caller) + callers.written(caller) where found[row] == nil {
            if let call = try statements.callerCall(row), call.caller == caller { found[row] = call }
        }
        return found
    }
}

extension Qualification {
    /// Never changed: rows carry it.
    var code: Int64 {
        switch self {
        case .unjudged: 0
        case .no: 1
        case .yes: 2
        case .open: 3
        }
    }
}
