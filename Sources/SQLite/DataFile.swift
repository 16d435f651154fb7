import Glibc

/// What a kind of data file looks like and how it came to.
package struct DataFileSchema: Sendable {
    /// What the file is to its operator, as in "the broker's journal".
    package let name: String
    /// SQLite's `application_id`: tells our kinds of files from each other and from anyone else's.
    package let applicationID: Int32
    /// SQL that brings version n to n + 1, in order. A released one is never changed; a new one is added.
    package let migrations: [String]

    package init(name: String, applicationID: Int32, migrations: [String]) {
        self.name = name
        self.applicationID = applicationID
        self.migrations = migrations
    }
}

extension Database {
    package enum FileCheck: Sendable {
        /// The header, the size and the schema: what opening reads anyway.
        case header
        /// Every page (`quickCheck`).
        case pages
    }

    /// Opens, or makes, a data file of ours: write-ahead log, a sync at every commit, schema brought forward to the newest version.
    ///
    /// Throws `SQLiteError`: `newerSchema` for a file of a later version of this program, `otherKind` for a file of another kind, `corrupt` or `notADatabase` for a damaged one, with what was found and what to do; such a file is left as it is.
    /// - Parameter pageSize: bytes, for a new file only.
    /// - Parameter checkpointPages: pages in the log at which a commit moves them into the file; 0: never by itself.
    package static func openDataFile(
        at path: String, schema: DataFileSchema, check: FileCheck = .header, pageSize: Int = 4096, checkpointPages: Int = 1000, busyTimeout: Int32 = 5000
    ) throws(SQLiteError) -> Database {
        do throws(SQLiteError) {
            try refuseLostFile(path, schema)
            let database = try Database(path: path, access: .create, busyTimeout: busyTimeout)
            try database.refuseForeign(path, schema)
            if check == .pages {
                let found = try database.quickCheck()
                guard found.isEmpty else { throw SQLiteError(code: .corrupt, message: found.joined(separator: "; ")) }
            }
            try database.configure(pageSize: pageSize, checkpointPages: checkpointPages)
            try database.migrate(schema)
            return database
        } catch {
            throw error.isDamage ? damage(path, schema, error) : error
        }
    }

    private func configure(pageSize: Int, checkpointPages: Int) throws(SQLiteError) {
        try setPragma("page_size", "\(pageSize)")
        guard try setPragma("journal_mode", "WAL") == "wal" else {
            throw SQLiteError(code: .cannotOpen, message: "the file system does not allow SQLite's write-ahead log (no shared memory): put the data folder on a local disk")
        }
        try setPragma("synchronous", "FULL")
        // Some builds of SQLite have it so by default, others not: what is deleted is overwritten (records.md §7; see also `CleanPages`).
        try setPragma("secure_delete", "ON")
        try setPragma("wal_autocheckpoint", "\(checkpointPages)")
    }

    private func migrate(_ schema: DataFileSchema) throws(SQLiteError) {
        while try userVersion() < schema.migrations.count {
            try begin()
            do throws(SQLiteError) {
                // Read again under the lock: another process may have been here first.
                let version = try userVersion()
                if version < schema.migrations.count {
                    try execute(schema.migrations[version])
                    try setPragma("application_id", "\(schema.applicationID)")
                    try setUserVersion(version + 1)
                }
                try commit()
            } catch {
                try? rollback()
                throw error
            }
        }
    }

    private func refuseForeign(_ path: String, _ schema: DataFileSchema) throws(SQLiteError) {
        let version = try userVersion()
        let owner = Int32(truncatingIfNeeded: try pragma("application_id") ?? 0)
        let things = try number("SELECT count(*) FROM sqlite_schema")
        guard owner == schema.applicationID || owner == 0 && things == 0 else {
            throw SQLiteError(code: .otherKind, message: "\(path) is an SQLite file, but not \(schema.name): move it away, or name another data folder")
        }
        guard version <= schema.migrations.count else {
            throw SQLiteError(
                code: .newerSchema,
                message: "\(path) (\(schema.name)) was written by a newer version of this program (schema \(version), this one knows \(schema.migrations.count)): "
                    + "upgrade, or restore the data folder from a backup made before the upgrade")
        }
    }

    /// SQLite would drop the log of an empty file without a word; but it never leaves such a pair behind by itself.
    private static func refuseLostFile(_ path: String, _ schema: DataFileSchema) throws(SQLiteError) {
        if fileSize(path) == 0, let log = fileSize(path + "-wal"), log > 0 {
            throw SQLiteError(code: .corrupt, message: "the file is empty, but its log \(path)-wal holds \(log) bytes")
        }
    }

    /// The error of a damaged file with where it is and what to do.
    package static func damage(_ path: String, _ schema: DataFileSchema, _ error: SQLiteError) -> SQLiteError {
        var error = error
        error.message =
            "\(path) (\(schema.name)) is damaged: \(error.message). Nothing was changed. Restore the data folder from a backup; "
            + "or keep \(path), \(path)-wal and \(path)-shm elsewhere for repair (`sqlite3 FILE .recover`) and start with none"
        return error
    }

    private static func fileSize(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
