internal import CallAttribution
internal import CallModel
internal import SQLite

/// When calls go into blocks.
package struct BlockSizes: Hashable, Sendable {
    /// Calls in a block at most. A column of a byte each then fits on one page of the file.
    package var block = 3800
    /// Late calls that are few enough to stay.
    package var fewLate = 5000
    /// New calls between two looks at what may go into blocks.
    package var newBetween = 2000
    /// More late calls than these go into blocks whatever they are.
    package var manyLate = 65_536
    /// Changed calls that are few enough to wait.
    package var fewChanged = 8192

    package init() {}
}

/// What a transaction has done to blocks, for when it is on disk.
struct BlockWork {
    var changes = BlockChanges()
    /// Rows that stand in blocks now as they are.
    var settled: [Int64] = []
    /// Late rows that no block holds.
    var missing: [Int64] = []
    /// Rows that this transaction has deleted.
    var gone: [Int64] = []
    /// Rows up to this one are in a block or in `late_calls`.
    var watermark: Int64?
}

extension SQLiteRecordStore {
    /// Changed in one transaction, at 3 ms each at most.
    private static let patchesAtOnce = 2
    static let lateSetting = "blocks_written"

    /// Within a transaction, before its own rows: puts finished calls into blocks where there are enough of them, and changed ones where they belong.
    func writeBlocks() throws -> BlockWork {
        var work = BlockWork()
        if newCalls >= sizes.newBetween, late.count - late.changed >= sizes.fewLate {
            newCalls = 0
            try PageCache.fit(to: database)
            try settleCalls(upTo: lastRow, &work)
        } else if late.changed >= sizes.fewChanged || !patches.isEmpty {
            if patches.isEmpty { try locateChanged(&work) }
            for _ in 0..<Self.patchesAtOnce {
                guard let id = patches.popLast() else { break }
                guard let block = blocks.list.first(where: { $0.id == id }) else { continue }
                try patch(block, &work)
            }
        }
        return work
    }

    /// Once it is on disk.
    ///
    /// - Parameter last: the last row that was there before.
    func take(_ work: BlockWork, _ digests: [CallDigest], knownTo last: Int64) {
        blocks.take(work.changes)
        for row in work.settled { late.remove(row) }
        for row in work.missing { late.noteNotInBlock(row) }
        for digest in digests { late.set(digest, mayBeInBlock: digest.row <= last) }
        for row in work.gone { late.remove(row) }
        if let watermark = work.watermark { blocksWatermark = watermark }
    }

    /// Within a transaction, with all its digests: what of them must not be lost with this process, and what a block must not hold any longer, now (deleted calls) or soon (erased ones).
    func noteLate(_ digests: [CallDigest], knownTo last: Int64, _ work: inout BlockWork) throws {
        let watermark = work.watermark ?? blocksWatermark
        if !deleted.isEmpty {
            work.gone = deleted.map(\.id)
            try takeOut(Set(work.gone), &work)
        }
        // After the blocks, which were written with the late calls as they were before.
        for digest in digests where digest.row <= watermark { try lateRows.insert(digest.row) }
        for row in deleted { try lateRows.remove(row.id) }
        let erased = Set(due.indices.lazy.filter { self.due[$0].isErased }.map { self.due[$0].row.id })
        // Also of those that were in no block before: this transaction may have begun with putting them into one.
        try noteErased(erased.filter { $0 <= last })
    }

    private struct Kind: Hashable {
        var account: UInt32
        var isHidden: Bool
    }

    /// - Parameter last: rows behind it are not there yet.
    func settleCalls(upTo last: Int64, _ work: inout BlockWork) throws {
        var kinds: [Kind: [(account: UInt32, place: CallCursor)]] = [:]
        let takesAll = late.count >= sizes.manyLate
        late.forEach { call in
            guard !call.mayBeInBlock, takesAll || call.digest.isFinished else { return }
            kinds[Kind(account: call.digest[.account], isHidden: call.digest.isHidden), default: []].append((call.digest[.account], call.digest.place))
        }
        var next = blocks.next
        var left: [Bool: [(account: UInt32, place: CallCursor)]] = [:]
        func write(_ calls: ArraySlice<(account: UInt32, place: CallCursor)>, account: Int64?, isHidden: Bool) throws {
            let block = try blockWriter.write(calls.compactMap { late[$0.place.row]?.digest }, as: next, account: account, isHidden: isHidden)
            next += 1
            work.changes.added.append(block)
            work.settled += calls.map { $0.place.row }
        }
        for (kind, calls) in kinds {
            let sorted = calls.sorted { $0.place < $1.place }
            var start = 0
            while sorted.count - start >= sizes.block {
                try write(sorted[start..<start + sizes.block], account: Int64(kind.account), isHidden: kind.isHidden)
                start += sizes.block
            }
            left[kind.isHidden, default: []] += sorted[start...]
        }
        // What is too little of one account shares blocks with others, once there is much of it.
        for (isHidden, calls) in left where calls.count >= 4 * sizes.block || takesAll && !calls.isEmpty {
            let sorted = calls.sorted { ($0.account, $0.place) < ($1.account, $1.place) }
            for start in stride(from: 0, to: sorted.count, by: sizes.block) {
                let share = sorted[start..<min(start + sizes.block, sorted.count)].sorted { $0.place < $1.place }
                try write(share[...], account: nil, isHidden: isHidden)
            }
        }
        try keepLate(upTo: last, &work)
    }

