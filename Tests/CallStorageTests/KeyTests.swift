import CallAttribution
import CallModel
import CallStorage
import SQLite
import Testing

@Suite("Finding a call by its id")
struct KeyTests {
    @Test("keys that were written late are found before, while and after, also by the next process")
    func lateKeys() throws {
        let folder = TestFolder()
        let facts = TestFacts()
        // More than wait in memory, so that a share of them goes to the file with each batch.
        let calls = 140_000
        do {
            let store = try SQLiteRecordStore(folder: folder.path)
            for start in stride(from: 0, to: calls, by: 10_000) {
                let batch = (start..<start + 10_000).map { told("call-\($0)", .ended, at: Int64($0)) }
                #expect(try store.apply(batch, facts: facts, now: noon).newCalls == 10_000)
            }
            for place in [0, 1, 70_000, 131_071, 131_072, calls - 1] { #expect(try store.call("call-\(place)")?.record.callID == "call-\(place)") }
        }
        let store = try SQLiteRecordStore(folder: folder.path)
        for place in [0, 1, 70_000, 131_071, 131_072, calls - 1] {
            #expect(try store.call("call-\(place)")?.record.callID == "call-\(place)")
            #expect(try store.apply([told("call-\(place)", .ended, at: Int64(place))], facts: facts, now: noon).repeated == 1)
        }
        #expect(try store.call("call-\(calls)") == nil)
        let file = try Database(path: folder.path + "/calls.db", access: .readOnly)
        #expect(try file.number("SELECT count(*) FROM call_keys") ?? 0 > 0)
        #expect(try file.number("SELECT count(*) FROM calls") == Int64(calls))
    }

    @Test("a damaged file is refused with what to do, and left as it is")
    func damaged() throws {
        let folder = TestFolder()
        do {
            let store = try SQLiteRecordStore(folder: folder.path)
            _ = try store.apply([routed("c1")], facts: TestFacts(), now: noon)
        }
        let garbage = [UInt8](repeating: 0x2A, count: 100)
        try overwrite(folder.path + "/calls.db", with: garbage)
        let thrown = #expect(throws: StorageError.self) { try SQLiteRecordStore(folder: folder.path) }
        #expect(thrown?.code == .damaged)
        #expect(thrown?.message.contains("backup") == true)
        #expect(try firstBytes(folder.path + "/calls.db", garbage.count) == garbage)
    }
}
