import CSQLite
import Glibc
import Synchronization

/// SQLite's own file layer with one change: a page that goes into a database file goes without what was deleted from it.
///
/// `secure_delete` overwrites deleted cells and freed pages, but when SQLite moves cells from one page to another it leaves the old copies in the gap between a page's pointers and its cells
/// (3.40 to 3.46, `rebuildPage`): of a thousand deleted rows, fifty could still be read. The gap means nothing to SQLite, so it is written as zeros. In WAL mode these writes are checkpoints alone; the log itself has checksums
/// and is left as it is: who deletes for good truncates it afterwards.
enum CleanPages {
    static let name = "trunkline"

    /// Registers the layer once; false where SQLite has none that could be built on.
    static let isRegistered: Bool = {
        guard let base = sqlite3_vfs_find(nil) else { return false }
        // Both live as long as the process: SQLite keeps the addresses.
        let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        layer.initialize(to: base.pointee)
        layer.pointee.zName = UnsafePointer(strdup(name))
        layer.pointee.pNext = nil
        layer.pointee.xOpen = { _, path, file, flags, outFlags in
            guard let base = sqlite3_vfs_find(nil), let open = base.pointee.xOpen else { return SQLITE_CANTOPEN }
            let result = open(base, path, file, flags, outFlags)
            // The log and temporary files are not ours to change.
            guard result == SQLITE_OK, flags & SQLITE_OPEN_MAIN_DB != 0, let file, let methods = file.pointee.pMethods else { return result }
            file.pointee.pMethods = cleaned(methods)
            return result
        }
        return sqlite3_vfs_register(layer, 0) == SQLITE_OK
    }()

    /// Methods of files with the layer's own way of writing in front. The first member is what SQLite sees.
    fileprivate struct Methods {
        var shown: sqlite3_io_methods
        var base: UnsafePointer<sqlite3_io_methods>
    }

    /// By the address of those they stand in front of: SQLite has a handful, each for all files of a kind.
    private static let made = Mutex<[UInt: UInt]>([:])

    private static func cleaned(_ base: UnsafePointer<sqlite3_io_methods>) -> UnsafePointer<sqlite3_io_methods>? {
        let address = made.withLock { made in
            let key = UInt(bitPattern: base)
            if let known = made[key] { return known }
            let methods = UnsafeMutablePointer<Methods>.allocate(capacity: 1)
            methods.initialize(to: Methods(shown: base.pointee, base: base))
            methods.pointee.shown.xWrite = { file, bytes, count, offset in writeCleaned(file, bytes, count, offset) }
            made[key] = UInt(bitPattern: methods)
            return UInt(bitPattern: methods)
        }
        return UnsafePointer(bitPattern: address)
    }
}

/// What is known of a page by its bytes alone (<https://sqlite.org/fileformat2.html#b_tree_pages>).
enum BTreePage {
    /// Where a b-tree page holds nothing: between its cell pointers and its cells. Nil for any other page, and where there is no such place.
    static func gap(of page: UnsafeRawBufferPointer, at offset: Int64) -> Range<Int>? {
        guard page.count >= 512, page.count.nonzeroBitCount == 1, offset % Int64(page.count) == 0 else { return nil }
        // The first page begins with the header of the file.
        let header = offset == 0 ? 100 : 0
        func word(_ place: Int) -> Int { Int(page[header + place]) << 8 | Int(page[header + place + 1]) }
        let pointers: Int
        switch page[header] {
        case 2, 5: pointers = header + 12
        case 10, 13: pointers = header + 8
        default: return nil
        }
        let start = pointers + 2 * word(3)
        let cells = word(5) == 0 ? 65_536 : word(5)
        // Fragments never add up to more: https://sqlite.org/fileformat2.html.
        guard page[header + 7] <= 60, start < cells, cells <= page.count else { return nil }
        return start..<cells
    }

    /// Whether a page with a b-tree page's first byte is one: an overflow page begins with the number of another, whose first byte is as small only in a file with more pages than this.
    static func canBeTold(_ file: UnsafeMutablePointer<sqlite3_file>, _ methods: UnsafePointer<sqlite3_io_methods>, pageSize: Int32) -> Bool {
        var size: Int64 = 0
        guard let fileSize = methods.pointee.xFileSize, fileSize(file, &size) == SQLITE_OK else { return false }
        // 2 << 24, less what one checkpoint may add: 124 GiB at 4 KiB a page.
        return size / Int64(pageSize) < 2 << 24 - 1 << 20
    }
}

/// A C function has no context to capture, so it stands by itself.
private func writeCleaned(_ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: Int64) -> Int32 {
    guard let file, let bytes, let shown = file.pointee.pMethods else { return SQLITE_IOERR_WRITE_CODE }
    // Only files opened above have this write, and their methods are the first member of a `Methods`.
    let base = UnsafeRawPointer(shown).assumingMemoryBound(to: CleanPages.Methods.self).pointee.base
    guard let write = base.pointee.xWrite else { return SQLITE_IOERR_WRITE_CODE }
    let page = UnsafeRawBufferPointer(start: bytes, count: Int(count))
    guard let gap = BTreePage.gap(of: page, at: offset), BTreePage.canBeTold(file, base, pageSize: count) else { return write(file, bytes, count, offset) }
    return withUnsafeTemporaryAllocation(byteCount: page.count, alignment: 8) { copy in
        copy.copyMemory(from: page)
        UnsafeMutableRawBufferPointer(rebasing: copy[gap]).initializeMemory(as: UInt8.self, repeating: 0)
        return write(file, copy.baseAddress, count, offset)
    }
}

// The importer does not see it: an expression in sqlite3.h (SQLITE_IOERR | 3 << 8).
private let SQLITE_IOERR_WRITE_CODE = SQLITE_IOERR | 3 << 8
