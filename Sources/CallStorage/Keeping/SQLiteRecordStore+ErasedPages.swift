internal import CallModel
internal import SQLite

extension RecordSchema {
    /// Names of pages that calls of erased callers began at: they are forgotten once no call shows them.
    static let erasedPages = """
        CREATE TABLE IF NOT EXISTS erased_pages (name INTEGER PRIMARY KEY);
        """
}

/// Reports count calls by the names of their landing pages, and a page's address may tell of the person by its parameters (records.md §7).
extension SQLiteRecordStore {
    /// Within a transaction: an erased caller looked at this page.
    func noteErased(page: String, of account: Int64) throws(SQLiteError) {
        guard let name = try names.id(.landingPage, page, in: account) else { return }
        var insert = try database.prepare("INSERT OR IGNORE INTO erased_pages (name) VALUES (?1)")
        try insert.bind(name, at: 1)
        try insert.run()
    }

    /// Forgets the pages of erased callers that no call shows any more: another visitor's may be the same.
    func forgetErasedPages() throws(StorageError) {
        var unused: Set<Int64> = try storing {
            var read = try database.prepare("SELECT name FROM erased_pages", persistent: false)
            var found: Set<Int64> = []
            while try read.step() { found.insert(read.int64(0)) }
            return found
        }
        guard !unused.isEmpty else { return }
        // Other callers' calls by the same visitors show the pages until they are derived anew.
        while try correctCalls(limit: Self.correctedAtOnce) == Self.correctedAtOnce {}
        try storing {
            late.forEach { unused.remove(Int64($0.digest[.landingPage])) }
            for block in blocks.list where !unused.isEmpty { try keep(pagesIn: block, &unused) }
        }
        try transaction { () throws in
            // The number stays given: what still has it by heart must not take it for another page.
            var forget = try database.prepare("UPDATE names SET text = '\(NameTable.Kind.landingPage.rawValue)' || char(31) || id WHERE id = ?1", persistent: false)
            for name in unused {
                try forget.bind(name, at: 1)
                try forget.run()
            }
            try database.execute("DELETE FROM erased_pages")
            return 0
        }
        names.forget()
    }

    private static let correctedAtOnce = 1000

    /// Takes from `pages` those that calls of the block have, as far as it is right of them.
    private func keep(pagesIn block: CallBlock, _ pages: inout Set<Int64>) throws {
        let words = try blockReader.words(.landingPage, of: block)
        let places = words.indices.filter { words[$0] != 0 && pages.contains(Int64(words[$0])) }
        guard !places.isEmpty else { return }
        let rows = try blockReader.rows(of: block)
        for place in places where !late.contains(rows[place]) { pages.remove(Int64(words[place])) }
    }
}
