package import CallModel
package import CallStorage

// The bodies of `trunkline.v1.Directory` are JSON whatever the content-type says: an internal service, free to change (interfaces.md §1).
// A member that is missing or of another type is a `ServiceError` INVALID_ARGUMENT.
// Where a request may leave the account out, it is the only one there is.

/// Validate this document and make it its account's next version.
package enum ApplyRequest: Hashable, Sendable {
    /// YAML or JSON (directory.md), in this very message.
    case document(String)
    /// The document that came in parts under this name (`UploadRequest`), of so many bytes.
    case upload(String, size: Int)

    /// The service refuses more bytes of document than this in one message.
    package static let largestMessage = 900 * 1024
    /// And more than this in parts.
    package static let largestDocument = 512 << 20
}

/// A document that is refused is an answer, not a failure of the service: its problems are all listed.
package enum ApplyReply: Hashable, Sendable {
    /// `restored`: the earlier version whose text it is, after a rollback.
    case applied(account: String, version: UInt64, restored: UInt64? = nil)
    case refused([DirectoryProblem])
    /// Its own tests do not hold: what was expected and what came.
    case testsFailed([String])
}

/// A part of a document that is larger than a message. Its body is a line of JSON, and the bytes after it.
package struct UploadRequest: Hashable, Sendable {
    /// Made up by who sends; a part that is sent again changes nothing.
    package var upload: String
    /// Of the part's first byte in the document.
    package var offset: Int
    package var bytes: [UInt8]

    package init(upload: String, offset: Int, bytes: [UInt8]) {
        self.upload = upload
        self.offset = offset
        self.bytes = bytes
    }

    /// Bytes in one part: with the line before them less than a message holds (wire.md §8, `max_body`).
    package static let partSize = 900 * 1024
}

/// Which accounts have changed since the reader last asked?
package struct ChangesRequest: Hashable, Sendable {
    /// The reader's revision of each account it knows.
    package var have: [String: UInt64]
    /// How long the service may wait for a change before it answers that there is none; at most `longestWait`.
    package var wait: Duration

    package init(have: [String: UInt64], wait: Duration = .zero) {
        self.have = have
        self.wait = wait
    }

    package static let longestWait: Duration = .seconds(25)
}

package struct ChangesReply: Hashable, Sendable {
    /// What routing seals continuations with; the same for as long as there is this store.
    package var secret: SecretKey
    /// Each account of which the reader has none or another revision, by account.
    package var changes: [DirectoryHead]
    /// There was no room for all; ask again at once.
    package var more: Bool

    package init(secret: SecretKey, changes: [DirectoryHead], more: Bool) {
        self.secret = secret
        self.changes = changes
        self.more = more
    }
}

/// What an account goes by now; the directory itself is fetched in parts (`PartRequest`).
package struct DirectoryHead: Hashable, Sendable {
    package var account: String
    package var version: UInt64
    /// Grows with each version and each switch.
    package var revision: UInt64
    package var switches: [ScheduleSwitch]

    package init(account: String, version: UInt64, revision: UInt64, switches: [ScheduleSwitch]) {
        self.account = account
        self.version = version
        self.revision = revision
        self.switches = switches
    }
}

/// Bytes of a version, as many as fit into the reply, which is nothing else; none: that was the end.
package struct PartRequest: Hashable, Sendable {
    package var account: String
    package var version: UInt64
    package var form: Form
    package var offset: Int

    package enum Form: String, Hashable, Sendable {
        /// As it was applied, in UTF-8.
        case text
        /// `PackedDirectory`; of the present version only.
        case packed
    }

    package init(account: String, version: UInt64, form: Form, offset: Int) {
        self.account = account
        self.version = version
        self.form = form
        self.offset = offset
    }
}

/// Which version is meant, and how large is it?
package struct GetRequest: Hashable, Sendable {
    package var account: String?
    /// Nil: the present one.
    package var version: UInt64?

    package init(account: String? = nil, version: UInt64? = nil) {
        self.account = account
        self.version = version
    }
}

/// One version; its text is fetched in parts.
package struct VersionReply: Hashable, Sendable {
    package var account: String
    package var version: UInt64
    package var appliedAt: Timestamp
    /// Bytes of its text.
    package var size: Int
    /// The account's now, whatever the version.
    package var switches: [ScheduleSwitch]

    package init(account: String, version: UInt64, appliedAt: Timestamp, size: Int, switches: [ScheduleSwitch]) {
        self.account = account
        self.version = version
        self.appliedAt = appliedAt
        self.size = size
        self.switches = switches
    }
}

package struct VersionsRequest: Hashable, Sendable {
    package var account: String?

    package init(account: String? = nil) { self.account = account }
}

/// Newest first.
package struct VersionsReply: Hashable, Sendable {
    package struct Version: Hashable, Sendable {
        package var version: UInt64
        package var appliedAt: Timestamp

        package init(version: UInt64, appliedAt: Timestamp) {
            self.version = version
            self.appliedAt = appliedAt
        }
    }

    package var account: String
    package var versions: [Version]

    package init(account: String, versions: [Version]) {
        self.account = account
        self.versions = versions
    }
}

/// Make the text of an earlier version the next one; answered with an `ApplyReply`.
package struct RollbackRequest: Hashable, Sendable {
    package var account: String?
    /// Nil: the one before the present.
    package var version: UInt64?

    package init(account: String? = nil, version: UInt64? = nil) {
        self.account = account
        self.version = version
    }
}

/// An operator opens or closes a schedule by hand, or gives it back to the calendar.
package struct ScheduleRequest: Hashable, Sendable {
    package var account: String?
    package var schedule: String
    /// Nil: the calendar decides.
    package var manual: Schedule.Manual?

    package init(account: String? = nil, schedule: String, manual: Schedule.Manual?) {
        self.account = account
        self.schedule = schedule
        self.manual = manual
    }
}

package struct ScheduleReply: Hashable, Sendable {
    package var account: String
    package var schedule: String
    /// Now, by what was just said.
    package var isOpen: Bool

    package init(account: String, schedule: String, isOpen: Bool) {
        self.account = account
        self.schedule = schedule
        self.isOpen = isOpen
    }
}
