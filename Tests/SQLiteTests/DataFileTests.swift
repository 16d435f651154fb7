import SQLite
import Testing

@Suite struct DataFileTests {
    let first = DataFileSchema(name: "the test file", applicationID: 0x544C_5431, migrations: ["CREATE TABLE t (i INTEGER)"])
    let second = DataFileSchema(
        name: "the test file", applicationID: 0x544C_5431, migrations: ["CREATE TABLE t (i INTEGER)", "ALTER TABLE t ADD COLUMN j INTEGER DEFAULT 5"])

    func fill(_ path: String) throws {
        let database = try Database.openDataFile(at: path, schema: first)
        try database.transaction {
            var insert = try database.prepare("INSERT INTO t VALUES (?)")
            for value in 0..<20_000 {
                try insert.bind(Int64(value), at: 1)
                try insert.run()
            }
        }
        try database.checkpoint(.truncate)
    }

    @Test func `a new file has a log, a sync at every commit and the newest schema`() throws {
        let folder = TemporaryFolder()
        let database = try Database.openDataFile(at: folder.file("a.sqlite"), schema: second, pageSize: 8192)
        #expect(try database.userVersion() == 2)
        #expect(try database.pragma("synchronous") == 2)
        #expect(try database.pragma("page_size") == 8192)
        #expect(try database.quickCheck() == [])
    }

    @Test func `an older file is brought forward with its rows`() throws {
        let folder = TemporaryFolder()
        try fill(folder.file("a.sqlite"))
        let database = try Database.openDataFile(at: folder.file("a.sqlite"), schema: second, check: .pages)
        #expect(try database.userVersion() == 2)
        #expect(try database.number("SELECT sum(j) FROM t") == 100_000)
    }

    @Test func `a newer file is refused and left alone`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("a.sqlite")
        _ = try Database.openDataFile(at: path, schema: second).changes
        let before = readFile(path)
        let error = #expect(throws: SQLiteError.self) { _ = try Database.openDataFile(at: path, schema: first).changes }
        #expect(error?.code == .newerSchema)
        #expect(error?.message.contains("written by a newer version") == true)
        #expect(error?.message.contains("upgrade, or restore") == true)
        #expect(readFile(path) == before)
    }

    @Test func `a file of another kind is refused`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("a.sqlite")
        let other = DataFileSchema(name: "another", applicationID: 1, migrations: ["CREATE TABLE u (i)"])
        _ = try Database.openDataFile(at: path, schema: other).changes
        let error = #expect(throws: SQLiteError.self) { _ = try Database.openDataFile(at: path, schema: first).changes }
        #expect(error?.code == .otherKind)
    }

    @Test func `a file that is no database is refused, with what to do, and left alone`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("a.sqlite")
        let garbage = [UInt8](repeating: 0x41, count: 8192)
        writeFile(path, garbage)
        let error = #expect(throws: SQLiteError.self) { _ = try Database.openDataFile(at: path, schema: first).changes }
        #expect(error?.isDamage == true)
        #expect(error?.message.contains(path) == true)
        #expect(error?.message.contains("Restore") == true)
        #expect(readFile(path) == garbage)
    }

    @Test func `a file cut short at any page is refused`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("a.sqlite")
        try fill(path)
        let whole = readFile(path)
        let pages = whole.count / 4096
        #expect(pages > 20)
        for kept in 1..<pages {
            let cut = folder.file("cut-\(kept).sqlite")
            writeFile(cut, Array(whole[..<(kept * 4096)]))
            let error = #expect(throws: SQLiteError.self) { _ = try Database.openDataFile(at: cut, schema: first, check: .pages).changes }
            #expect(error?.isDamage == true)
        }
    }

    @Test func `a spoilt page is found by the check of all pages`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("a.sqlite")
        try fill(path)
        var spoilt = readFile(path)
        for offset in 4096 * 5..<4096 * 5 + 64 { spoilt[offset] ^= 0xFF }
        writeFile(path, spoilt)
        let error = #expect(throws: SQLiteError.self) { _ = try Database.openDataFile(at: path, schema: first, check: .pages).changes }
        #expect(error?.code == .corrupt)
    }

    @Test func `an emptied file beside a log that is not empty is refused`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("a.sqlite")
        writeFile(path, [])
        writeFile(path + "-wal", [1, 2, 3])
        let error = #expect(throws: SQLiteError.self) { _ = try Database.openDataFile(at: path, schema: first).changes }
        #expect(error?.code == .corrupt)
        #expect(readFile(path + "-wal") == [1, 2, 3])
    }
}
