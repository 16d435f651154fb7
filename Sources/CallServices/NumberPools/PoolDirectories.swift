package import CallModel
import MessageWire
import Synchronization

/// The accounts' present directories, for their pools.
package final class PoolDirectories: DirectoryListener {
    /// Nil until the first directories have come, or are known to be none.
    private let accounts = Mutex<[String: Directory]?>(nil)

    package init() {}

    package func take(_ directories: [Directory], at now: Timestamp) {
        accounts.withLock { accounts in
            var known = accounts ?? [:]
            for directory in directories { known[directory.account] = directory }
            accounts = known
        }
    }

    /// - Throws: UNAVAILABLE as long as nothing is known yet; NOT_FOUND.
    func directory(of account: String) throws(ServiceError) -> Directory {
        let known = accounts.withLock { $0 }
        guard let known else { throw ServiceError(.unavailable, "no directory has come yet; ask again in a moment") }
        guard let directory = known[account] else {
            throw ServiceError(.notFound, "there is no account \"\(account.prefix(64))\" here; a new one is known within a second of its apply")
        }
        return directory
    }

    /// - Parameter account: nil: all of them, by name.
    /// - Throws: as `directory(of:)`.
    func all(_ account: String?) throws(ServiceError) -> [Directory] {
        if let account { return [try directory(of: account)] }
        return (accounts.withLock { $0 } ?? [:]).values.sorted { $0.account < $1.account }
    }
}

/// Several who want to know of the directories, as one.
package struct DirectoryListeners: DirectoryListener {
    private let listeners: [any DirectoryListener]

    package init(_ listeners: [any DirectoryListener]) { self.listeners = listeners }

    package func take(_ directories: [Directory], at now: Timestamp) {
        for listener in listeners { listener.take(directories, at: now) }
    }

    package func set(_ manual: Schedule.Manual?, schedule: String, account: String) {
        for listener in listeners { listener.set(manual, schedule: schedule, account: account) }
    }

    package func take(secret: SecretKey) {
        for listener in listeners { listener.take(secret: secret) }
    }
}
