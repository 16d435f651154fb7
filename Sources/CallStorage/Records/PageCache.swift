internal import SQLite

/// How many pages of the records' file are kept by SQLite: those that are written again and again, and the inner ones of the indexes. The others are the kernel's to keep.
enum PageCache {
    /// SQLite gives a page that it splits the number behind its lock's for a moment, a gigabyte into the file. While the file is shorter, nearly each commit then goes through
    /// all pages that are kept, in search of those behind the end (`pcache1TruncateUnsafe`): with 64 MB that takes a millisecond, 4 microseconds a call.
    private static let lockPage: Int64 = (1 << 30) / 4096 + 1
    private static let kilobytes = (ofShortFile: 8192, ofLongFile: 65_536)

    static func fit(to database: borrowing Database) throws(SQLiteError) {
        let isLong = try database.pragma("page_count") ?? 0 > lockPage
        try database.setPragma("cache_size", "-\(isLong ? kilobytes.ofLongFile : kilobytes.ofShortFile)")
    }
}
