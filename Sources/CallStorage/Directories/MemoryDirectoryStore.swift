package import CallModel

/// The directory store without a disk.
package final class MemoryDirectoryStore: DirectoryStore {
    private var documents: [String: [DirectoryDocument]] = [:]
    private var present: [String: CurrentDirectory] = [:]
    private var ownSecret: SecretKey?

    package init() {}

    package func put(account: String, text: String, packed: [UInt8], switches: [ScheduleSwitch], at now: Timestamp) throws(StorageError) -> UInt64 {
        if let current = documents[account]?.last, current.text == text { return current.version.version }
        let version = UInt64((documents[account]?.count ?? 0) + 1)
        documents[account, default: []].append(DirectoryDocument(version: DirectoryVersion(account: account, version: version, appliedAt: now), text: text))
        let revision = (present[account]?.revision ?? 0) + 1
        present[account] = CurrentDirectory(account: account, version: version, revision: revision, packed: packed, switches: switches)
        return version
    }

    package func current() throws(StorageError) -> [CurrentDirectory] { present.values.sorted { $0.account < $1.account } }

    package func document(account: String, version: UInt64?) throws(StorageError) -> DirectoryDocument? {
        guard let version else { return documents[account]?.last }
        return documents[account]?.first { $0.version.version == version }
    }

    package func versions(account: String) throws(StorageError) -> [DirectoryVersion] {
        (documents[account] ?? []).map(\.version).reversed()
    }

    package func put(switches: [ScheduleSwitch], account: String) throws(StorageError) {
        present[account]?.switches = switches
        present[account]?.revision += 1
    }

    package func secret() throws(StorageError) -> SecretKey {
        let secret = ownSecret ?? .random()
        ownSecret = secret
        return secret
    }
}
