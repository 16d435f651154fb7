import CallModel
import CallStorage
import MessageWire

/// `trunkline.v1.CallLog`: the stored calls, for those who read them (records.md §6). Bodies are JSON.
///
/// | method | request | reply |
/// |---|---|---|
/// | ListCalls | `{account?, tracking_number?, source?, outcome?, destination_id?, since?, until?, show_hidden?, cursor?, limit?}` | `{calls, next, hidden}` |
/// | Unmatched | `{since?, until?, cursor?, limit?}` | as ListCalls: calls to numbers that are nobody's |
/// | GetCall | `{call_id, events?}` | the record, with `events` where asked for |
/// | PoolHistory | `{account, pool, numbers, overflow_number?, lease_seconds, cooldown_seconds, time_zone, days, until}` | `{days: [{day, exhausted_minutes, leases, overflow_leases, refused, peak}], size}` |
/// | Summarize | `{account?, since?, until?}` | `{by: "source", rows: [{source, calls, answered, missed}]}` |
///
/// Times are RFC 3339; `until` is excluded. `account` may be left out where only one has calls.
package struct CallLogService: Sendable {
    private let ledger: RecordLedger

    /// A page stays below this, so that it fits into a message with room to spare (wire.md §8, `max_body`).
    static let largestReply = 900 * 1024

    package init(ledger: RecordLedger) { self.ledger = ledger }

    /// - Throws: INVALID_ARGUMENT, NOT_FOUND, UNIMPLEMENTED, or UNAVAILABLE where the store cannot be read now.
    package func answer(method: String, _ body: RawSpan) throws(ServiceError) -> [UInt8] {
        guard let json = body.withUnsafeBytes({ JSON($0) }), case .object = json else {
            throw ServiceError(.invalidArgument, "the body is no JSON object; send {} where nothing is to be said")
        }
        switch method {
        case "ListCalls": return try list(json, isUnmatched: false)
        case "Unmatched": return try list(json, isUnmatched: true)
        case "GetCall": return try get(json)
        case "Summarize": return try summarize(json)
        case "PoolHistory": return try poolHistory(json)
        default:
            throw ServiceError(.unimplemented, "\(ServiceName.callLog) has no method \(method); use ListCalls, Unmatched, GetCall, PoolHistory or Summarize")
        }
    }

    private func list(_ json: JSON, isUnmatched: Bool) throws(ServiceError) -> [UInt8] {
        var query = try CallQuery(json, isUnmatched: isUnmatched) { () throws(ServiceError) in try onlyAccount() }
        while true {
            let page = try read { store throws(StorageError) in try store.list(query) }
            let reply = CallLogJSON.page(page)
            guard reply.count > Self.largestReply, query.limit > 1 else { return reply }
            // A shorter page has its own `next`, so nothing is skipped.
            query.limit = max(1, min(query.limit, page.calls.count) / 2)
        }
    }

    private func get(_ json: JSON) throws(ServiceError) -> [UInt8] {
        try json.checkMembers(["call_id", "events"])
        let id = try json.text("call_id")
        let showsEvents = try json.optional("events", "boolean", \.bool) ?? false
        guard let call = try read({ store throws(StorageError) in try store.call(id) }) else {
            throw ServiceError(.notFound, "no call has the id \"\(id.prefix(128))\"; a call is there once its events have been worked off")
        }
        return CallLogJSON.call(call, showsEvents: showsEvents)
    }

    private func summarize(_ json: JSON) throws(ServiceError) -> [UInt8] {
        try json.checkMembers(["account", "since", "until"])
        let named = try json.optional("account", "string", \.string)
        let account = if let named { named } else { try onlyAccount() }
        let since = try json.time("since") ?? Timestamp.writable.lowerBound
        let until = try json.time("until") ?? Timestamp.writable.upperBound
        guard since <= until else { throw ServiceError(.invalidArgument, "since is after until; give them the other way round") }
        let rows = try read { store throws(StorageError) in try store.summarizeBySource(account: account, range: since..<until) }
        return CallLogJSON.summary(rows)
    }

    private func onlyAccount() throws(ServiceError) -> String {
        let accounts = try read { store throws(StorageError) in try store.accounts() }
        guard accounts.count <= 1 else {
            throw ServiceError(.invalidArgument, "account is missing and \(accounts.count) have calls: \(accounts.prefix(10).joined(separator: ", "))")
        }
        // Nobody's calls are none.
        return accounts.first ?? ""
    }

    func read<Result: Sendable>(
        _ body: (any RecordStore) throws(StorageError) -> Result
    ) throws(ServiceError) -> Result {
        do throws(StorageError) {
            return try ledger.read(body)
        } catch {
            throw ServiceError(error.code == .invalid ? .invalidArgument : .unavailable, error.message)
        }
    }
}
