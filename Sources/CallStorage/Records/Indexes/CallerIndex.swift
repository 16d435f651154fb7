internal import CallModel
internal import SQLite

/// A call in its caller's past: what decides which of his calls are earlier (records.md §1).
struct CallerEntry: Hashable {
    /// The digits of his number.
    var caller: Int64
    var row: Int64
    var startedAt: Int64
    /// Below 0 for a test, which is no part of any past though it has one.
    var account: Int64
    var number: Int64

    var place: CallCursor { CallCursor(startedAt: startedAt, row: row) }
}

extension CallerEntry {
    /// Nil for a withheld caller.
    init?(_ columns: CallColumns, row: Int64) {
        guard columns.caller != 0 else { return nil }
        let isTest = columns.hidden == CallColumns.hiddenTest
        self.init(
            caller: columns.caller, row: row, startedAt: columns.startedAt, account: isTest ? ~columns.account : columns.account, number: columns.number)
    }

    /// The account, also of a test.
    var owner: Int64 { max(account, ~account) }
}

/// The calls of each caller in the order of their start, written late as `LateIndex` is.
///
/// Calls of withheld callers are not in it.
struct CallerIndex: ~Copyable {
    private var pending: PendingCallers
    /// By the start of the calls.
    private var parts: IndexParts
    private let sizes: IndexSizes
    private let key: CallKey
    /// Of calls that the transaction under way has brought.
    private var brought: [Int64: [CallerEntry]] = [:]
    /// Entries that the transaction under way has changed: as they were, and as they are.
    private var changed: [(old: CallerEntry, new: CallerEntry?)] = []
    private var changedRows: Set<Int64> = []
    private var latest = LatestCalls(most: Self.looked)
    private var findBefore: Statement
    private var findAfter: Statement
    private var findAll: Statement
    private var insert: Statement
    private var delete: Statement
    static let setting = "caller_calls_written"
    /// So many calls of one caller are looked at: those that are counted, and some that may have begun in the same instant.
    static let looked = CallDigest.mostPrior + 7

    static let schema = """
        CREATE TABLE caller_calls (
            place INTEGER NOT NULL, started_at INTEGER NOT NULL, call INTEGER NOT NULL, account INTEGER NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (place, started_at, call)) WITHOUT ROWID;
        \(IndexParts.schema(of: "caller_calls"))
        """

    /// Reads nothing of calls: those behind the watermark are to be `add`ed.
    init(_ database: borrowing Database, _ key: CallKey, _ sizes: IndexSizes) throws {
        let columns = "call, started_at, account, number FROM caller_calls WHERE place = ?1"
        let findBefore = try database.prepare(
            "SELECT \(columns) AND started_at >= ?2 AND started_at <= ?3 AND (?4 IS NULL OR account = ?4) AND (?5 = 0 OR number = ?5) ORDER BY started_at DESC, call DESC LIMIT ?6")
        let findAfter = try database.prepare(
            "SELECT \(columns) AND started_at >= ?2 AND started_at <= ?3 AND (?4 IS NULL OR account = ?4) AND (?5 = 0 OR number = ?5) ORDER BY started_at, call LIMIT ?6")
        let findAll = try database.prepare("SELECT call FROM caller_calls WHERE place = ?1")
        let insert = try database.prepare("INSERT OR REPLACE INTO caller_calls (place, started_at, call, account, number) VALUES (?1, ?2, ?3, ?4, ?5)")
        let delete = try database.prepare("DELETE FROM caller_calls WHERE place = ?1 AND call = ?2")
        let parts = try IndexParts(database, index: "caller_calls", sizes)
        let watermark = try database.number("SELECT value FROM settings WHERE name = '\(Self.setting)'") ?? 0
        pending = PendingCallers(watermark: watermark, capacity: sizes.waiting)
        self.parts = parts
        self.sizes = sizes
        self.key = key
        self.findBefore = findBefore
        self.findAfter = findAfter
        self.findAll = findAll
        self.insert = insert
        self.delete = delete
    }

