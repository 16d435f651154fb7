import CSQLite

extension Database {
    /// Copies the whole file as it is at one moment, while others go on reading and writing it.
    ///
    /// The moment is that of the first page: one read transaction lasts for all of it, which keeps the log from beginning anew meanwhile, and nobody from writing.
    /// - Parameters:
    ///   - path: of the copy, which must not be there yet. It is not synced.
    ///   - progress: told after each share: pages that are copied, and pages in all.
    package func copy(to path: String, progress: (_ done: Int, _ all: Int) -> Void) throws(SQLiteError) {
        let target = try Database(path: path, access: .create)
        // Nobody reads it before it is whole.
        try target.setPragma("synchronous", "OFF")
        try execute("BEGIN")
        defer { try? rollback() }
        _ = try number("SELECT count(*) FROM sqlite_schema")
        guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw SQLiteError(sqlite3_errcode(target.handle), on: target.handle)
        }
        var result = SQLITE_OK
        while result == SQLITE_OK {
            result = sqlite3_backup_step(backup, Self.share)
            let all = Int(sqlite3_backup_pagecount(backup))
            progress(all - Int(sqlite3_backup_remaining(backup)), all)
        }
        sqlite3_backup_finish(backup)
        // It says of itself that it has a log, as the original does; it has none yet.
        guard result == SQLITE_DONE else { throw SQLiteError(result, on: target.handle) }
    }

    /// Pages between two words of progress: some 4 MB.
    private static var share: Int32 { 1000 }

    /// What the file says it is, and how many migrations it has seen.
    package func identity() throws(SQLiteError) -> (applicationID: Int32, version: Int) {
        (Int32(truncatingIfNeeded: try pragma("application_id") ?? 0), try userVersion())
    }
}
