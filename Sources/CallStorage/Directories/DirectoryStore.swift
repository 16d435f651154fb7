package import CallModel

/// Keeps every version of every account's directory document (directory.md).
///
/// Belongs to one thread. Every method throws `StorageError`. What a document means is not looked at here: it comes validated, with the numbers it names.
package protocol DirectoryStore: AnyObject {
    /// Makes `text` the account's next version and returns its number, on disk when this returns. The same text as the current version is that version.
    ///
    /// Throws `numberTaken`, with the first of the numbers, when another account's current version has one.
    /// - Parameter numbers: the account's tracking numbers, those of its pools among them.
    func put(account: String, text: String, numbers: [PhoneNumber], at now: Timestamp) throws(StorageError) -> UInt64

    /// The current version of each account, by account.
    func current() throws(StorageError) -> [DirectoryDocument]

    /// A version of an account's document, `version` nil: the current; nil where there is none.
    func document(account: String, version: UInt64?) throws(StorageError) -> DirectoryDocument?

    /// The versions an account has, the newest first, without their texts.
    func versions(account: String) throws(StorageError) -> [DirectoryVersion]
}

/// A version of an account's directory.
package struct DirectoryVersion: Hashable, Sendable {
    package let account: String
    /// 1 is the first.
    package let version: UInt64
    package let appliedAt: Timestamp

    package init(account: String, version: UInt64, appliedAt: Timestamp) {
        self.account = account
        self.version = version
        self.appliedAt = appliedAt
    }
}

/// A version with its text, as the operator wrote it.
package struct DirectoryDocument: Hashable, Sendable {
    package let version: DirectoryVersion
    package let text: String

    package init(version: DirectoryVersion, text: String) {
        self.version = version
        self.text = text
    }
}

extension StorageError {
    /// The number is in the operator's own document; whose it is is not his to know.
    static func taken(_ number: PhoneNumber) -> StorageError {
        StorageError(.numberTaken, "numbers: \(number.e164) belongs to another account of this pool: remove it here, or there first")
    }
}