    /// Where a caller's entries in a part stand: one number, which SQLite compares faster than two. A caller has fifteen digits at most, which are below 2^50.
    static func place(_ part: Int, _ caller: Int64) -> Int64 { Int64(part) << 50 | caller }

    /// Entries of rows up to this one are in the file.
    var watermark: Int64 { pending.watermark }

    /// Takes the row of a call that is on disk; rows come in their order.
    mutating func add(_ entry: CallerEntry?, row: Int64) { pending.add(entry ?? CallerEntry(caller: 0, row: row, startedAt: 0, account: 0, number: 0)) }

    /// Within a transaction: a new call.
    mutating func bring(_ entry: CallerEntry) {
        brought[entry.caller, default: []].append(entry)
        latest.add(entry)
    }

    /// Within a transaction: a call that is another's now, or began at another time.
    mutating func change(_ old: CallerEntry?, to new: CallerEntry?) throws(SQLiteError) {
        if let old {
            try remove(old.caller, row: old.row)
            changed.append((old, new))
            changedRows.insert(old.row)
            latest.forget(old.caller)
        }
        if let new {
            try write(new)
            latest.forget(new.caller)
        }
    }

    /// Within a transaction: the entries of rows that are to have none. `forget` them as well.
    mutating func deleteNow(_ caller: Int64, row: Int64) throws(SQLiteError) {
        latest.forget(caller)
        try remove(caller, row: row)
    }

    /// What waits of the caller for these rows is not written any more.
    mutating func forget(_ caller: Int64, rows: Set<Int64>) { pending.forget(caller, rows) }

    /// After a transaction: its new calls follow by `add`.
    mutating func settleChanges() {
        for change in changed { pending.change(change.old, to: change.new) }
        forgetChanges()
    }

    /// After a transaction that failed.
    mutating func forgetShare() {
        parts.forgetWritten()
        latest = LatestCalls(most: Self.looked)
        forgetChanges()
    }

    private mutating func forgetChanges() {
        if !changed.isEmpty { (changed, changedRows) = ([], []) }
        if !brought.isEmpty { brought.removeAll(keepingCapacity: true) }
    }

    /// Rows that are not in the file yet.
    func waiting(_ caller: Int64) -> [Int64] {
        var rows: [Int64] = []
        pending.forEach(caller) { rows.append($0.row) }
        return rows
    }

    /// Rows that are in the file, also some that wait.
    mutating func written(_ caller: Int64) throws(SQLiteError) -> [Int64] {
        let hash = key(caller: caller)
        var rows: [Int64] = []
        var end = parts.end
        while let part = parts.part(before: end, having: hash) {
            defer { findAll.reset() }
            try findAll.bind(Self.place(part, caller), at: 1)
            while try findAll.step() { rows.append(findAll.int64(0)) }
            end = part
        }
        return rows
    }

    /// The caller's latest calls in whatever accounts that began from `start` on, the newest first: all, or `looked` of them where there are more.
    mutating func latestCalls(of caller: Int64, from start: Int64) throws(SQLiteError) -> [CallerEntry] {
        if let known = latest.calls(of: caller, from: start) { return known }
        let found = try entries(of: caller, account: nil, number: 0, within: start ... .max, latestFirst: true, limit: Self.looked)
        latest.keep(found, of: caller, from: start)
        return found
    }

