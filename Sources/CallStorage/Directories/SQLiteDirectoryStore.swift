package import CallModel
internal import SQLite

/// The directory store on disk: `<data>/directory/directory.db` (interfaces.md §1).
package final class SQLiteDirectoryStore: DirectoryStore {
    private let database: Database
    /// The last to go: the file is closed before the next owner may open it.
    private let folder: DataFolder

    /// Opens, or makes, the store in `folder` and claims it. Throws `folderInUse`, `damaged`, `incompatible` or `unavailable`, with what to do.
    package init(folder path: String) throws(StorageError) {
        let folder = try DataFolder(claiming: path)
        do {
            database = try Database.openDataFile(at: path + "/directory.db", schema: Self.schema)
        } catch {
            throw StorageError(error)
        }
        self.folder = folder
    }

    private static let schema = DataFileSchema(
        name: "the directory store",
        // "TkDr"
        applicationID: 0x546B_4472,
        migrations: [
            """
            CREATE TABLE documents (
                account TEXT NOT NULL, version INTEGER NOT NULL, applied_at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (account, version));
            CREATE TABLE numbers (number INTEGER PRIMARY KEY, account TEXT NOT NULL);
            CREATE INDEX numbers_by_account ON numbers (account);
            """
        ])

    package func put(account: String, text: String, numbers: [PhoneNumber], at now: Timestamp) throws(StorageError) -> UInt64 {
        try storing {
            try database.transaction {
                let current = try read("account = ?1 ORDER BY version DESC LIMIT 1", account)
                if let current = current.first, current.text == text { return current.version.version }
                try own(numbers.sorted(), account)
                let version = (current.first?.version.version ?? 0) + 1
                var insert = try database.prepare("INSERT INTO documents (account, version, applied_at, text) VALUES (?1, ?2, ?3, ?4)", persistent: false)
                try insert.bind(account, at: 1)
                try insert.bind(Int64(version), at: 2)
                try insert.bind(now.milliseconds, at: 3)
                try insert.bind(text, at: 4)
                try insert.run()
                return version
            }
        }
    }

    package func current() throws(StorageError) -> [DirectoryDocument] {
        try storing { try read("version = (SELECT max(version) FROM documents AS other WHERE other.account = documents.account) ORDER BY account") }
    }

    package func document(account: String, version: UInt64?) throws(StorageError) -> DirectoryDocument? {
        try storing {
            // A version beyond what a file can hold is one that is not there.
            guard let version else { return try read("account = ?1 ORDER BY version DESC LIMIT 1", account).first }
            return try read("account = ?1 AND version = ?2", account, Int64(clamping: version)).first
        }
    }

    package func versions(account: String) throws(StorageError) -> [DirectoryVersion] {
        try storing {
            var statement = try database.prepare("SELECT version, applied_at FROM documents WHERE account = ?1 ORDER BY version DESC", persistent: false)
            try statement.bind(account, at: 1)
            var versions: [DirectoryVersion] = []
            while try statement.step() {
                versions.append(
                    DirectoryVersion(account: account, version: UInt64(statement.int64(0)), appliedAt: Timestamp(milliseconds: statement.int64(1))))
            }
            return versions
        }
    }

    /// Makes `numbers`, and no others, the account's.
    private func own(_ numbers: [PhoneNumber], _ account: String) throws {
        var release = try database.prepare("DELETE FROM numbers WHERE account = ?1", persistent: false)
        try release.bind(account, at: 1)
        try release.run()
        var claim = try database.prepare("INSERT OR IGNORE INTO numbers (number, account) VALUES (?1, ?2)")
        try claim.bind(account, at: 2)
        for (place, number) in numbers.enumerated() {
            // The account may name one twice; the validation has its own word for that.
            if place > 0, numbers[place - 1] == number { continue }
            try claim.bind(Int64(number.digits), at: 1)
            try claim.run()
            guard database.changes == 1 else { throw StorageError.taken(number) }
        }
    }

    private func read(_ condition: String, _ account: String? = nil, _ version: Int64? = nil) throws(SQLiteError) -> [DirectoryDocument] {
        var statement = try database.prepare("SELECT account, version, applied_at, text FROM documents WHERE \(condition)", persistent: false)
        if let account { try statement.bind(account, at: 1) }
        if let version { try statement.bind(version, at: 2) }
        var documents: [DirectoryDocument] = []
        while try statement.step() {
            let version = DirectoryVersion(
                account: statement.text(0), version: UInt64(statement.int64(1)), appliedAt: Timestamp(milliseconds: statement.int64(2)))
            documents.append(DirectoryDocument(version: version, text: statement.text(3)))
        }
        return documents
    }
}
