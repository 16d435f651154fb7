import CallAttribution
import CallModel
import CallStorage
import Foundation
import SQLite
import Testing

@Suite("Finding a call by its id")
struct KeyTests {
    @Test("keys that were written late are found before, while and after, also by a process that comes after a crash")
    func lateKeys() throws {
        let folder = TestFolder()
        let facts = TestFacts()
        // So small that a share of those that wait goes to the file with each batch, and that there are many parts.
        let (calls, step) = (1400, 50)
        var sizes = IndexSizes()
        sizes.partBits = 8
        sizes.waiting = 128
        func check(_ store: SQLiteRecordStore, upTo count: Int) throws {
            for place in 0..<count { #expect(try store.call("call-\(place)")?.record.callID == "call-\(place)") }
            #expect(try store.call("call-\(count)") == nil)
            #expect(try store.apply((0..<count).map { told("call-\($0)", .ended, at: Int64($0)) }, facts: facts, now: noon).repeated == count)
        }
        do {
            let store = try SQLiteRecordStore(folder: folder.path, indexes: sizes)
            for start in stride(from: 0, to: calls, by: step) {
                let batch = (start..<start + step).map { told("call-\($0)", .ended, at: Int64($0)) }
                #expect(try store.apply(batch, facts: facts, now: noon).newCalls == step)
                guard start % 200 == 0 else { continue }
                try check(store, upTo: start + step)
                // As the disk has it at this moment.
                let crashed = TestFolder()
                try FileManager.default.createDirectory(atPath: crashed.path, withIntermediateDirectories: true)
                for name in ["calls.db", "calls.db-wal"] { try FileManager.default.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(crashed.path)/\(name)") }
                try check(try SQLiteRecordStore(folder: crashed.path, indexes: sizes), upTo: start + step)
            }
        }
        try check(try SQLiteRecordStore(folder: folder.path, indexes: sizes), upTo: calls)
        let file = try Database(path: folder.path + "/calls.db", access: .readOnly)
        #expect(try file.number("SELECT count(DISTINCT place >> 48) FROM call_keys") ?? 0 > 3)
        #expect(try file.number("SELECT count(*) FROM calls") == Int64(calls))
    }

    @Test("a filter has all the keys it was given, few others, and the same after it was stored")
    func filter() {
        var random = SeededGenerator(seed: 11)
        let count = 1 << 16
        var filter = KeyFilter(keys: count)
        let keys = (0..<count).map { _ in Int64.random(in: .min ... .max, using: &random) }
        var chunks: Set<Int> = []
        for key in keys { chunks.insert(filter.insert(key).chunk) }
        var stored = KeyFilter(keys: count)
        func fill(_ chunk: Int, _ bytes: [UInt8]) -> Bool { stored.fill(chunk, with: bytes.span.bytes) }
        for chunk in chunks { #expect(fill(chunk, filter.bytes(of: chunk))) }
        for key in keys {
            let isNew = filter.insert(key).isNew
            #expect(!isNew && stored.mayHave(key))
        }
        let mistaken = (0..<count).count { _ in stored.mayHave(.random(in: .min ... .max, using: &random)) }
        #expect(mistaken < count / 30, "\(mistaken)")
        for (chunk, bytes) in [(-1, 3968), (.max, 3968), (0, 3960), (chunks.max() ?? 0, 3968), ((chunks.max() ?? 0) + 1, 3968)] {
            #expect(!fill(chunk, [UInt8](repeating: 0, count: bytes)), "\(chunk)")
        }
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
