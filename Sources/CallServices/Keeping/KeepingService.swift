import CallAttribution
package import CallModel
import CallStorage
import MessageWire
package import MessageWorker

/// `trunkline.v1.Keeping`, served by attribution: what is to be forgotten (records.md §7). Bodies are JSON.
///
/// | method | request | reply |
/// |---|---|---|
/// | Erase | `{account?, number}` | `{account, number, at, calls, exchanges, events, recordings, notes}`: what was taken away, all 0 where nothing was kept |
/// | Erased | `{call_ids}` | `{call_ids}`: those of them whose caller was erased |
///
/// `account` may be left out where only one has calls; `number` may be in any spelling of the account's country, and is E.164 in the reply.
package struct KeepingService: Sendable {
    private let ledger: RecordLedger
    private let now: @Sendable () -> Timestamp

    /// - Parameter now: the wall clock: calls that began before it are of the past.
    package init(ledger: RecordLedger, now: @escaping @Sendable () -> Timestamp) {
        self.ledger = ledger
        self.now = now
    }

    /// - Throws: INVALID_ARGUMENT, UNIMPLEMENTED, or UNAVAILABLE where the store cannot be changed now.
    package func answer(method: String, _ body: RawSpan) throws(ServiceError) -> [UInt8] {
        guard let json = body.withUnsafeBytes({ JSON($0) }), case .object = json else {
            throw ServiceError(.invalidArgument, "the body is no JSON object")
        }
        switch method {
        case "Erase": return try erase(json)
        case "Erased": return try erased(json)
        default: throw ServiceError(.unimplemented, "\(ServiceName.keeping) has no method \(method); use Erase or Erased")
        }
    }

    /// The service as a worker serves it: on a thread of its own, which may wait for the disk.
    package func poolService() -> PoolService {
        .batch(ServiceName.keeping, limit: 1, concurrency: 4) { tasks in
            tasks.map { task in
                do throws(ServiceError) {
                    return .done(try task.withBody { body throws(ServiceError) in try answer(method: task.method, body.bytes) })
                } catch {
                    return .failed(error.status, error.message)
                }
            }
        }
    }

    private func erase(_ json: JSON) throws(ServiceError) -> [UInt8] {
        try json.checkMembers(["account", "number"])
        let named = try json.optional("account", "string", \.string)
        let account = if let named { named } else { try onlyAccount() }
        if named != nil, !ledger.knows(account: account) {
            let accounts = try accounts()
            guard accounts.contains(account) else {
                throw ServiceError(.invalidArgument, "no account \"\(account.prefix(64))\"; those with calls: \(accounts.prefix(10).joined(separator: ", "))")
            }
        }
        guard case .number(let number) = ledger.number(try json.text("number"), account: account) else {
            throw ServiceError(.invalidArgument, "the number is none; write it as +13125550142, or as it is dialled in the account's country")
        }
        let moment = now()
        let summary = try storing { () throws(StorageError) in try ledger.erase(number, account: account, at: moment) }
        let counts = [
            ("calls", summary.calls), ("exchanges", summary.parts.exchanges), ("events", summary.parts.events), ("recordings", summary.parts.recordings),
            ("notes", summary.parts.notes), ("visitors", summary.visitors),
        ]
        let members = [
            JSON.Member("account", .string(account)), JSON.Member("number", .string(number.e164)), JSON.Member("at", .string(moment.rfc3339)),
        ]
        return JSON.object(members + counts.map { JSON.Member($0, .integer(Int64($1))) }).utf8
    }

    private func erased(_ json: JSON) throws(ServiceError) -> [UInt8] {
        try json.checkMembers(["call_ids"])
        let ids = try json.list("call_ids").compactMap(\.string)
        let erased = try storing { () throws(StorageError) in
            try ledger.read { store throws(StorageError) in
                var erased: [String] = []
                for id in ids where try store.call(id)?.record.erasedAt != nil { erased.append(id) }
                return erased
            }
        }
        return JSON.object([JSON.Member("call_ids", .array(erased.map { .string($0) }))]).utf8
    }

    private func onlyAccount() throws(ServiceError) -> String {
        let accounts = try accounts()
        guard accounts.count <= 1 else {
            throw ServiceError(.invalidArgument, "account is missing and \(accounts.count) have calls: \(accounts.prefix(10).joined(separator: ", ")); name one (--account)")
        }
        // Nobody's calls are none.
        return accounts.first ?? ""
    }

    private func accounts() throws(ServiceError) -> [String] {
        try storing { () throws(StorageError) in try ledger.read { store throws(StorageError) in try store.accounts() } }
    }

    private func storing<Result>(_ body: () throws(StorageError) -> Result) throws(ServiceError) -> Result {
        do throws(StorageError) {
            return try body()
        } catch {
            throw ServiceError(error.code == .invalid ? .invalidArgument : .unavailable, error.message)
        }
    }
}
