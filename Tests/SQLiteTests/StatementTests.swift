import SQLite
import Testing

@Suite struct StatementTests {
    @Test func `every kind of value comes back as it was bound`() throws {
        let database = try Database(path: ":memory:")
        try database.execute("CREATE TABLE t (i, d, s, b, n, es, eb)")
        var insert = try database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)")
        try insert.bind(Int64.min, at: 1)
        try insert.bind(0.25, at: 2)
        try insert.bind("fünf\0x", at: 3)
        try insert.bind([1, 2, 0, 255], at: 4)
        try insert.bind(orNull: nil as Int64?, at: 5)
        try insert.bind(orNull: "", at: 6)
        try insert.bind([UInt8](), at: 7)
        try insert.run()
        #expect(database.changes == 1)
        #expect(database.lastInsertRowID == 1)

        var select = try database.prepare("SELECT *, typeof(es), typeof(eb) FROM t")
        #expect(try select.step() == true)
        #expect(select.columnCount == 9)
        #expect(select.int64(0) == Int64.min)
        #expect(select.double(1) == 0.25)
        #expect(select.text(2) == "fünf\0x")
        #expect(select.bytes(3) == [1, 2, 0, 255])
        #expect(select.isNull(4) == true)
        #expect(select.optionalInt64(4) == nil)
        #expect(select.optionalText(5) == "")
        #expect(select.bytes(6) == [])
        #expect(select.text(7) == "text")
        #expect(select.text(8) == "blob")
        #expect(try select.step() == false)
    }

    @Test func `lent bytes are stored from where they lie`() throws {
        let database = try Database(path: ":memory:")
        try database.execute("CREATE TABLE t (b)")
        var insert = try database.prepare("INSERT INTO t VALUES (?)")
        let arena: [UInt8] = Array(0..<100)
        try arena.withUnsafeBytes { arena in
            for start in stride(from: 0, to: 100, by: 10) {
                try insert.bind(lent: UnsafeRawBufferPointer(rebasing: arena[start..<start + 10]), at: 1)
                try insert.run()
            }
            insert.clearBindings()
        }
        var select = try database.prepare("SELECT b FROM t ORDER BY rowid")
        var read: [UInt8] = []
        while try select.step() {
            select.withBytes(0) { span in
                #expect(span.byteCount == 10)
                span.withUnsafeBytes { read.append(contentsOf: $0) }
            }
        }
        #expect(read == arena)
    }

    @Test func `a statement is used again after reset and after an error`() throws {
        let database = try Database(path: ":memory:")
        try database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, k BLOB UNIQUE)")
        var insert = try database.prepare("INSERT INTO t VALUES (?, ?)")
        try insert.bind(1, at: 1)
        try insert.bind([7], at: 2)
        try insert.run()
        try insert.bind(2, at: 1)
        let error = #expect(throws: SQLiteError.self) { try insert.run() }
        #expect(error?.code == .constraint)
        #expect(error?.isDuplicateKey == true)
        try insert.bind([8], at: 2)
        try insert.run()
        #expect(try database.number("SELECT count(*) FROM t") == 2)
    }

    @Test func `an error names the column but not the value`() throws {
        let database = try Database(path: ":memory:")
        try database.execute("CREATE TABLE t (phone TEXT UNIQUE)")
        var insert = try database.prepare("INSERT INTO t VALUES (?)")
        try insert.bind("+4930123456", at: 1)
        try insert.run()
        let error = #expect(throws: SQLiteError.self) { try insert.run() }
        #expect(error.map { "\($0)".contains("t.phone") } == true)
        #expect(error.map { "\($0)".contains("123456") } == false)
    }

    @Test(arguments: ["", "  ", "SELECT 1; SELECT 2"]) func `anything but one statement is refused`(_ sql: String) throws {
        let database = try Database(path: ":memory:")
        let error = #expect(throws: SQLiteError.self) { _ = try database.prepare(sql).columnCount }
        #expect(error?.code == .misuse)
    }

    @Test func `a parameter that is not there is refused`() throws {
        let database = try Database(path: ":memory:")
        var select = try database.prepare("SELECT ?")
        #expect(throws: SQLiteError.self) { try select.bind(1, at: 2) }
    }

    @Test func `a statement that outlives its database still works`() throws {
        func make() throws -> Statement {
            let database = try Database(path: ":memory:")
            return try database.prepare("SELECT 42")
        }
        var statement = try make()
        #expect(try statement.step() == true)
        #expect(statement.int64(0) == 42)
    }
}
