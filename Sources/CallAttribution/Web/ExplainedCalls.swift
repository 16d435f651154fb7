package import CallModel

/// Which calls of each caller a web session explains, in memory (records.md §4.3).
///
/// Told of a call whenever its record may have changed, in any order; the latest word on a call counts.
package struct ExplainedCalls: Sendable {
    private struct Caller: Hashable {
        var account: String
        var number: String
    }

    private struct Call {
        var startedAt: Timestamp
        var callID: String
        var visitor: String
    }

    /// In no order.
    private var calls: [Caller: [Call]] = [:]
    private var callers: [String: Caller] = [:]

    package init() {}

    package mutating func note(_ record: CallRecord, _ finding: WebFinding) {
        if let known = callers.removeValue(forKey: record.callID) { calls[known]?.removeAll { $0.callID == record.callID } }
        guard let visitor = finding.explainedBy, let caller = Self.caller(of: record) else { return }
        callers[record.callID] = caller
        calls[caller, default: []].append(Call(startedAt: record.startedAt, callID: record.callID, visitor: visitor))
    }

    /// Forgets a call whose caller was erased (records.md §7).
    package mutating func forget(_ callID: String) {
        if let known = callers.removeValue(forKey: callID) { calls[known]?.removeAll { $0.callID == callID } }
    }

    /// Who was behind the caller's last explained call before this one; nil where there is none.
    package func visitor(before record: CallRecord) -> String? {
        guard let caller = Self.caller(of: record) else { return nil }
        let own = (record.startedAt, record.callID)
        return calls[caller]?.filter { ($0.startedAt, $0.callID) < own }.max { ($0.startedAt, $0.callID) < ($1.startedAt, $1.callID) }?.visitor
    }

    private static func caller(of record: CallRecord) -> Caller? {
        guard let account = record.account, let number = record.callerNumber else { return nil }
        return Caller(account: account, number: number)
    }
}
