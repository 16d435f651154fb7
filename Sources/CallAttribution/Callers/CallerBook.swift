package import CallModel

/// The calls of every caller, in memory: what a caller's past is asked of where no store is (records.md §1).
///
/// It is told of a call whenever its record may have changed, in any order; the latest word on a call counts.
package struct CallerBook: Sendable {
    private struct Caller: Hashable {
        var account: String
        var number: String
    }

    private struct Call {
        /// As its own inputs make it.
        var record: CallRecord
        var rules: [QualifyRule]
        var dedupeHours: Int
    }

    private var calls: [Caller: [String: Call]] = [:]
    private var callers: [String: Caller] = [:]

    package init() {}

    /// Takes a call as its record now is. A test call, a withheld caller and a number that is nobody's are no part of any past.
    ///
    /// - Parameter record: as `CallHistory.record` makes it, not completed.
    package mutating func note(_ record: CallRecord, facts: CallFacts?) {
        let caller = record.isTest ? nil : Self.caller(of: record)
        if let known = callers[record.callID], known != caller { calls[known]?[record.callID] = nil }
        callers[record.callID] = caller
        if let caller { calls[caller, default: [:]][record.callID] = Call(record: record, rules: facts?.rules ?? [], dedupeHours: facts?.conversionDedupeHours ?? 0) }
    }

    /// The call is no part of any past any more.
    package mutating func forget(_ callID: String) {
        if let known = callers.removeValue(forKey: callID) { calls[known]?[callID] = nil }
    }

    /// The record with what the caller's other calls say of it, as far as they have been told.
    package func completed(_ record: CallRecord, facts: CallFacts?) -> CallRecord {
        var record = record
        record.complete(priorCalls: priorCalls(of: record), rules: facts?.rules ?? [])
        return record
    }

    /// Answers routing.
    package func past(_ question: CallerQuestion) -> CallerPast {
        var past = CallerPast(isFirstTime: true)
        let number = question.scope == .trackingNumber ? question.trackingNumber : nil
        let earlier = EarlierCalls(than: question.callID, startedAt: question.startedAt, windowDays: question.windowDays)
        for (id, call) in calls[Caller(account: question.account, number: question.caller.e164)] ?? [:] where id != question.callID {
            let record = call.record
            if number == nil || number == record.trackingNumber, earlier.contains(record.startedAt, callID: id) { past.isFirstTime = false }
            if let answer = record.answer { past.note(answer, isConverted: isQualified(call)) }
        }
        return past
    }

    /// The ids of the conversions of a call's caller (records.md §5).
    package func conversions(like record: CallRecord) -> Set<String> {
        guard let caller = Self.caller(of: record) else { return [] }
        var qualified: [QualifiedCall] = []
        for (id, call) in calls[caller] ?? [:] where !call.record.spam && isQualified(call) {
            qualified.append(QualifiedCall(callID: id, startedAt: call.record.startedAt, dedupeHours: call.dedupeHours))
        }
        return qualified.conversions
    }

    private func isQualified(_ call: Call) -> Bool {
        switch Qualification(call.record, rules: call.rules, knowsCaller: false) {
        case .unjudged, .no: return false
        case .yes: return true
        case .open:
            var record = call.record
            record.complete(priorCalls: priorCalls(of: record), rules: call.rules)
            return record.qualified == true
        }
    }

    private func priorCalls(of record: CallRecord) -> Int? {
        guard let caller = Self.caller(of: record), let scope = record.repeatScope, let windowDays = record.repeatWindowDays else { return nil }
        let number = scope == .trackingNumber ? record.trackingNumber : nil
        let earlier = EarlierCalls(than: record.callID, startedAt: record.startedAt, windowDays: windowDays)
        return (calls[caller] ?? [:]).count { id, call in
            id != record.callID && (number == nil || number == call.record.trackingNumber) && earlier.contains(call.record.startedAt, callID: id)
        }
    }

    private static func caller(of record: CallRecord) -> Caller? {
        guard let account = record.account, let number = record.callerNumber else { return nil }
        return Caller(account: account, number: number)
    }
}

extension CallRecord {
    /// Who answered and when; nil where nobody did. A carrier's mailbox is nobody.
    package var answer: CallerPast.Answer? {
        guard let destinationID, let answeredAt else { return nil }
        return CallerPast.Answer(destinationID: destinationID, at: answeredAt)
    }
}
