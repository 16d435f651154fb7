import SQLite
import Testing

@Suite("What is deleted is gone from the file")
struct CleanPagesTests {
    private func rows(in bytes: [UInt8]) -> Set<Int> {
        let mark = Array("row-".utf8)
        var rows: Set<Int> = []
        for place in bytes.indices.dropLast(8) where bytes[place] == mark[0] && bytes[place...].starts(with: mark) {
            if let row = Int(String(decoding: bytes[(place + 4)..<(place + 8)], as: UTF8.self)) { rows.insert(row) }
        }
        return rows
    }

    /// Rows of a recognisable text, some of which grow, so that SQLite moves them from page to page.
    @Test("also the copies that SQLite leaves between the cells of a page when it moves them")
    func gaps() throws {
        let folder = TemporaryFolder()
        let path = folder.file("data.sqlite")
        let schema = DataFileSchema(name: "a test's file", applicationID: 7, migrations: ["CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"])
        let database = try Database.openDataFile(at: path, schema: schema)
        func text(_ row: Int, _ length: Int) -> String { "row-\(row)-" + String(repeating: "x", count: length) }
        try database.transaction {
            var insert = try database.prepare("INSERT OR REPLACE INTO rows (id, text) VALUES (?1, ?2)")
            for length in [300, 450, 600] {
                for row in 1000..<3000 where length == 300 || row % (length / 150) == 0 {
                    try insert.bind(row, at: 1)
                    try insert.bind(text(row, length), at: 2)
                    try insert.run()
                }
            }
        }
        try database.checkpoint(.truncate)
        try database.transaction {
            var update = try database.prepare("UPDATE rows SET text = 'gone' WHERE id = ?1")
            for row in stride(from: 1000, to: 3000, by: 3) {
                try update.bind(row, at: 1)
                try update.run()
            }
        }
        #expect(try database.emptyLog())
        let rows = rows(in: readFile(path))
        #expect(rows.isDisjoint(with: stride(from: 1000, to: 3000, by: 3)))
        #expect(rows.count == 1333)
        #expect(try database.quickCheck().isEmpty)
    }
}
