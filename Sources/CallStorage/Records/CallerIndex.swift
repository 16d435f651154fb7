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
    /// Of calls that the transaction under way has brought.
    private var brought: [Int64: [CallerEntry]] = [:]
    /// Entries that the transaction under way has changed: as they were, and as they are.
    private var changed: [(old: CallerEntry, new: CallerEntry?)] = []
    private var changedRows: Set<Int64> = []
    private var findBefore: Statement
    private var findAfter: Statement
    private var findAll: Statement
    private var insert: Statement
    private var delete: Statement
    private static let setting = "caller_calls_written"

    static let schema = """
        CREATE TABLE caller_calls (
            caller INTEGER NOT NULL, started_at INTEGER NOT NULL, call INTEGER NOT NULL, account INTEGER NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (caller, started_at, call)) WITHOUT ROWID;
        """

    /// Reads nothing of calls: those behind the watermark are to be `add`ed.
    init(_ database: borrowing Database) throws(SQLiteError) {
        let columns = "call, started_at, account, number FROM caller_calls WHERE caller = ?1"
        let findBefore = try database.prepare(
            "SELECT \(columns) AND started_at >= ?2 AND started_at <= ?3 AND (?4 IS NULL OR account = ?4) AND (?5 = 0 OR number = ?5) ORDER BY started_at DESC, call DESC LIMIT ?6")
        let findAfter = try database.prepare(
            "SELECT \(columns) AND started_at >= ?2 AND started_at <= ?3 AND (?4 IS NULL OR account = ?4) AND (?5 = 0 OR number = ?5) ORDER BY started_at, call LIMIT ?6")
        let findAll = try database.prepare("SELECT \(columns)")
        let insert = try database.prepare("INSERT OR REPLACE INTO caller_calls (caller, started_at, call, account, number) VALUES (?1, ?2, ?3, ?4, ?5)")
        let delete = try database.prepare("DELETE FROM caller_calls WHERE caller = ?1 AND call = ?2")
        pending = PendingCallers(watermark: try database.number("SELECT value FROM settings WHERE name = '\(Self.setting)'") ?? 0)
        self.findBefore = findBefore
        self.findAfter = findAfter
        self.findAll = findAll
        self.insert = insert
        self.delete = delete
    }

    /// Entries of rows up to this one are in the file.
    var watermark: Int64 { pending.watermark }

    /// Takes the row of a call that is on disk; rows come in their order.
    mutating func add(_ entry: CallerEntry?, row: Int64) { pending.add(entry ?? CallerEntry(caller: 0, row: row, startedAt: 0, account: 0, number: 0)) }

    /// Within a transaction: a new call.
    mutating func bring(_ entry: CallerEntry) { brought[entry.caller, default: []].append(entry) }

    /// Within a transaction: a call that is another's now, or began at another time.
    mutating func change(_ old: CallerEntry?, to new: CallerEntry?) throws(SQLiteError) {
        if let old {
            try remove(old.caller, row: old.row)
            changed.append((old, new))
            changedRows.insert(old.row)
        }
        if let new { try write(new) }
    }

    /// Within a transaction: the entries of rows that are to have none. `forget` them as well.
    mutating func deleteNow(_ caller: Int64, row: Int64) throws(SQLiteError) { try remove(caller, row: row) }

    /// What waits of the caller for these rows is not written any more.
    mutating func forget(_ caller: Int64, rows: Set<Int64>) { pending.forget(caller, rows) }

    /// After a transaction: its new calls follow by `add`.
    mutating func settleChanges() {
        for change in changed { pending.change(change.old, to: change.new) }
        forgetChanges()
    }

    mutating func forgetChanges() {
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
        defer { findAll.reset() }
        try findAll.bind(caller, at: 1)
        var rows: [Int64] = []
        while try findAll.step() { rows.append(findAll.int64(0)) }
        return rows
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
        let waiting = found.count
        try latestFirst ? Self.read(&findBefore, caller, account, number, span, limit, &found, waiting) : Self.read(&findAfter, caller, account, number, span, limit, &found, waiting)
        if found.count > 1 { cut() }
        return found
    }

    private static func read(
        _ statement: inout Statement, _ caller: Int64, _ account: Int64?, _ number: Int64, _ span: ClosedRange<Int64>, _ limit: Int, _ found: inout [CallerEntry],
        _ waiting: Int
    ) throws(SQLiteError) {
        defer { statement.reset() }
        try statement.bind(caller, at: 1)
        try statement.bind(span.lowerBound, at: 2)
        try statement.bind(span.upperBound, at: 3)
        try statement.bind(orNull: account, at: 4)
        try statement.bind(number, at: 5)
        try statement.bind(limit, at: 6)
        while try statement.step() {
            let entry = CallerEntry(
                caller: caller, row: statement.int64(0), startedAt: statement.int64(1), account: statement.int64(2), number: statement.int64(3))
            if !found[..<waiting].contains(where: { $0.row == entry.row }) { found.append(entry) }
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
        if let watermark = pending.watermark(afterWriting: count) { try statements.set(Self.setting, watermark) }
        return count
    }

    mutating func settle(_ count: Int) { pending.settle(count) }

    private mutating func write(_ entry: CallerEntry) throws(SQLiteError) {
        try insert.bind(entry.caller, at: 1)
        try insert.bind(entry.startedAt, at: 2)
        try insert.bind(entry.row, at: 3)
        try insert.bind(entry.account, at: 4)
        try insert.bind(entry.number, at: 5)
        try insert.run()
    }

    private mutating func remove(_ caller: Int64, row: Int64) throws(SQLiteError) {
        try delete.bind(caller, at: 1)
        try delete.bind(row, at: 2)
        try delete.run()
    }
}

