import CSQLite

extension Database {
    /// Sets `name` and returns SQLite's answer: some settings answer with what they became, which may not be what was asked for; others with nothing.
    @discardableResult
    package func setPragma(_ name: String, _ value: String) throws(SQLiteError) -> String? {
        var statement = try prepare("PRAGMA \(name) = \(value)", persistent: false)
        return try statement.step() ? statement.text(0) : nil
    }

    package func pragma(_ name: String) throws(SQLiteError) -> Int64? {
        try number("PRAGMA \(name)")
    }

    /// The number a file keeps for its owner: here, how many migrations it has seen.
    package func userVersion() throws(SQLiteError) -> Int {
        Int(try pragma("user_version") ?? 0)
    }

    package func setUserVersion(_ version: Int) throws(SQLiteError) {
        try setPragma("user_version", "\(version)")
    }

    /// Reads every page and says what is wrong, in at most `limit` lines; empty for a sound file. Costs about a second per 500 MB.
    package func quickCheck(limit: Int = 5) throws(SQLiteError) -> [String] {
        var statement = try prepare("PRAGMA quick_check(\(limit))", persistent: false)
        var found: [String] = []
        while try statement.step() {
            found.append(statement.text(0))
        }
        return found == ["ok"] ? [] : found
    }

    package enum Checkpoint: Sendable {
        /// As much as can be moved without waiting for anyone.
        case passive
        /// All of it, and the log file cut to nothing; waits for readers and the writer.
        case truncate
    }

    /// Moves pages from the write-ahead log into the file; returns how many the log holds and how many of them are moved.
    @discardableResult
    package func checkpoint(_ mode: Checkpoint) throws(SQLiteError) -> (logPages: Int, movedPages: Int) {
        var logPages: Int32 = 0
        var movedPages: Int32 = 0
        let mode = mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
        try check(sqlite3_wal_checkpoint_v2(handle, nil, mode, &logPages, &movedPages))
        return (Int(logPages), Int(movedPages))
    }

    /// Moves all of the log into the file and cuts it to nothing, unless somebody reads: false then. Waits no longer than a moment, since whoever writes waits as long.
    package func emptyLog() throws(SQLiteError) -> Bool {
        // What can be moved beside others is moved without holding anyone up.
        try checkpoint(.passive)
        let patience = try pragma("busy_timeout") ?? 0
        try setPragma("busy_timeout", "50")
        let emptied = Result { () throws(SQLiteError) in try checkpoint(.truncate) }
        try setPragma("busy_timeout", "\(patience)")
        do throws(SQLiteError) {
            return try emptied.get().logPages <= 0
        } catch {
            guard error.code == .busy || error.code == .locked else { throw error }
            return false
        }
    }

    /// Pages written to the log since the last time this was asked.
    package func takePagesWritten() -> Int {
        var pages: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 1)
        return Int(pages)
    }
}
