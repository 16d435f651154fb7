import CallAttribution
import CallModel
import CallStorage
import Foundation
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

    @Test("whichever page of it is damaged, a file is opened or refused with what to do")
    func anyPage() throws {
        let folder = TestFolder()
        do {
            let store = try SQLiteRecordStore(folder: folder.path)
            for start in stride(from: 0, to: 400, by: 50) {
                _ = try store.apply((start..<start + 50).map { routed("c\($0)", at: Int64($0), from: "+1312555\(1000 + $0)") }, facts: TestFacts(), now: noon)
            }
        }
        let file = folder.path + "/calls.db"
        let whole = try firstBytes(file, .max)
        var refused = 0
        for page in stride(from: 4096, to: whole.count, by: 4096) {
            var damaged = whole
            for place in page..<min(page + 4096, whole.count) { damaged[place] = 0xFF }
            try overwrite(file, with: damaged)
            do throws(StorageError) {
                _ = try SQLiteRecordStore(folder: folder.path)
            } catch {
                refused += 1
                #expect(error.code == .damaged && error.message.contains("Restore the data folder from a backup"), "\(error)")
            }
            for end in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: file + end) { try FileManager.default.removeItem(atPath: file + end) }
        }
        #expect(refused > 3)
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
