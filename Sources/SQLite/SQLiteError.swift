import CSQLite

/// What went wrong in SQLite or with one of our data files.
///
/// Carries SQLite's own text, which names tables and columns but never a bound value; the statement's text is left out, so that neither reaches a log.
package struct SQLiteError: Error, Sendable, Hashable {
    /// SQLite's primary result code, or one of ours above 1000.
    package struct Code: RawRepresentable, Sendable, Hashable {
        package let rawValue: Int32

        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        package static let busy = Code(rawValue: SQLITE_BUSY)
        package static let locked = Code(rawValue: SQLITE_LOCKED)
        package static let readOnly = Code(rawValue: SQLITE_READONLY)
        package static let inputOutput = Code(rawValue: SQLITE_IOERR)
        package static let corrupt = Code(rawValue: SQLITE_CORRUPT)
        package static let full = Code(rawValue: SQLITE_FULL)
        package static let cannotOpen = Code(rawValue: SQLITE_CANTOPEN)
        package static let constraint = Code(rawValue: SQLITE_CONSTRAINT)
        package static let misuse = Code(rawValue: SQLITE_MISUSE)
        package static let notADatabase = Code(rawValue: SQLITE_NOTADB)
        /// The file's schema is newer than this program knows.
        package static let newerSchema = Code(rawValue: 1001)
        /// A sound SQLite file, but not of the kind asked for.
        package static let otherKind = Code(rawValue: 1002)
    }

    package var code: Code
    /// SQLite's extended result code (<https://sqlite.org/rescode.html>); equal to the primary one where there is no finer one.
    package var extendedCode: Int32
    package var message: String

    package init(code: Code, message: String) {
        self.code = code
        self.extendedCode = code.rawValue
        self.message = message
    }

    /// The last error of a connection; `handle` may be nil when opening had no memory for one.
    init(_ result: Int32, on handle: OpaquePointer?) {
        let extended = handle.map { sqlite3_extended_errcode($0) } ?? result
        code = Code(rawValue: result & 0xFF)
        // A call that was refused before it ran leaves the connection's code at that of the call before.
        extendedCode = extended & 0xFF == result & 0xFF ? extended : result
        message = String(cString: extended & 0xFF == result & 0xFF && handle != nil ? sqlite3_errmsg(handle) : sqlite3_errstr(result))
    }

    /// Whether the file itself is at fault: repeating does not help, a backup does.
    package var isDamage: Bool {
        code == .corrupt || code == .notADatabase
    }

    /// Whether the disk or its space gave out: the same work may succeed later.
    package var isStorageFailure: Bool {
        code == .inputOutput || code == .full || code == .readOnly || code == .cannotOpen
    }

    /// Whether a row was refused because its unique key is there already.
    package var isDuplicateKey: Bool {
        extendedCode == SQLITE_CONSTRAINT_UNIQUE_CODE || extendedCode == SQLITE_CONSTRAINT_PRIMARYKEY_CODE
    }
}

// The importer does not see these two: they are expressions in sqlite3.h (SQLITE_CONSTRAINT | n << 8).
private let SQLITE_CONSTRAINT_PRIMARYKEY_CODE = SQLITE_CONSTRAINT | 6 << 8
private let SQLITE_CONSTRAINT_UNIQUE_CODE = SQLITE_CONSTRAINT | 8 << 8

extension SQLiteError: CustomStringConvertible {
    package var description: String {
        code.rawValue > 1000 ? message : "\(message) (SQLite code \(extendedCode))"
    }
}
