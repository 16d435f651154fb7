import CSQLite

/// One compiled statement: bind, step, read, reset, again. Freed when it goes out of scope.
///
/// Parameters count from 1 and columns from 0, as in SQL and in SQLite. Whatever changes the statement is `mutating`, so bytes read inside a closure cannot be pulled away by a step.
package struct Statement: ~Copyable {
    let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Goes to the next row; false at the end. After an error or the end the statement needs `reset`.
    package mutating func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let result: throw SQLiteError(result, on: sqlite3_db_handle(handle))
        }
    }

    /// Back before the first row, parameters kept.
    package mutating func reset() {
        // Repeats the error of the last step, which that step has thrown already.
        sqlite3_reset(handle)
    }

    /// Sets every parameter to NULL; ends the lending of `bind(lent:at:)`.
    package mutating func clearBindings() {
        sqlite3_clear_bindings(handle)
    }

    /// Runs to the end, whatever rows there are, and resets, also after an error.
    package mutating func run() throws(SQLiteError) {
        defer { reset() }
        while try step() {}
    }

    func check(_ result: Int32) throws(SQLiteError) {
        guard result == SQLITE_OK else { throw SQLiteError(result, on: sqlite3_db_handle(handle)) }
    }
}
