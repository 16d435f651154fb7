package import CallModel

/// Keeps every version of every account's directory document, and what operators have switched by hand (directory.md).
///
/// Belongs to one thread. Every method throws `StorageError`, and what it wrote is on disk when it returns. What a document means is not looked at here.
package protocol DirectoryStore: AnyObject {
    /// Makes `text` the account's next version, unless it is the text of the current one.
    ///
    /// - Parameters:
    ///   - packed: the same directory as workers get it.
    ///   - switches: those that the account keeps in it.
    /// - Returns: the account's current version.
    func put(account: String, text: String, packed: [UInt8], switches: [ScheduleSwitch], at now: Timestamp) throws(StorageError) -> UInt64

    /// The current version of each account, by account.
    func current() throws(StorageError) -> [CurrentDirectory]

    /// A version of an account's document, `version` nil: the current; nil where there is none.
    func document(account: String, version: UInt64?) throws(StorageError) -> DirectoryDocument?

    /// The versions an account has, the newest first, without their texts.
    func versions(account: String) throws(StorageError) -> [DirectoryVersion]

    /// Makes `switches`, and no others, those of the account, which must have a version.
    func put(switches: [ScheduleSwitch], account: String) throws(StorageError)

    /// Of this store, made when it is first asked for; the same ever after.
    func secret() throws(StorageError) -> SecretKey
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

/// What an account goes by now.
package struct CurrentDirectory: Hashable, Sendable {
    package var account: String
    package var version: UInt64
    /// Grows with each version and each switch.
    package var revision: UInt64
    /// Nil where only the text is kept.
    package var packed: [UInt8]?
    package var switches: [ScheduleSwitch]

    package init(account: String, version: UInt64, revision: UInt64, packed: [UInt8]?, switches: [ScheduleSwitch]) {
        self.account = account
        self.version = version
        self.revision = revision
        self.packed = packed
        self.switches = switches
    }
}

/// An operator's word on a schedule (interfaces.md §2, `schedule`). It outlives new versions of the directory, and expires by itself:
/// then the calendar decides, and from the next version on the document's own `manual:` again.
package struct ScheduleSwitch: Hashable, Sendable {
    /// Its id.
    package var schedule: String
    /// Nil: the calendar decides, whatever the document says by `manual:`; until the next version.
    package var manual: Schedule.Manual?

    package init(schedule: String, manual: Schedule.Manual?) {
        self.schedule = schedule
        self.manual = manual
    }

    /// Whether a version that comes now keeps it.
    package func outlives(_ now: Timestamp) -> Bool { manual.map { $0.until.map { now < $0 } ?? true } ?? false }
}
