import CSQLite

/// One connection to an SQLite file, closed when it goes out of scope.
///
/// Belongs to one thread at a time (it is opened without SQLite's own mutex) and so is not `Sendable`. Statements may outlive it: the file is then closed with the last of them.
package struct Database: ~Copyable {
    package enum Access: Sendable {
        case readOnly
        case readWrite
        /// Makes the file where there is none.
        case create
    }

    let handle: OpaquePointer

    /// Opens `path`; `:memory:` is a database of this connection alone. Throws `SQLiteError`, `cannotOpen` above all. The file is not read before the first statement.
    /// - Parameter busyTimeout: milliseconds to wait for another connection's lock before `busy` is thrown.
    package init(path: String, access: Access = .create, busyTimeout: Int32 = 0) throws(SQLiteError) {
        let mode =
            switch access {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        let result = sqlite3_open_v2(path, &opened, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, CleanPages.isRegistered ? CleanPages.name : nil)
        guard result == SQLITE_OK, let opened else {
            var error = SQLiteError(result, on: opened)
            error.message = "cannot open \(path): \(error.message)"
            sqlite3_close_v2(opened)
            throw error
        }
        sqlite3_busy_timeout(opened, busyTimeout)
        handle = opened
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs one or more statements that return nothing of interest. For text of ours only: values are bound, never written into SQL.
    package func execute(_ sql: String) throws(SQLiteError) {
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Compiles one statement. `persistent` tells SQLite that it will be kept and used often.
    package func prepare(_ sql: String, persistent: Bool = true) throws(SQLiteError) -> Statement {
        var compiled: OpaquePointer?
        var isWhole = false
        var sql = sql
        let result = sql.withUTF8 { text -> Int32 in
            var tail: UnsafePointer<CChar>?
            return text.withMemoryRebound(to: CChar.self) { text -> Int32 in
                let flags = persistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
                let result = sqlite3_prepare_v3(handle, text.baseAddress, Int32(text.count), flags, &compiled, &tail)
                isWhole = tail == text.baseAddress.map { $0 + text.count }
                return result
            }
        }
        try check(result)
        guard let compiled, isWhole else {
            sqlite3_finalize(compiled)
            throw SQLiteError(code: .misuse, message: "exactly one SQL statement is expected")
        }
        return Statement(compiled)
    }

    /// The first column of the first row as a number; nil where there is no row or it is NULL.
    package func number(_ sql: String) throws(SQLiteError) -> Int64? {
        var statement = try prepare(sql, persistent: false)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.int64(0)
    }

    /// Rows that the last INSERT, UPDATE or DELETE touched.
    package var changes: Int {
        Int(sqlite3_changes64(handle))
    }

    package var lastInsertRowID: Int64 {
        sqlite3_last_insert_rowid(handle)
    }

    func check(_ result: Int32) throws(SQLiteError) {
        guard result == SQLITE_OK else { throw SQLiteError(result, on: handle) }
    }
}
