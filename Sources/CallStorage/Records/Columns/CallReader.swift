internal import CallAttribution
internal import CallModel
internal import SQLite

/// The calls of a store at one moment, as far as they are not in its file alone.
struct RecordSnapshot: Sendable {
    var late: [[LateCalls.Call]] = []
    /// Whether a block may hold one of the late calls as it was.
    var hasChanged = false
    var blocks: [CallBlock] = []
    /// Rows up to this one are in the callers' index.
    var callersWatermark: Int64 = 0
    /// Accounts that have web visitors.
    var webAccounts: Set<Int64> = []
}

/// Reads calls beside their writer: a connection of its own, which sees the file as it was when it began.
final class CallReader {
    let database: Database
    var names: NameTable
    var blocks: BlockReader
    private var readRow: Statement
    private var readCaller: Statement
    private let webReads: WebReads
    let key: CallKey
    let places: PlaceLookup
    private let indexes: IndexSizes
    private(set) var snapshot = RecordSnapshot()
    /// Rows of late calls, which blocks may hold as they were.
    private var changed = SortedRows()
    /// A column's words, on their way.
    private var scratch: [UInt32] = []
    /// Callers whose place was asked for so far.
    private(set) var numbersAsked = 0
    /// Why a name of the figures could not be read, which whoever asked for it has no way to say.
    private var unreadName: (any Error)?
    /// Completes a call where its caller's other calls say more of it than digests tell; nil where it is gone.
    var complete: (CallRow) throws -> StoredCall? = { _ in nil }

    init(path: String, key: CallKey, places: PlaceLookup, _ indexes: IndexSizes) throws(SQLiteError) {
        let database = try Database(path: path, access: .readOnly, busyTimeout: 5000)
        try database.setPragma("cache_size", "-65536")
        let names = try NameTable(database, key: key)
        let blocks = try BlockReader(database)
        webReads = try WebReads(database)
        readRow = try database.prepare("SELECT \(RecordStatements.columns) FROM calls WHERE id = ?1")
        readCaller = try database.prepare(
            """
            SELECT started_at, call FROM caller_calls WHERE place = ?1 AND started_at >= ?2 AND (started_at, call) < (?3, ?4) AND call <= ?5
                AND (account = ?6 OR ?7 AND account = ~?6) ORDER BY started_at DESC, call DESC LIMIT ?8
            """)
        self.names = names
        self.blocks = blocks
        self.database = database
        self.key = key
        self.places = places
        self.indexes = indexes
    }

    /// From now on the file is as it is now. The writer must be at rest meanwhile.
    func begin(_ snapshot: RecordSnapshot) throws(SQLiteError) {
        try database.execute("BEGIN")
        // The first read is what holds it.
        _ = try database.number("SELECT 1 FROM settings LIMIT 1")
        self.snapshot = snapshot
        webReads.accounts = snapshot.webAccounts
        unreadName = nil
        if snapshot.hasChanged { changed = SortedRows(snapshot.late.lazy.flatMap { share in share.lazy.filter(\.mayBeInBlock).map(\.digest.row) }) }
    }

    func end() {
        // Nothing was written.
        try? database.rollback()
        snapshot = RecordSnapshot()
        changed = SortedRows()
    }

    /// Rows that the block may hold as they were.
    func changed(in block: CallBlock) -> SortedRows { changed.within(block.rows) }

    /// Nil where it cannot be read: then the figures are not to be had either.
    func name<Value>(_ read: () throws -> Value?) -> Value? {
        do {
            return try read()
        } catch {
            unreadName = unreadName ?? error
            return nil
        }
    }

    /// Throws where a name could not be read.
    func checkNames() throws {
        if let unreadName { throw unreadName }
    }

    func row(_ id: Int64) throws -> CallRow? {
        defer { readRow.reset() }
        try readRow.bind(id, at: 1)
        return try readRow.step() ? try readRow.callRow(&names) : nil
    }

    /// The whole record of a call whose digest has `prior`; nil where the call is gone.
    func stored(_ id: Int64, prior: Int?) throws -> StoredCall? {
        guard let row = try row(id) else { return nil }
        var call = try row.stored(places: places)
        try call.change { try attribute(&$0, row) }
        var needsOthers = prior == CallDigest.mostPrior
        call.complete(priorCalls: prior) {
            needsOthers = true
            return []
        }
        return needsOthers ? try complete(row) : call
    }

