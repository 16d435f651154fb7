import CallModel
import CallStorage
import Foundation
import Testing

@Suite("No byte of the store's files tells of an erased caller")
struct TraceTests {
    private let facts = TestFacts()
    private let later = noon.advanced(bySeconds: 10_000)

    /// Calls of many, told in pieces, so that rows grow and pages split: SQLite then leaves copies of them behind.
    private func fill(_ store: SQLiteRecordStore, _ people: [TestPerson]) throws {
        let told = people.enumerated().map { place, person in person.inputs("c\(place)", at: Int64(place) * 100) }
        let pieces = told.map(\.count).max() ?? 0
        for start in stride(from: 0, to: told.count, by: 60) {
            for piece in 0..<pieces {
                let batch = told[start..<min(told.count, start + 60)].compactMap { piece < $0.count ? $0[piece] : nil }
                _ = try store.apply(batch, facts: facts, now: noon)
            }
        }
    }

    /// A process that ends between an erasure and its wiping leaves both to the next: nobody is listed any more, and then nothing is left.
    private func checkCrashed(_ path: String, _ sizes: BlockSizes, _ erased: [TestPerson]) throws {
        let crashed = TestFolder()
        try FileManager.default.createDirectory(atPath: crashed.path, withIntermediateDirectories: true)
        for name in ["calls.db", "calls.db-wal"] { try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(crashed.path)/\(name)") }
        let store = try SQLiteRecordStore(folder: crashed.path, sizes: sizes, indexes: ColumnTests.tinyIndexes)
        for person in erased {
            var query = CallQuery(.account("acme"))
            query.require(.callerNumber, person.number)
            #expect(try store.list(query).calls.isEmpty)
        }
        #expect(try store.wipe())
        #expect(try found(erased, in: crashed.path) == [])
    }

    static let small = {
        var sizes = BlockSizes()
        (sizes.block, sizes.fewLate, sizes.newBetween, sizes.manyLate, sizes.fewChanged) = (50, 20, 50, 200, 20)
        return sizes
    }()

    @Test("after erasing some of many, wiping the log, with the store open and after it is closed", arguments: [small, BlockSizes()])
    func traces(sizes: BlockSizes) throws {
        let folder = TestFolder()
        let people = (0..<600).map { TestPerson($0) }
        let erased = people.enumerated().filter { $0.offset % 7 == 0 }.map(\.element)
        do {
            let store = try SQLiteRecordStore(folder: folder.path, sizes: sizes, indexes: ColumnTests.tinyIndexes)
            try fill(store, people)
            #expect(try found(Array(erased.prefix(3)), in: folder.path).count > 3)
            for person in erased { #expect(try store.erase(try #require(person.phone), account: "acme", at: later, limit: 10).calls == 1) }
            try checkCrashed(folder.path, sizes, erased)
            #expect(try store.wipe())
            #expect(try found(erased, in: folder.path) == [])
            // Late ones: stripped before they reach a file, but for what came before their caller was known.
            let orphan = told("late", .note, at: 5) { $0.note = erased[0].secret }
            _ = try store.apply([orphan], facts: facts, now: later)
            _ = try store.apply(erased[0].inputs("late", at: 0) + erased[1].inputs("c7", at: 700), facts: facts, now: later)
            #expect(try store.wipe())
            #expect(try found(erased, in: folder.path) == [])
        }
        #expect(try found(erased, in: folder.path) == [])
        #expect(try found([people[1]], in: folder.path).count > 3)
        let store = try SQLiteRecordStore(folder: folder.path, indexes: ColumnTests.tinyIndexes)
        #expect(try store.call("c1")?.record.callerNumber == people[1].number)
    }
}
