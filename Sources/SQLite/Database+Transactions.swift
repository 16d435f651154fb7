import CSQLite

extension Database {
    /// Takes the write lock at once, so that `busy` shows here and not in the middle of the work.
    package func begin() throws(SQLiteError) {
        try execute("BEGIN IMMEDIATE")
    }

    /// Makes the transaction durable as the connection's `synchronous` setting says. After an error nothing is known to be stored; the caller rolls back.
    package func commit() throws(SQLiteError) {
        try execute("COMMIT")
    }

    /// Undoes an open transaction; does nothing where there is none (some errors end it by themselves).
    package func rollback() throws(SQLiteError) {
        guard isInTransaction else { return }
        try execute("ROLLBACK")
    }

    package var isInTransaction: Bool {
        sqlite3_get_autocommit(handle) == 0
    }

    /// Runs `body` in one transaction: committed if it returns, undone if it throws. Throws what `body` throws, or `SQLiteError`.
    package func transaction<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
        try begin()
        do {
            let result = try body()
            try commit()
            return result
        } catch {
            // The first error is the one that explains; a rollback that fails as well leaves a connection that can only be closed.
            try? rollback()
            throw error
        }
    }
}
