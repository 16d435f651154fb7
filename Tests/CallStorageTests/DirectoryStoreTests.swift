import CallModel
import CallStorage
import Testing

@Suite("The directory store")
struct DirectoryStoreTests {
    private static func number(_ last: Int) throws -> PhoneNumber { try #require(PhoneNumber(e164: "+1212555010\(last)")) }

    private static func stores(_ folder: TestFolder) throws -> [any DirectoryStore] {
        [MemoryDirectoryStore(), try SQLiteDirectoryStore(folder: folder.path)]
    }

    @Test("each document is the account's next version; the old ones stay readable")
    func versions() throws {
        let folder = TestFolder()
        for store in try Self.stores(folder) {
            let number = try Self.number(0)
            #expect(try store.put(account: "acme", text: "one", numbers: [number, number], at: noon) == 1)
            #expect(try store.put(account: "acme", text: "two", numbers: [number], at: noon.advanced(bySeconds: 1)) == 2)
            #expect(try store.put(account: "acme", text: "two", numbers: [number], at: noon.advanced(bySeconds: 2)) == 2)
            #expect(try store.put(account: "other", text: "x", numbers: [], at: noon) == 1)
            #expect(try store.current().map(\.text) == ["two", "x"])
            #expect(try store.document(account: "acme", version: 1)?.text == "one")
            #expect(try store.document(account: "acme", version: nil)?.version.version == 2)
            #expect(try store.document(account: "acme", version: 3) == nil)
            #expect(try store.document(account: "nobody", version: nil) == nil)
            #expect(try store.versions(account: "acme").map(\.version) == [2, 1])
            #expect(try store.versions(account: "acme").first?.appliedAt == noon.advanced(bySeconds: 1))
        }
    }

    @Test("a number of another account is refused by name and nothing changes; one given up may be taken")
    func owner() throws {
        let folder = TestFolder()
        for store in try Self.stores(folder) {
            let numbers = [try Self.number(0), try Self.number(1)]
            _ = try store.put(account: "acme", text: "one", numbers: numbers, at: noon)
            let thrown = #expect(throws: StorageError.self) { try store.put(account: "other", text: "x", numbers: [numbers[1]], at: noon) }
            #expect(thrown?.code == .numberTaken)
            #expect(thrown?.message.contains("+12125550101") == true)
            #expect(thrown?.message.contains("acme") == false)
            #expect(try store.current().map(\.text) == ["one"])
            _ = try store.put(account: "acme", text: "two", numbers: [numbers[0]], at: noon)
            #expect(try store.put(account: "other", text: "x", numbers: [numbers[1]], at: noon) == 1)
        }
    }

    @Test("versions outlive the process, and a folder has one owner")
    func reopened() throws {
        let folder = TestFolder()
        do {
            let store = try SQLiteDirectoryStore(folder: folder.path)
            _ = try store.put(account: "acme", text: "one", numbers: [try Self.number(0)], at: noon)
            let thrown = #expect(throws: StorageError.self) { try SQLiteDirectoryStore(folder: folder.path) }
            #expect(thrown?.code == .folderInUse)
        }
        let store = try SQLiteDirectoryStore(folder: folder.path)
        #expect(try store.current().map(\.text) == ["one"])
        #expect(throws: StorageError.self) { try store.put(account: "other", text: "x", numbers: [try Self.number(0)], at: noon) }
    }
}