    /// Notes which of the rows that are not read again at the start are not in blocks.
    private func keepLate(upTo last: Int64, _ work: inout BlockWork) throws {
        for row in work.settled where row <= blocksWatermark { try lateRows.remove(row) }
        let watermark = max(blocksWatermark, last - Int64(sizes.newBetween))
        let settled = Set(work.settled)
        var staying: [Int64] = []
        late.forEach { call in
            let row = call.digest.row
            if row > blocksWatermark, row <= watermark, !settled.contains(row) { staying.append(row) }
        }
        for row in staying.sorted() { try lateRows.insert(row) }
        try statements.set(Self.lateSetting, watermark)
        work.watermark = watermark
    }

    /// Finds the blocks that hold changed calls, and those calls that none holds.
    private func locateChanged(_ work: inout BlockWork) throws {
        var changed: Set<Int64> = []
        late.forEach { if $0.mayBeInBlock { changed.insert($0.digest.row) } }
        let sorted = SortedRows(changed)
        var blocksOf: [(id: Int64, count: Int)] = []
        for block in blocks.list where !sorted.within(block.rows).isEmpty {
            let count = try blockReader.rows(of: block).count { changed.remove($0) != nil }
            if count > 0 { blocksOf.append((block.id, count)) }
        }
        work.missing += changed
        // The last is taken first: the one with most of them.
        patches = blocksOf.sorted { $0.count < $1.count }.map(\.id)
    }

    /// Within a transaction: deleted calls stand nowhere as they were.
    private func takeOut(_ gone: Set<Int64>, _ work: inout BlockWork) throws {
        var left = gone
        let standing = blocks.list.filter { !work.changes.removed.contains($0.id) } + work.changes.added
        for block in standing where left.contains(where: block.rows.contains) {
            let held = try blockReader.rows(of: block).filter(left.contains)
            guard !held.isEmpty else { continue }
            try patch(block, without: gone, &work)
            left.subtract(held)
        }
    }

    /// Writes a block with its changed calls as they are now. One that belongs elsewhere now stays late.
    func patch(_ block: CallBlock, without gone: Set<Int64> = [], _ work: inout BlockWork) throws {
        /// What a call has become; nil: it is as it was.
        func now(_ row: Int64) -> CallDigest? { late[row].flatMap { $0.mayBeInBlock ? $0.digest : nil } }
        func belongs(_ digest: CallDigest) -> Bool {
            digest.isHidden == block.isHidden && (block.account == nil || block.account == Int64(digest[.account]))
        }
        let rows = try blockReader.rows(of: block)
        let starts = try blockReader.words(.startLow, .startHigh, of: block)
        var changed: [(place: Int, digest: CallDigest)] = []
        var stays = true
        for (place, row) in rows.enumerated() {
            if gone.contains(row) {
                stays = false
            } else if let now = now(row) {
                if belongs(now), now.startedAt == starts[place] { changed.append((place, now)) } else { stays = false }
            }
        }
        work.changes.removed.insert(block.id)
        work.changes.added.removeAll { $0.id == block.id }
        func settle(_ row: Int64) throws {
            work.settled.append(row)
            try lateRows.remove(row)
        }
        if stays {
            work.changes.added.append(try blockWriter.change(block, changed, &blockReader))
            for (_, digest) in changed { try settle(digest.row) }
            return
        }
        var kept: [CallDigest] = []
        kept.reserveCapacity(block.count)
        for digest in try blockReader.digests(of: block) where !gone.contains(digest.row) {
            guard let now = now(digest.row) else {
                kept.append(digest)
                continue
            }
            if belongs(now) {
                kept.append(now)
                try settle(digest.row)
            } else {
                work.missing.append(digest.row)
            }
        }
        guard !kept.isEmpty else { return try blockWriter.remove(block) }
        kept.sort { $0.place < $1.place }
        work.changes.added.append(try blockWriter.write(kept, as: block.id, account: block.account, isHidden: block.isHidden, former: block))
    }
}

/// Rows of calls that are late though the start does not read them again.
struct LateRows: ~Copyable {
    private var insertRow: Statement
    private var removeRow: Statement

    static let schema = "CREATE TABLE late_calls (call INTEGER PRIMARY KEY);"

    init(_ database: borrowing Database) throws(SQLiteError) {
        let insertRow = try database.prepare("INSERT OR IGNORE INTO late_calls (call) VALUES (?1)")
        let removeRow = try database.prepare("DELETE FROM late_calls WHERE call = ?1")
        self.insertRow = insertRow
        self.removeRow = removeRow
    }

    mutating func insert(_ row: Int64) throws(SQLiteError) {
        try insertRow.bind(row, at: 1)
        try insertRow.run()
    }

    mutating func remove(_ row: Int64) throws(SQLiteError) {
        try removeRow.bind(row, at: 1)
        try removeRow.run()
    }
}
