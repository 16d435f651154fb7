package import CallModel
import CallStorage
import MessageWire

/// `trunkline.v1.CallLog`: the stored calls, for those who read them (records.md §6). Bodies are JSON.
///
/// | method | request | reply |
/// |---|---|---|
/// | ListCalls | `{account?, FIELD: TEST …, since?, until?, from?, to?, zone?, show_hidden?, count_hidden?, cursor?, limit?}` | `{calls, next, hidden}` |
/// | Unmatched | as ListCalls, without `account` | as ListCalls: calls to numbers that are nobody's |
/// | GetCall | `{call_id, events?}` | the record, with `events` and `exchanges` where asked for |
/// | UpdateCall | `{call_id, qualified?: true, false or "auto", tags?, note?, value?, currency?, spam?, by?, id?}` | the record: what a person says, on disk; `id` is the request's where none is given |
/// | ListConversions, MarkConversions | `CallLogService+Conversions` | |
/// | PoolHistory | `{account, pool, numbers, overflow_number?, lease_seconds, cooldown_seconds, time_zone, days, until}` | `{days: [{day, exhausted_minutes, leases, overflow_leases, refused, peak}], size}` |
/// | Summarize | a report's question (`SummarizeRequest`) | its rows and total (`SummarizeReply`) |
///
/// A FIELD is any of the record's by its name; `RecordConditions` tells the tests. Times are RFC 3339, `until` is excluded; `from` and `to` are dates of `zone`, both included, the account's own zone where none is named. `account` may be left out where only one has calls. A page may be shorter than `limit` and have a `next` all the same; `hidden` counts all calls of the query that are not shown, and is null where `count_hidden` is false.
package struct CallLogService: Sendable {
    let ledger: RecordLedger

    /// A page stays below this, so that it fits into a message with room to spare (wire.md §8, `max_body`).
    static let largestReply = 900 * 1024
    /// Records of usual size that fit into it.
    private static let mostTogether = 400

    let now: @Sendable () -> Timestamp

    /// - Parameter now: the wall clock, for when a person says something.
    package init(ledger: RecordLedger, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.now = now
    }

    /// - Parameter requestID: by which a request that is told again is known.
    /// - Throws: INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, UNIMPLEMENTED, or UNAVAILABLE where the store cannot be used now.
    package func answer(method: String, _ body: RawSpan, requestID: String = "") throws(ServiceError) -> [UInt8] {
        guard let json = body.withUnsafeBytes({ JSON($0) }), case .object = json else {
            throw ServiceError(.invalidArgument, "the body is no JSON object; send {} where nothing is to be said")
        }
        switch method {
        case "ListCalls": return try list(json, isUnmatched: false)
        case "Unmatched": return try list(json, isUnmatched: true)
        case "GetCall": return try get(json)
        case "UpdateCall": return try update(json, requestID: requestID)
        case "ListConversions": return try listConversions(json)
        case "MarkConversions": return try markConversions(json)
        case "Summarize": return try summarize(json)
        case "PoolHistory": return try poolHistory(json)
        default:
            throw ServiceError(.unimplemented, "\(ServiceName.callLog) has no method \(method); use ListCalls, Unmatched, GetCall, UpdateCall, ListConversions, MarkConversions, PoolHistory or Summarize")
        }
    }

    private func list(_ json: JSON, isUnmatched: Bool) throws(ServiceError) -> [UInt8] {
        var query = try query(json, isUnmatched: isUnmatched)
        // A larger one would be read in vain. What has no sense is refused by the store.
        query.limit = min(query.limit, Self.mostTogether)
        switch query.scope {
        case .account(let owner):
            try checkAccount(owner)
            try ledger.checkRetention(of: owner, since: query.since)
        case .unmatched: try ledger.checkRetention(of: nil, since: query.since)
        }
        while true {
            let page = try browse { view throws(StorageError) in try view.list(query) }
            let reply = CallLogJSON.page(page, countsHidden: query.countsHidden, showsTold: isUnmatched)
            guard reply.count > Self.largestReply, query.limit > 1 else { return reply }
            // A shorter page has its own `next`, so nothing is skipped.
            query.limit = max(1, min(query.limit, page.calls.count) / 2)
        }
    }

    /// - Parameter others: members that the method has besides.
    func query(_ json: JSON, isUnmatched: Bool = false, besides others: [String] = []) throws(ServiceError) -> CallQuery {
        try CallQuery(
            json, isUnmatched: isUnmatched, besides: others, account: { () throws(ServiceError) in try onlyAccount() }, settings: { ledger.settings(of: $0) })
    }

    private func get(_ json: JSON) throws(ServiceError) -> [UInt8] {
        try json.checkMembers(["call_id", "events"])
        let id = try json.text("call_id")
        let showsEvents = try json.optional("events", "boolean", \.bool) ?? false
        guard let call = try read({ store throws(StorageError) in try store.call(id) }) else {
            throw Self.noCall(id)
        }
        return CallLogJSON.call(call, showsEvents: showsEvents)
    }

    static func noCall(_ id: String) -> ServiceError {
        ServiceError(.notFound, "no call has the id \"\(id.prefix(128))\"; a call is there once its events have been worked off")
    }

    func onlyAccount() throws(ServiceError) -> String {
        let accounts = try browse { view throws(StorageError) in try view.accounts() }
        guard accounts.count <= 1 else {
            throw ServiceError(.invalidArgument, "account is missing and \(accounts.count) have calls: \(accounts.prefix(10).joined(separator: ", ")); name one (--account)")
        }
        // Nobody's calls are none.
        return accounts.first ?? ""
    }

    /// A misspelt account would silently have no calls. Where none has any, it may be one whose directory is on its way.
    func checkAccount(_ account: String) throws(ServiceError) {
        guard !account.isEmpty, !ledger.knows(account: account) else { return }
        let accounts = try browse { view throws(StorageError) in try view.accounts() }
        guard !accounts.isEmpty, !accounts.contains(account) else { return }
        throw ServiceError(.invalidArgument, "no account \"\(account.prefix(64))\"; those with calls: \(accounts.prefix(10).joined(separator: ", "))")
    }

    /// Beside those who store.
    func browse<Result: Sendable>(_ body: (any RecordView) throws(StorageError) -> Result) throws(ServiceError) -> Result {
        try serving { () throws(StorageError) in try ledger.browse(body) }
    }

    func read<Result: Sendable>(
        _ body: (any RecordStore) throws(StorageError) -> Result
    ) throws(ServiceError) -> Result {
        try serving { () throws(StorageError) in try ledger.read(body) }
    }
}
