package import CallModel

/// The directory store without a disk.
package final class MemoryDirectoryStore: DirectoryStore {
    private var documents: [String: [DirectoryDocument]] = [:]
    private var owners: [PhoneNumber: String] = [:]

    package init() {}

    package func put(account: String, text: String, numbers: [PhoneNumber], at now: Timestamp) throws(StorageError) -> UInt64 {
        if let current = documents[account]?.last, current.text == text { return current.version.version }
        for number in numbers.sorted() where owners[number] ?? account != account { throw .taken(number) }
        owners = owners.filter { $0.value != account }
        for number in numbers { owners[number] = account }
        let version = UInt64((documents[account]?.count ?? 0) + 1)
        documents[account, default: []].append(DirectoryDocument(version: DirectoryVersion(account: account, version: version, appliedAt: now), text: text))
        return version
    }

    package func current() throws(StorageError) -> [DirectoryDocument] {
        documents.values.compactMap(\.last).sorted { $0.version.account < $1.version.account }
    }

    package func document(account: String, version: UInt64?) throws(StorageError) -> DirectoryDocument? {
        guard let version else { return documents[account]?.last }
        return documents[account]?.first { $0.version.version == version }
    }

    package func versions(account: String) throws(StorageError) -> [DirectoryVersion] {
        (documents[account] ?? []).map(\.version).reversed()
    }
}
