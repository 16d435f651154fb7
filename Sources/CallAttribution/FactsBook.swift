package import CallModel

/// The facts of every number of the directories it was given (directory.md §1).
///
/// Belongs to one thread. Keeps the latest versions of each account, for calls that began before a change.
package final class FactsBook: FactsSource {
    /// Of each account, the newest version first.
    private var directories: [String: [Directory]] = [:]
    /// An account's own spelling may fit more than one: they are asked by name, so that it is always the same.
    private var accounts: [String] = []
    private var known: [Key: CallFacts] = [:]

    private struct Key: Hashable {
        var account: String
        var version: UInt64
        var number: String
    }

    /// Calls last hours at most; an account that changes more often than this within them is looked up in its newest version.
    private static let versionsKept = 8
    /// About 300 bytes each.
    private static let factsKept = 100_000

    package init() {}

    /// Takes a version of an account's directory, in any order.
    package func take(_ directory: Directory) {
        var versions = directories[directory.account] ?? []
        versions.removeAll { $0.version == directory.version }
        versions.append(directory)
        versions.sort { $0.version > $1.version }
        directories[directory.account] = Array(versions.prefix(Self.versionsKept))
        accounts = directories.keys.sorted()
        // The same version may have come with other contents, and a newest one decides for versions not kept.
        known.removeAll(keepingCapacity: true)
    }

    /// By whose rules the account's numbers are read; nil where none of its directories has come.
    package func country(of account: String) -> Country? { directories[account]?.first?.settings.country }

    /// Days for which each account keeps its calls, where it does not keep them for ever.
    package var retentionDays: [String: Int] { directories.compactMapValues { $0.first?.settings.retentionDays } }

    /// Of all accounts; nil where one keeps its calls for ever, and where there is none.
    package var longestRetentionDays: Int? {
        let days = retentionDays
        return days.count == directories.count ? days.values.max() : nil
    }

    package func facts(for history: CallHistory, pinned: CallFacts?) -> CallFacts? {
        if let decided = history.decided {
            return facts(history, account: decided.account, version: decided.version, number: decided.number)
        }
        if history.isUnknownNumber { return nil }
        if let pinned {
            guard directories[pinned.account]?.contains(where: { $0.version == pinned.directoryVersion }) == true else { return pinned }
            return facts(history, account: pinned.account, version: pinned.directoryVersion, number: redialled(history, pinned) ?? pinned.trackingNumber)
        }
        guard let dialled = history.dialled else { return nil }
        for account in accounts {
            if let newest = directories[account]?.first, let number = newest.caller(dialled).number, newest.trackingNumber(number) != nil {
                return facts(history, account: account, version: newest.version, number: number.e164)
            }
        }
        return nil
    }

    /// The other number of the same account that the call was to, where the `arrived` that counts says so.
    ///
    /// One that is nobody's leaves the call where it is: a call that has a number is not lost to the unmatched log.
    private func redialled(_ history: CallHistory, _ pinned: CallFacts) -> String? {
        guard let dialled = history.dialled, dialled != pinned.trackingNumber else { return nil }
        guard let directory = directories[pinned.account]?.first(where: { $0.version == pinned.directoryVersion }) else { return nil }
        return directory.caller(dialled).number.flatMap(directory.trackingNumber)?.number.e164
    }

    private func facts(_ history: CallHistory, account: String, version: UInt64, number: String) -> CallFacts {
        let ids = history.undecidedDestinations
        let key = Key(account: account, version: version, number: number)
        if ids.isEmpty, let facts = known[key] { return facts }
        let versions = directories[account] ?? []
        let directory = versions.first { $0.version == version } ?? versions.first
        guard let directory, let facts = CallFacts(directory: directory, dialled: number, destinations: ids) else {
            // Routing knew the number and we do not yet: what it said of it has to do.
            return CallFacts(account: account, directoryVersion: version, trackingNumber: number)
        }
        guard ids.isEmpty else { return facts }
        if known.count >= Self.factsKept { known.removeAll(keepingCapacity: true) }
        known[key] = facts
        return facts
    }
}
