import CallModel
import CallStorage
import Glibc
import SQLite
import Testing

@Suite("The directory store")
struct DirectoryStoreTests {
    private static func stores(_ folder: TestFolder) throws -> [any DirectoryStore] {
        [MemoryDirectoryStore(), try SQLiteDirectoryStore(folder: folder.path)]
    }

    @Test("each document is the account's next version; the old ones stay readable")
    func versions() throws {
        let folder = TestFolder()
        for store in try Self.stores(folder) {
            func put(_ account: String, _ text: String, _ seconds: Double = 0) throws -> UInt64 {
                try store.put(account: account, text: text, packed: Array("packed \(text)".utf8), switches: [], at: noon.advanced(bySeconds: seconds))
            }
            #expect(try put("acme", "one") == 1)
            #expect(try put("acme", "two", 1) == 2)
            #expect(try put("acme", "two", 2) == 2)
            #expect(try put("other", "x") == 1)
            #expect(try store.current().map(\.version) == [2, 1])
            #expect(try store.current().map(\.revision) == [2, 1])
            #expect(try store.current().map(\.packed) == [Array("packed two".utf8), Array("packed x".utf8)])
            #expect(try store.document(account: "acme", version: 1)?.text == "one")
            #expect(try store.document(account: "acme", version: nil)?.version.version == 2)
            #expect(try store.document(account: "acme", version: 3) == nil)
            #expect(try store.document(account: "nobody", version: nil) == nil)
            #expect(try store.versions(account: "acme").map(\.version) == [2, 1])
            #expect(try store.versions(account: "acme").first?.appliedAt == noon.advanced(bySeconds: 1))
        }
    }

    @Test("switches are an account's own, and each change is a revision")
    func switches() throws {
        let folder = TestFolder()
        let switches = [
            ScheduleSwitch(schedule: "a", manual: nil), ScheduleSwitch(schedule: "b", manual: Schedule.Manual(isOpen: true, until: noon)),
            ScheduleSwitch(schedule: "c", manual: Schedule.Manual(isOpen: false, until: nil)),
        ]
        for store in try Self.stores(folder) {
            for account in ["acme", "other"] { _ = try store.put(account: account, text: "one", packed: [1], switches: [], at: noon) }
            try store.put(switches: switches, account: "acme")
            #expect(try store.current().map(\.switches) == [switches, []])
            #expect(try store.current().map(\.revision) == [2, 1])
            _ = try store.put(account: "acme", text: "two", packed: [2], switches: [switches[1]], at: noon)
            #expect(try store.current()[0] == CurrentDirectory(account: "acme", version: 2, revision: 3, packed: [2], switches: [switches[1]]))
        }
    }

    @Test("the secret is made once")
    func secret() throws {
        let folder = TestFolder()
        var secrets: Set<SecretKey> = []
        for store in try Self.stores(folder) {
            secrets.insert(try store.secret())
            secrets.insert(try store.secret())
        }
        #expect(secrets.count == 2)
        #expect(!secrets.contains(.open))
    }

    @Test("versions outlive the process, a folder has one owner, and nobody else reads the file")
    func reopened() throws {
        let folder = TestFolder()
        let secret: SecretKey
        do {
            let store = try SQLiteDirectoryStore(folder: folder.path)
            secret = try store.secret()
            _ = try store.put(account: "acme", text: "one", packed: [1], switches: [], at: noon)
            let thrown = #expect(throws: StorageError.self) { try SQLiteDirectoryStore(folder: folder.path) }
            #expect(thrown?.code == .folderInUse)
        }
        let store = try SQLiteDirectoryStore(folder: folder.path)
        #expect(try store.current().map(\.packed) == [[1]])
        #expect(try store.secret() == secret)
        for name in ["directory.db", "directory.db-wal"] {
            var status = stat()
            #expect(stat(folder.path + "/" + name, &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }

    @Test("a store of the first form keeps its documents, without their packed form")
    func migrated() throws {
        let folder = TestFolder()
        mkdir(folder.path, 0o700)
        do {
            let first = DataFileSchema(
                name: "the directory store", applicationID: 0x546B_4472,
                migrations: [
                    """
                    CREATE TABLE documents (
                        account TEXT NOT NULL, version INTEGER NOT NULL, applied_at INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (account, version));
                    CREATE TABLE numbers (number INTEGER PRIMARY KEY, account TEXT NOT NULL);
                    CREATE INDEX numbers_by_account ON numbers (account);
                    INSERT INTO documents VALUES ('acme', 1, 0, 'one'), ('acme', 2, 0, 'two');
                    """
                ])
            _ = try Database.openDataFile(at: folder.path + "/directory.db", schema: first)
        }
        let store = try SQLiteDirectoryStore(folder: folder.path)
        #expect(try store.current() == [CurrentDirectory(account: "acme", version: 2, revision: 2, packed: nil, switches: [])])
        #expect(try store.document(account: "acme", version: 1)?.text == "one")
        #expect(try store.put(account: "acme", text: "three", packed: [3], switches: [], at: noon) == 3)
        #expect(try store.current() == [CurrentDirectory(account: "acme", version: 3, revision: 3, packed: [3], switches: [])])
    }
}
