internal import SQLite

/// Some thousand calls of like kind, neighbours in time, whose digests are stored column by column.
struct CallBlock {
    let id: Int64
    /// Nil: of several.
    let account: Int64?
    /// Whether it holds spam and tests, which lists and reports pass over.
    let isHidden: Bool
    let count: Int
    let span: ClosedRange<Int64>
    let rows: ClosedRange<Int64>
    /// By column.
    let zones: [ColumnZone]
}

/// The blocks of a store: in the file, and the list of them in memory.
///
/// A column of a block is a row of `block_columns`, whose key has the column above the block: a filter reads one column of many blocks. A column that is 0 throughout has no row.
struct CallBlocks {
    private(set) var list: [CallBlock] = []
    private(set) var next: Int64 = 1

    static let schema = """
        CREATE TABLE blocks (
            id INTEGER PRIMARY KEY, account INTEGER, hidden INTEGER NOT NULL, calls INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
            first_row INTEGER NOT NULL, last_row INTEGER NOT NULL, zones BLOB NOT NULL);
        CREATE TABLE block_columns (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
        """

    init() {}

    init(_ database: borrowing Database) throws {
        var rows = try database.prepare(
            "SELECT id, account, hidden, calls, first_at, last_at, first_row, last_row, zones FROM blocks ORDER BY id", persistent: false)
        while try rows.step() {
            let (id, calls) = (rows.int64(0), Int(rows.int64(3)))
            guard (1...65_536).contains(calls), rows.int64(4) <= rows.int64(5), rows.int64(6) <= rows.int64(7) else { throw PackedColumn.damaged }
            list.append(
                CallBlock(
                    id: id, account: rows.optionalInt64(1), isHidden: rows.int64(2) != 0, count: calls, span: rows.int64(4)...rows.int64(5),
                    rows: rows.int64(6)...rows.int64(7), zones: try rows.withBytes(8) { span throws(StorageError) in try span.withUnsafeBytes(Self.zones) }))
            next = id + 1
        }
    }

    /// Where a column of a block is.
    static func key(_ block: Int64, _ column: Int) -> Int64 { Int64(column) << 40 | block }

    /// After a transaction: what it wrote and took away.
    mutating func take(_ changes: BlockChanges) {
        if !changes.removed.isEmpty { list.removeAll { changes.removed.contains($0.id) } }
        list += changes.added
        next = max(next, (changes.added.map(\.id).max() ?? 0) + 1)
    }

    static func packed(_ zones: [ColumnZone]) -> [UInt8] {
        var packed: [UInt8] = []
        packed.reserveCapacity(zones.count * 17)
        for zone in zones {
            withUnsafeBytes(of: zone.least.littleEndian) { packed += $0 }
            withUnsafeBytes(of: zone.most.littleEndian) { packed += $0 }
            withUnsafeBytes(of: zone.bits.littleEndian) { packed += $0 }
            packed.append(zone.hasNone ? 1 : 0)
        }
        return packed
    }

    private static func zones(_ packed: UnsafeRawBufferPointer) throws(StorageError) -> [ColumnZone] {
        guard packed.count == DigestColumn.count * 17 else { throw PackedColumn.damaged }
        return (0..<DigestColumn.count).map { column in
            var zone = ColumnZone()
            zone.least = packed.loadUnaligned(fromByteOffset: column * 17, as: UInt32.self)
            zone.most = packed.loadUnaligned(fromByteOffset: column * 17 + 4, as: UInt32.self)
            zone.bits = packed.loadUnaligned(fromByteOffset: column * 17 + 8, as: UInt64.self)
            zone.hasNone = packed[column * 17 + 16] != 0
            return zone
        }
    }
}

/// What a transaction does to the blocks.
struct BlockChanges {
    var added: [CallBlock] = []
    var removed: Set<Int64> = []
}

/// Reads columns of blocks.
struct BlockReader: ~Copyable {
    private var find: Statement
    /// Pages read so far, roughly.
    private(set) var pages = 0

    init(_ database: borrowing Database) throws(SQLiteError) {
        find = try database.prepare("SELECT bytes FROM block_columns WHERE id = ?1")
    }

    /// Lends the packed words; empty where all are 0.
    mutating func withColumn<Result>(_ column: DigestColumn, of block: CallBlock, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        // 0 throughout: the zones know.
        guard block.zones[column.number].most != 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        defer { find.reset() }
        try find.bind(CallBlocks.key(block.id, column.number), at: 1)
        guard try find.step() else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return try find.withBytes(0) { span in
            try span.withUnsafeBytes { bytes in
                pages += 1 + bytes.count / 4096
                return try body(bytes)
            }
        }
    }

    mutating func words(_ column: DigestColumn, of block: CallBlock) throws -> [UInt32] {
        let zone = block.zones[column.number]
        if !zone.hasNone, zone.least == zone.most { return [UInt32](repeating: zone.most, count: block.count) }
        var words = [UInt32](repeating: 0, count: block.count)
        if zone.most == 0 { return words }
        try withColumn(column, of: block) { try PackedColumn.unpack($0, into: &words) }
        return words
    }

    /// Whether the column says of these calls what their digests do.
    mutating func agrees(_ column: DigestColumn, of block: CallBlock, with calls: [(place: Int, digest: CallDigest)]) throws -> Bool {
        let zone = block.zones[column.number]
        if !zone.hasNone, zone.least == zone.most { return calls.allSatisfy { $0.digest[column] == zone.most } }
        // Of many calls all words are wanted, and not every form tells one without the others.
        if calls.count > 8 {
            let words = try words(column, of: block)
            return calls.allSatisfy { words[$0.place] == $0.digest[column] }
        }
        return try withColumn(column, of: block) { packed in
            try calls.allSatisfy { try PackedColumn.word(packed, at: $0.place, of: block.count) == $0.digest[column] }
        }
    }

    /// Of two columns that hold the halves of longer numbers.
    mutating func words(_ low: DigestColumn, _ high: DigestColumn, of block: CallBlock) throws -> [Int64] {
        let (low, high) = (try words(low, of: block), try words(high, of: block))
        return low.indices.map { CallDigest.joined(low[$0], high[$0]) }
    }

    mutating func rows(of block: CallBlock) throws -> [Int64] {
        try words(.rowLow, .rowHigh, of: block)
    }

    /// All of it, in the order of the block.
    mutating func digests(of block: CallBlock) throws -> [CallDigest] {
        var digests = [CallDigest](repeating: CallDigest(), count: block.count)
        for number in 0..<DigestColumn.count where block.zones[number].most != 0 {
            let words = try words(DigestColumn(number: number), of: block)
            for place in words.indices { digests[place][number: number] = words[place] }
        }
        return digests
    }
}