/// Entries of recent calls that are not in the file's index yet; as `PendingKeys`, with what an entry says beside its key.
struct PendingCallers {
    private struct Generation {
        private(set) var entries: [CallerEntry] = []
        private var previous: [Int32] = []
        private var latest: [Int64: Int32] = [:]
        /// How many of the same caller's come before.
        private var earlier: [Int32] = []
        /// All of a caller's in the order of their start, where there are many: a robot's are not walked through at each of its calls.
        private var crowds: [Int64: [CallerEntry]] = [:]
        private static let crowd: Int32 = 256

        mutating func add(_ entry: CallerEntry) {
            let before = entry.caller == 0 ? -1 : latest.updateValue(Int32(entries.count), forKey: entry.caller) ?? -1
            let count = before < 0 ? 0 : earlier[Int(before)] + 1
            previous.append(before)
            earlier.append(count)
            entries.append(entry)
            if count > Self.crowd { join(entry) } else if count == Self.crowd { gather(entry.caller) }
        }

        private mutating func gather(_ caller: Int64) {
            var all: [CallerEntry] = []
            forEach(caller) { all.append($0) }
            crowds[caller] = all.sorted { $0.place < $1.place }
        }

        private mutating func join(_ entry: CallerEntry) {
            guard let place = crowds[entry.caller]?.firstPlace(from: entry.place) else { return }
            crowds[entry.caller]?.insert(entry, at: place)
        }

        private mutating func leave(_ entry: CallerEntry) {
            guard let crowd = crowds[entry.caller] else { return }
            let place = crowd.firstPlace(from: entry.place)
            guard place < crowd.count, crowd[place] == entry else { return }
            crowds[entry.caller]?.remove(at: place)
        }

        /// Those within the span, from its end or from its beginning where there are many: no more than `limit` are taken then.
        func take(of caller: Int64, within span: ClosedRange<Int64>, latestFirst: Bool, limit: Int, _ take: (CallerEntry) -> Bool) {
            guard let crowd = crowds[caller] else { return forEach(caller) { _ = take($0) } }
            let first = crowd.firstPlace(from: CallCursor(startedAt: span.lowerBound, row: .min))
            let end = span.upperBound == .max ? crowd.count : crowd.firstPlace(from: CallCursor(startedAt: span.upperBound + 1, row: .min))
            var taken = 0
            for step in 0..<max(0, end - first) where taken < limit {
                if take(crowd[latestFirst ? end - 1 - step : first + step]) { taken += 1 }
            }
        }

