package import CallModel
import CallRouting
import MessageWire
import Synchronization

/// The destinations of the accounts' present directories, for whoever asks how much of their limits is used.
package final class LimitedDestinations: DirectoryListener {
    private let accounts = Mutex<[String: [LimitedDestination]]>([:])

    package init() {}

    package func take(_ directories: [Directory], at now: Timestamp) {
        accounts.withLock { accounts in
            for directory in directories {
                accounts[directory.account] = directory.destinations.map {
                    LimitedDestination(account: directory.account, id: $0.id, limits: $0.limits)
                }
            }
        }
    }

    /// Those with limits, in the document's order.
    ///
    /// - Parameter account: nil: of every account.
    /// - Throws: NOT_FOUND.
    func all(of account: String?) throws(ServiceError) -> [LimitedDestination] {
        let accounts = accounts.withLock { $0 }
        if let account, accounts[account] == nil { throw Self.unknown(account) }
        return accounts.filter { account == nil || $0.key == account }.sorted { $0.key < $1.key }.flatMap(\.value).filter { !$0.limits.isEmpty }
    }

    /// - Parameter account: nil: the only one.
    /// - Throws: NOT_FOUND; INVALID_ARGUMENT where the account must be named.
    func destination(_ id: String, account: String?) throws(ServiceError) -> LimitedDestination {
        let accounts = accounts.withLock { $0 }
        guard let account = account ?? (accounts.count == 1 ? accounts.keys.first : nil) else {
            throw ServiceError(.invalidArgument, "account is missing and \(accounts.count) are known here; name one")
        }
        guard let destinations = accounts[account] else { throw Self.unknown(account) }
        guard let destination = destinations.first(where: { $0.id == id }) else {
            let known = destinations.filter { !$0.limits.isEmpty }.map(\.id).prefix(10).joined(separator: ", ")
            throw ServiceError(.notFound, "account \(account) has no destination \"\(id.prefix(64))\"; those with limits are \(known.isEmpty ? "none" : known)")
        }
        return destination
    }

    private static func unknown(_ account: String) -> ServiceError {
        ServiceError(.notFound, "there is no account \"\(account.prefix(64))\" here; a new one is known within a second of its apply")
    }
}

/// A destination and its limits, as its account's present directory has them.
package struct LimitedDestination: Sendable {
    package let account: String
    package let id: String
    package let limits: [Limit]

    /// How much of each limit is used, in the period that holds the moment.
    func uses(_ state: LiveState, at now: Timestamp) -> [LimitsReply.Use] {
        limits.map { limit in
            LimitsReply.Use(
                account: account, destinationID: id, limit: limit, used: state.use(of: limit, account: account, destination: id, at: now),
                resetsAt: limit.periodEnd(at: now))
        }
    }
}
