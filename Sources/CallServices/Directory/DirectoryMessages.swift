package import CallModel

// The bodies of `trunkline.v1.Directory` are JSON whatever the content-type says: an internal service, free to change (interfaces.md §1).
// A member that is missing or of another type is a `ServiceError` INVALID_ARGUMENT.

/// Validate this document and make it its account's next version.
package struct ApplyRequest: Hashable, Sendable {
    /// YAML or JSON (directory.md).
    package var document: String

    package init(document: String) { self.document = document }

    /// The service refuses more bytes of document than this, so that its text fits into one message, however it is escaped.
    package static let largestDocument = 900 * 1024
}

/// A document that is refused is an answer, not a failure of the service: its problems are all listed.
package enum ApplyReply: Hashable, Sendable {
    case applied(account: String, version: UInt64)
    case refused([DirectoryProblem])
}

/// Which accounts have another present version than the reader has?
package struct ChangesRequest: Hashable, Sendable {
    /// The reader's version of each account it knows.
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
    /// The present version of each account of which the reader has none or another, by account.
    package var changes: [DirectoryText]
    /// There was no room for all; ask again at once.
    package var more: Bool

    package init(changes: [DirectoryText], more: Bool) {
        self.changes = changes
        self.more = more
    }
}

/// One version of an account's directory as it was applied.
package struct DirectoryText: Hashable, Sendable {
    package var account: String
    package var version: UInt64
    package var text: String

    package init(account: String, version: UInt64, text: String) {
        self.account = account
        self.version = version
        self.text = text
    }
}

/// One version's text; answered with a `DirectoryText`.
package struct GetRequest: Hashable, Sendable {
    package var account: String
    /// Nil: the present one.
    package var version: UInt64?

    package init(account: String, version: UInt64? = nil) {
        self.account = account
        self.version = version
    }
}

package struct VersionsRequest: Hashable, Sendable {
    package var account: String

    package init(account: String) { self.account = account }
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

    package var versions: [Version]

    package init(versions: [Version]) { self.versions = versions }
}
