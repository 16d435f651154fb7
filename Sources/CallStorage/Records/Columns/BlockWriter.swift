internal import SQLite

/// Writes and removes blocks, within transactions.
struct BlockWriter: ~Copyable {
    private var insertBlock: Statement
    private var insertColumn: Statement
    private var removeBlock: Statement
    private var removeColumn: Statement

    init(_ database: borrowing Database) throws(SQLiteError) {
        let insertBlock = try database.prepare("INSERT OR REPLACE INTO blocks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
        let insertColumn = try database.prepare("INSERT OR REPLACE INTO block_columns VALUES (?1, ?2)")
        let removeBlock = try database.prepare("DELETE FROM blocks WHERE id = ?1")
        let removeColumn = try database.prepare("DELETE FROM block_columns WHERE id = ?1")
        self.insertBlock = insertBlock
        self.insertColumn = insertColumn
        self.removeBlock = removeBlock
        self.removeColumn = removeColumn
    }

    /// Changes calls that stay where they are: only the columns that they differ in are written.
    mutating func change(_ block: CallBlock, _ calls: [(place: Int, digest: CallDigest)], _ reader: inout BlockReader) throws -> CallBlock {
        var zones = block.zones
        for number in 0..<DigestColumn.count where try !reader.agrees(DigestColumn(number: number), of: block, with: calls) {
            var words = try reader.words(DigestColumn(number: number), of: block)
            for call in calls { words[call.place] = call.digest[number: number] }
            zones[number] = ColumnZone(words)
            try write(words, number, of: block.id, former: block)
        }
        let changed = CallBlock(
            id: block.id, account: block.account, isHidden: block.isHidden, count: block.count, span: block.span, rows: block.rows, zones: zones)
        try insert(changed)
        return changed
    }

    /// Writes `digests`, which are in the order of their places, as block `id`; `former` is what stood there.
    mutating func write(_ digests: [CallDigest], as id: Int64, account: Int64?, isHidden: Bool, former: CallBlock? = nil) throws -> CallBlock {
        var zones: [ColumnZone] = []
        zones.reserveCapacity(DigestColumn.count)
        var columns = [UInt32](repeating: 0, count: digests.count * DigestColumn.count)
        for place in digests.indices { digests[place].spread(into: &columns, at: place, of: digests.count) }
        for number in 0..<DigestColumn.count {
            let words = Array(columns[number * digests.count..<(number + 1) * digests.count])
            zones.append(ColumnZone(words))
            try write(words, number, of: id, former: former)
        }
        let rows = digests.lazy.map(\.row)
        let block = CallBlock(
            id: id, account: account, isHidden: isHidden, count: digests.count, span: (digests.first?.startedAt ?? 0)...(digests.last?.startedAt ?? 0),
            rows: (rows.min() ?? 0)...(rows.max() ?? 0), zones: zones)
        try insert(block)
        return block
    }

    private mutating func write(_ words: [UInt32], _ number: Int, of id: Int64, former: CallBlock?) throws {
        let key = CallBlocks.key(id, number)
        if let packed = PackedColumn.pack(words) {
            try insertColumn.bind(key, at: 1)
            try insertColumn.bind(packed, at: 2)
            try insertColumn.run()
        } else if let former, former.zones[number].most != 0 {
            try removeColumn.bind(key, at: 1)
            try removeColumn.run()
        }
    }

    private mutating func insert(_ block: CallBlock) throws {
        let numbers = [block.isHidden ? 1 : 0, Int64(block.count), block.span.lowerBound, block.span.upperBound, block.rows.lowerBound, block.rows.upperBound]
        try insertBlock.bind(block.id, at: 1)
        try insertBlock.bind(orNull: block.account, at: 2)
        for (place, number) in numbers.enumerated() { try insertBlock.bind(number, at: place + 3) }
        try insertBlock.bind(CallBlocks.packed(block.zones), at: 9)
        try insertBlock.run()
    }

    mutating func remove(_ block: CallBlock) throws {
        try removeBlock.bind(block.id, at: 1)
        try removeBlock.run()
        for number in 0..<DigestColumn.count where block.zones[number].most != 0 {
            try removeColumn.bind(CallBlocks.key(block.id, number), at: 1)
            try removeColumn.run()
        }
    }
}