    /// The caller's calls in the account whose start is within `span`, at most `limit`: those next to its end, or to its beginning.
    ///
    /// - Parameters:
    ///   - account: nil: those in all accounts, tests as well.
    ///   - number: only calls to it; 0: to any.
    mutating func entries(
        of caller: Int64, account: Int64?, number: Int64, within span: ClosedRange<Int64>, latestFirst: Bool, limit: Int
    ) throws(SQLiteError) -> [CallerEntry] {
        var found: [CallerEntry] = []
        /// False: it is none of those.
        func take(_ entry: CallerEntry) -> Bool {
            guard account == nil || entry.account == account, number == 0 || entry.number == number, span.contains(entry.startedAt) else { return false }
            // They are in the file as they are now.
            guard changedRows.isEmpty || !changedRows.contains(entry.row) else { return false }
            found.append(entry)
            // Of a caller who calls all the time only the next few are kept in sight.
            if limit < .max / 2, found.count >= 2 * limit { cut() }
            return true
        }
        func cut() {
            found.sort { latestFirst ? $0.place > $1.place : $0.place < $1.place }
            if found.count > limit { found.removeLast(found.count - limit) }
        }
        pending.take(of: caller, within: span, latestFirst: latestFirst, limit: limit, take)
        if let new = brought[caller] { for entry in new { _ = take(entry) } }
        // Some of these are in the file as well.
        let waiting = SortedRows(found.lazy.map(\.row))
        let hash = key(caller: caller)
        var end = parts.end
        while let part = parts.part(before: end, having: hash) {
            end = part
            guard let starts = parts.span(of: part), starts.overlaps(span) else { continue }
            if found.count >= limit {
                cut()
                // Those of this part begin before the last that is wanted, or after it.
                if let last = found.last, latestFirst ? starts.upperBound < last.startedAt : starts.lowerBound > last.startedAt { continue }
            }
            try latestFirst
                ? Self.read(&findBefore, caller, account, number, span, limit, part, &found, waiting)
                : Self.read(&findAfter, caller, account, number, span, limit, part, &found, waiting)
        }
        if found.count > 1 { cut() }
        return found
    }

    private static func read(
        _ statement: inout Statement, _ caller: Int64, _ account: Int64?, _ number: Int64, _ span: ClosedRange<Int64>, _ limit: Int, _ part: Int,
        _ found: inout [CallerEntry], _ waiting: SortedRows
    ) throws(SQLiteError) {
        defer { statement.reset() }
        try statement.bind(place(part, caller), at: 1)
        try statement.bind(span.lowerBound, at: 2)
        try statement.bind(span.upperBound, at: 3)
        try statement.bind(orNull: account, at: 4)
        try statement.bind(number, at: 5)
        try statement.bind(limit, at: 6)
        while try statement.step() {
            let entry = CallerEntry(
                caller: caller, row: statement.int64(0), startedAt: statement.int64(1), account: statement.int64(2), number: statement.int64(3))
            if waiting.isEmpty || !waiting.contains(entry.row) { found.append(entry) }
        }
    }

    /// Within a transaction of `calls` new calls: the share of those that wait. Returns how many to `settle` once it is on disk.
    mutating func writeShare(calls: Int, _ statements: inout RecordStatements) throws(SQLiteError) -> Int {
        let count = pending.share(calls: calls)
        for place in 0..<count {
            let entry = pending.next(place)
            // Those that this transaction changed are written.
            if entry.caller != 0, changedRows.isEmpty || !changedRows.contains(entry.row) { try write(entry) }
        }
        let watermark = pending.watermark(afterWriting: count)
        if let watermark { try statements.set(Self.setting, watermark) }
        try parts.write(all: watermark != nil)
        return count
    }

    mutating func settle(_ count: Int) {
        pending.settle(count)
        parts.settle()
    }

    private mutating func write(_ entry: CallerEntry) throws(SQLiteError) {
        let part = sizes.part(of: entry.row)
        try insert.bind(Self.place(part, entry.caller), at: 1)
        try insert.bind(entry.startedAt, at: 2)
        try insert.bind(entry.row, at: 3)
        try insert.bind(entry.account, at: 4)
        try insert.bind(entry.number, at: 5)
        try insert.run()
        parts.note(key(caller: entry.caller), at: entry.startedAt, in: part, isUrgent: entry.row <= watermark)
    }

    private mutating func remove(_ caller: Int64, row: Int64) throws(SQLiteError) {
        try delete.bind(Self.place(sizes.part(of: row), caller), at: 1)
        try delete.bind(row, at: 2)
        try delete.run()
    }
}