        func forEach(_ caller: Int64, _ body: (CallerEntry) -> Void) {
            var place = latest[caller] ?? -1
            while place >= 0 {
                // One that became another's keeps its place in the chain.
                if entries[Int(place)].caller == caller { body(entries[Int(place)]) }
                place = previous[Int(place)]
            }
        }

        /// Rows are in their order. One that is another caller's now is in the file and waits no more.
        mutating func change(_ row: Int64, to new: CallerEntry?) {
            var (low, high) = (0, entries.count)
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].row < row { low = middle + 1 } else { high = middle }
            }
            guard low < entries.count, entries[low].row == row else { return }
            leave(entries[low])
            if let new, new.caller == entries[low].caller {
                entries[low] = new
                if crowds[new.caller] != nil { join(new) }
            } else {
                entries[low] = CallerEntry(caller: 0, row: row, startedAt: 0, account: 0, number: 0)
            }
        }

        mutating func forget(_ caller: Int64, _ rows: Set<Int64>) {
            var place = latest[caller] ?? -1
            while place >= 0 {
                let row = entries[Int(place)].row
                if rows.contains(row) {
                    leave(entries[Int(place)])
                    entries[Int(place)] = CallerEntry(caller: 0, row: row, startedAt: 0, account: 0, number: 0)
                }
                place = previous[Int(place)]
            }
            if !entries.contains(where: { $0.caller == caller }) { latest[caller] = nil }
        }
    }

    /// Entries of rows up to this one are in the index.
    private(set) var watermark: Int64
    private var young = Generation()
    private var old = Generation()
    /// Places in `old` by caller, so that neighbours fall on the same page.
    private var order: [Int32] = []
    private var written = 0

    init(watermark: Int64) { self.watermark = watermark }

    func forEach(_ caller: Int64, _ body: (CallerEntry) -> Void) {
        young.forEach(caller, body)
        old.forEach(caller, body)
    }

    /// Those of a caller within the span that `take` accepts, all that are next to its end or its beginning among them, up to `limit`.
    func take(of caller: Int64, within span: ClosedRange<Int64>, latestFirst: Bool, limit: Int, _ take: (CallerEntry) -> Bool) {
        young.take(of: caller, within: span, latestFirst: latestFirst, limit: limit, take)
        old.take(of: caller, within: span, latestFirst: latestFirst, limit: limit, take)
    }

    mutating func add(_ entry: CallerEntry) {
        young.add(entry)
        if young.entries.count >= PendingKeys.capacity, order.isEmpty { age() }
    }

    mutating func change(_ entry: CallerEntry, to new: CallerEntry?) {
        young.change(entry.row, to: new)
        old.change(entry.row, to: new)
    }

    mutating func forget(_ caller: Int64, _ rows: Set<Int64>) {
        young.forget(caller, rows)
        old.forget(caller, rows)
    }

    /// How many to write after a batch of `calls` new calls.
    func share(calls: Int) -> Int { min(order.count - written, calls + calls / 4 + 8) }

    func next(_ place: Int) -> CallerEntry { old.entries[Int(order[written + place])] }

    /// The watermark to store with `count` more written; nil while some of the old remain.
    func watermark(afterWriting count: Int) -> Int64? { !order.isEmpty && written + count == order.count ? old.entries.last?.row : nil }

    /// `count` more are on disk.
    mutating func settle(_ count: Int) {
        written += count
        guard !order.isEmpty, written == order.count else { return }
        watermark = old.entries.last?.row ?? watermark
        old = Generation()
        order = []
        written = 0
        if young.entries.count >= PendingKeys.capacity { age() }
    }

    private mutating func age() {
        old = young
        let entries = old.entries
        order = entries.indices.map(Int32.init).sorted { entries[Int($0)].caller < entries[Int($1)].caller }
        young = Generation()
    }
}

extension [CallerEntry] {
    /// Of those in their order, the first that is not before `place`.
    fileprivate func firstPlace(from place: CallCursor) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].place < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
