import SQLite
import Testing

@Suite struct TransactionTests {
    struct Refusal: Error {}

    @Test func `a transaction that throws leaves nothing`() throws {
        let database = try Database(path: ":memory:")
        try database.execute("CREATE TABLE t (i)")
        #expect(throws: Refusal.self) {
            try database.transaction {
                try database.execute("INSERT INTO t VALUES (1)")
                #expect(database.isInTransaction == true)
                throw Refusal()
            }
        }
        #expect(database.isInTransaction == false)
        #expect(try database.number("SELECT count(*) FROM t") == 0)
        try database.transaction { try database.execute("INSERT INTO t VALUES (1)") }
        #expect(try database.number("SELECT count(*) FROM t") == 1)
    }

    @Test func `rollback without a transaction does nothing`() throws {
        let database = try Database(path: ":memory:")
        try database.rollback()
        #expect(database.isInTransaction == false)
    }

    @Test func `a second writer is told busy`() throws {
        let folder = TemporaryFolder()
        let first = try Database(path: folder.file("a.sqlite"))
        try first.execute("CREATE TABLE t (i)")
        let second = try Database(path: folder.file("a.sqlite"))
        try first.begin()
        let error = #expect(throws: SQLiteError.self) { try second.begin() }
        #expect(error?.code == .busy)
        try first.rollback()
        try second.begin()
        try second.rollback()
    }

    @Test func `a folder that is not there is an error with the path`() throws {
        let error = #expect(throws: SQLiteError.self) { _ = try Database(path: "/nowhere/at/all.sqlite").changes }
        #expect(error?.code == .cannotOpen)
        #expect(error?.message.contains("/nowhere/at/all.sqlite") == true)
    }
}
