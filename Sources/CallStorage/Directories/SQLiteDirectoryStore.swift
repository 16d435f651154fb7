package import CallModel
import Glibc
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
        // It holds the pool's secret, and so does the log beside it, which takes the file's mode when it is made anew.
        for name in ["directory.db", "directory.db-wal", "directory.db-shm"] {
            guard chmod("\(path)/\(name)", 0o600) == 0 || errno == ENOENT else {
                throw StorageError(.unavailable, "cannot keep others from reading \(path)/\(name): \(String(cString: strerror(errno)))")
            }
        }
        self.folder = folder
    }

    static let schema = DataFileSchema(
        name: "the directory store",
        // "TkDr"
        applicationID: 0x546B_4472,
        migrations: [
            """
            CREATE TABLE documents (
                account TEXT NOT NULL, version INTEGER NOT NULL, applied_at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (account, version));
            CREATE TABLE numbers (number INTEGER PRIMARY KEY, account TEXT NOT NULL);
            CREATE INDEX numbers_by_account ON numbers (account);
            """,
            """
            DROP TABLE numbers;
            CREATE TABLE accounts (account TEXT PRIMARY KEY, version INTEGER NOT NULL, revision INTEGER NOT NULL);
            INSERT INTO accounts SELECT account, max(version), max(version) FROM documents GROUP BY account;
            CREATE TABLE packed (account TEXT PRIMARY KEY, version INTEGER NOT NULL, bytes BLOB NOT NULL);
            CREATE TABLE switches (
                account TEXT NOT NULL, schedule TEXT NOT NULL, is_open INTEGER, until INTEGER, PRIMARY KEY (account, schedule));
            CREATE TABLE secret (first INTEGER NOT NULL, second INTEGER NOT NULL);
            """,
        ])

    package func put(account: String, text: String, packed: [UInt8], switches: [ScheduleSwitch], at now: Timestamp) throws(StorageError) -> UInt64 {
        try storing {
            try database.transaction {
                let current = try read("account = ?1 ORDER BY version DESC LIMIT 1", account).first
                if let current, current.text == text { return current.version.version }
                let version = (current?.version.version ?? 0) + 1
                var insert = try database.prepare("INSERT INTO documents (account, version, applied_at, text) VALUES (?1, ?2, ?3, ?4)", persistent: false)
                try insert.bind(account, at: 1)
                try insert.bind(Int64(version), at: 2)
                try insert.bind(now.milliseconds, at: 3)
                try insert.bind(text, at: 4)
                try insert.run()
                var keep = try database.prepare("INSERT OR REPLACE INTO packed (account, version, bytes) VALUES (?1, ?2, ?3)", persistent: false)
                try keep.bind(account, at: 1)
                try keep.bind(Int64(version), at: 2)
                try keep.bind(packed, at: 3)
                try keep.run()
                var present = try database.prepare(
                    """
                    INSERT INTO accounts (account, version, revision) VALUES (?1, ?2, 1)
                    ON CONFLICT (account) DO UPDATE SET version = ?2, revision = revision + 1
                    """, persistent: false)
                try present.bind(account, at: 1)
                try present.bind(Int64(version), at: 2)
                try present.run()
                try write(switches, account)
                return version
            }
        }
    }

    package func current() throws(StorageError) -> [CurrentDirectory] {
        try storing {
            var statement = try database.prepare(
                """
                SELECT account, version, revision, (SELECT bytes FROM packed WHERE packed.account = accounts.account AND packed.version = accounts.version)
                FROM accounts ORDER BY account
                """, persistent: false)
            var current: [CurrentDirectory] = []
            while try statement.step() {
                let packed = statement.isNull(3) ? nil : statement.bytes(3)
                current.append(
                    CurrentDirectory(
                        account: statement.text(0), version: UInt64(statement.int64(1)), revision: UInt64(statement.int64(2)), packed: packed,
                        switches: []))
            }
            for place in current.indices { current[place].switches = try switches(current[place].account) }
            return current
        }
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

    package func put(switches: [ScheduleSwitch], account: String) throws(StorageError) {
        try storing {
            try database.transaction {
                var change = try database.prepare("UPDATE accounts SET revision = revision + 1 WHERE account = ?1", persistent: false)
                try change.bind(account, at: 1)
                try change.run()
                try write(switches, account)
            }
        }
    }

    private func write(_ switches: [ScheduleSwitch], _ account: String) throws(SQLiteError) {
        var delete = try database.prepare("DELETE FROM switches WHERE account = ?1", persistent: false)
        try delete.bind(account, at: 1)
        try delete.run()
        var insert = try database.prepare("INSERT INTO switches (account, schedule, is_open, until) VALUES (?1, ?2, ?3, ?4)", persistent: false)
        for item in switches {
            try insert.bind(account, at: 1)
            try insert.bind(item.schedule, at: 2)
            try insert.bind(orNull: item.manual.map { $0.isOpen ? 1 : 0 }, at: 3)
            try insert.bind(orNull: item.manual?.until?.milliseconds, at: 4)
            try insert.run()
        }
    }

    package func secret() throws(StorageError) -> SecretKey {
        try storing {
            try database.transaction {
                var read = try database.prepare("SELECT first, second FROM secret", persistent: false)
                if try read.step() { return SecretKey(first: UInt64(bitPattern: read.int64(0)), second: UInt64(bitPattern: read.int64(1))) }
                let secret = SecretKey.random()
                var insert = try database.prepare("INSERT INTO secret (first, second) VALUES (?1, ?2)", persistent: false)
                try insert.bind(Int64(bitPattern: secret.first), at: 1)
                try insert.bind(Int64(bitPattern: secret.second), at: 2)
                try insert.run()
                return secret
            }
        }
    }

    private func switches(_ account: String) throws(SQLiteError) -> [ScheduleSwitch] {
        var statement = try database.prepare("SELECT schedule, is_open, until FROM switches WHERE account = ?1 ORDER BY schedule", persistent: false)
        try statement.bind(account, at: 1)
        var switches: [ScheduleSwitch] = []
        while try statement.step() {
            let until = statement.isNull(2) ? nil : Timestamp(milliseconds: statement.int64(2))
            let manual = statement.isNull(1) ? nil : Schedule.Manual(isOpen: statement.int64(1) != 0, until: until)
            switches.append(ScheduleSwitch(schedule: statement.text(0), manual: manual))
        }
        return switches
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