    /// The newest `limit` of a caller's calls as his index has them, the newest first.
    func calls(of caller: Int64, _ account: Int64, from start: Int64, below: CallCursor, withTests: Bool, limit: Int) throws(SQLiteError) -> [CallCursor] {
        var places: [CallCursor] = []
        let parameters = [start, below.startedAt, below.row, snapshot.callersWatermark, account, withTests ? 1 : 0, Int64(limit)]
        for (place, parameter) in parameters.enumerated() { try readCaller.bind(parameter, at: place + 2) }
        for part in 0...indexes.part(of: snapshot.callersWatermark) {
            defer { readCaller.reset() }
            try readCaller.bind(CallerIndex.place(part, caller), at: 1)
            while try readCaller.step() { places.append(CallCursor(startedAt: readCaller.int64(0), row: readCaller.int64(1))) }
        }
        places.sort { $0 > $1 }
        return Array(places.prefix(limit))
    }

    /// Fills in what the web says of a call: by the file alone, so that no list waits for who writes.
    private func attribute(_ record: inout CallRecord, _ row: CallRow) throws {
        let account = row.columns.account
        guard record.erasedAt == nil, let facts = row.facts, facts.source == nil, snapshot.webAccounts.contains(account) else { return }
        _ = try webReads.attribute(
            &record, facts, account: account, number: facts.pool == nil ? 0 : try names.id(.number, facts.trackingNumber, in: account) ?? 0)
    }

    /// The account's number; nil where it has no calls, 0 for nobody.
    func account(of scope: CallQuery.Scope) throws(SQLiteError) -> Int64? {
        switch scope {
        case .account(let name): try names.id(.account, name)
        case .unmatched: 0
        }
    }

    func accounts() throws -> [String] {
        var found: Set<Int64> = []
        for block in snapshot.blocks {
            if let account = block.account { found.insert(account) } else { found.formUnion(try blocks.words(.account, of: block).lazy.map(Int64.init)) }
        }
        for share in snapshot.late {
            for place in share.indices where share[place].digest.row != 0 { found.insert(Int64(share[place].digest[.account])) }
        }
        found.remove(0)
        var names: [String] = []
        for account in found { if let name = try self.names.account(account) { names.append(name) } }
        return names.sorted()
    }

    /// What each call of a block makes of the tests; nil where none may meet them.
    func verdicts(_ block: CallBlock, _ tests: [DigestTest], account: Int64) throws -> [DigestVerdict]? {
        guard tests.allSatisfy({ $0.mayHold(block.zones[$0.column.number]) }) else { return nil }
        var verdicts = [DigestVerdict](repeating: .yes, count: block.count)
        if block.account == nil {
            let accounts = try blocks.words(.account, of: block)
            for place in verdicts.indices where Int64(accounts[place]) != account { verdicts[place] = .no }
        }
        if scratch.count != block.count { scratch = [UInt32](repeating: 0, count: block.count) }
        for test in tests {
            switch test.form {
            case .open:
                for place in verdicts.indices where verdicts[place] == .yes { verdicts[place] = .maybe }
                continue
            case .caller(let test):
                guard try lower(&verdicts, test, block) else { return nil }
                continue
            default: break
            }
            guard try blocks.withColumn(test.column, of: block, { try test.lower(&verdicts, $0, scratch: &scratch) }) else { return nil }
        }
        return verdicts
    }

    func verdict(_ digest: CallDigest, _ tests: [DigestTest]) -> DigestVerdict {
        var verdict = DigestVerdict.yes
        for test in tests where verdict != .no { verdict = min(verdict, test.verdict(digest)) }
        return verdict
    }

    /// Lowers each verdict to what the caller's number makes of the call. False: none is left.
    private func lower(_ verdicts: inout [DigestVerdict], _ test: CallerTest, _ block: CallBlock) throws -> Bool {
        let callers = try blocks.words(.callerLow, .callerHigh, of: block)
        var isLeft = false
        for place in verdicts.indices where verdicts[place] != .no {
            numbersAsked += 1
            verdicts[place] = min(verdicts[place], test.verdict(callers[place]))
            if verdicts[place] != .no { isLeft = true }
        }
        return isLeft
    }
}
