package import SQLite

/// Why a store could not do what was asked; the message says what to do about it.
package struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// Another process owns the folder.
        case folderInUse
        /// Locked, no space, or the disk fails: the same work may succeed later.
        case unavailable
        /// The file or something in it is damaged.
        case damaged
        /// The file is of a later version of this program, or of another kind.
        case incompatible
        /// What was asked for has no sense: a cursor that is none of ours, a limit below 1.
        case invalid
        case failed
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package init(_ error: SQLiteError) {
        let code: Code =
            switch error.code {
            case .newerSchema, .otherKind: .incompatible
            case .busy, .locked: .unavailable
            default: error.isDamage ? .damaged : error.isStorageFailure ? .unavailable : .failed
            }
        self.init(code, error.description)
    }

    /// Any error of a store's own work as one of ours.
    init(of error: any Error) {
        switch error {
        case let error as SQLiteError: self.init(error)
        case let error as StorageError: self = error
        default: self.init(.failed, "\(error)")
        }
    }

    package var description: String { message }
}

/// Runs `body` with SQLite's errors as ours.
func storing<Result: ~Copyable>(_ body: () throws -> Result) throws(StorageError) -> Result {
    do {
        return try body()
    } catch {
        throw StorageError(of: error)
    }
}
