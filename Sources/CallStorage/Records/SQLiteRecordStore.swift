package import CallAttribution
package import CallModel
internal import SQLite

/// The record store on disk: `<data>/attribution/calls.db` (interfaces.md §1).
///
/// Write-ahead log, a sync at each commit. A damaged or newer file is refused and left as it is.
package final class SQLiteRecordStore: RecordStore {
    /// Answers for this thread; others have their own. The first to go: the connection that writes is the one that leaves no log behind.
    private let reader: CallReader
    let database: Database
    var statements: RecordStatements
    var names: NameTable
    /// The calls by the hash of their ids.
    var keys: LateIndex
    /// The calls by their caller's digits.
    var callers: CallerIndex
    var busyCallers = BusyCallers()
    var longPasts = LongPasts()
    var crowds = CrowdedInstants()
    let key: CallKey
    let places: PlaceLookup
    var erased: ErasedCallers
    var recent = RecentCalls()
    private(set) var lastRow: Int64
    /// What lists and reports look at: in blocks, and before them of the calls that are in none yet or have changed.
    var blocks: CallBlocks
    var late = LateCalls()
    var lateRows: LateRows
    var blockReader: BlockReader
    var blockWriter: BlockWriter
    /// Rows up to this one are in a block or in `late_calls`.
    var blocksWatermark: Int64
    /// New calls since some were put into blocks.
    var newCalls = 0
    /// Blocks that are to be written anew.
    var patches: [Int64] = []
    /// What the transaction under way has written.
    var due: [DigestDue] = []
    /// Rows that the transaction under way has deleted.
    var deleted: [CallRow] = []
    let path: String
    let sizes: BlockSizes
    let indexes: IndexSizes
    let webReads: WebReads
    var webWrites: WebWrites
    /// The last to go: the file is closed before the next owner may open it.
    private let folder: DataFolder

    /// Pages in the log before they are moved into the file: 32 MB, so that a page that many batches write is moved once.
    private static let checkpointPages = 8000
    /// Opens, or makes, the store in `folder` and claims it. Throws `folderInUse`, `damaged`, `incompatible` or `unavailable`, with what to do.
    ///
    /// - Parameters:
    ///   - places: where records have looked up what a caller's number tells; nil: no number tells anything.
    ///   - progress: told now and then while calls of an earlier schema are brought forward.
    package init(
        folder path: String, places: (any CallerPlaces)? = nil, sizes: BlockSizes = BlockSizes(), indexes: IndexSizes = IndexSizes(),
        progress: (RecordProgress) -> Void = { _ in }
    ) throws(StorageError) {
        self.places = PlaceLookup(places)
        self.path = path
        self.sizes = sizes
        self.indexes = indexes
        let folder = try DataFolder(claiming: path)
        do {
            let database = try Database.openDataFile(at: path + "/calls.db", schema: RecordSchema.file, checkpointPages: Self.checkpointPages)
            try PageCache.fit(to: database)
            // An erasure that a crash left in the log.
            _ = try database.emptyLog()
            let key = try Self.secret(of: database)
            var statements = try RecordStatements(database)
            var names = try NameTable(database, key: key)
            try CallerFilling.run(database, &names, &statements)
            keys = try LateIndex(database, indexes)
            callers = try CallerIndex(database, key, indexes)
            erased = try ErasedCallers(database)
            blocks = try CallBlocks(database)
            lateRows = try LateRows(database)
            blockReader = try BlockReader(database)
            blockWriter = try BlockWriter(database)
            blocksWatermark = try database.number("SELECT value FROM settings WHERE name = '\(Self.lateSetting)'") ?? 0
            // No row is given again that a watermark has passed.
            lastRow = max(try database.number("SELECT max(id) FROM calls") ?? 0, keys.watermark, callers.watermark, blocksWatermark)
            reader = try CallReader(path: path + "/calls.db", key: key, places: self.places, indexes)
            webReads = try WebReads(database)
            webWrites = try WebWrites(database)
            self.statements = statements
            self.names = names
            self.key = key
            self.database = database
            self.folder = folder
        } catch {
            throw Self.opening(path, error)
        }
        do { try catchUp(progress) } catch { throw Self.opening(path, error) }
    }

    /// Of a file that is found damaged only behind its first pages, with what to do as well.
    private static func opening(_ path: String, _ error: any Error) -> StorageError {
        guard let error = error as? SQLiteError, error.isDamage, !error.message.hasPrefix(path) else { return StorageError(of: error) }
        return StorageError(Database.damage(path + "/calls.db", RecordSchema.file, error))
    }

    package func apply(_ inputs: [CallInput], facts: any FactsSource, now: Timestamp) throws(StorageError) -> ApplySummary {
        var batch = Batch()
        try transaction { () throws in
            var summary = ApplySummary()
            for input in inputs {
                let call = try batch.call(input.callID) { try open(input.callID) }
                if call.add(input) { summary.applied += 1 } else { summary.repeated += 1 }
            }
            for call in batch.calls where call.isChanged {
                try write(call, facts: facts, now: now)
                if call.isNew { summary.newCalls += 1 }
            }
            batch.summary = summary
            return summary.newCalls
        }
        for call in batch.calls where call.isChanged {
            settle(call)
            if call.isNew, let row = call.row {
                keys.add(key(row.callID), row: row.id)
                callers.add(CallerEntry(row.columns, row: row.id), row: row.id)
            }
        }
        return batch.summary
    }

    package func closeOverdue(now: Timestamp, limit: Int) throws(StorageError) -> Int {
        var closed: [Batch.Call] = []
        try transaction { () throws in
            for row in try rows("due_at <= ?1 ORDER BY due_at, id LIMIT ?2", [now.milliseconds, Int64(limit)]) {
                let call = try Batch.Call(row)
                call.closedAt = now
                try write(call, facts: nil, now: now)
                closed.append(call)
            }
            return 0
        }
        for call in closed { settle(call) }
        return closed.count
    }

    /// A call as it stands, or one that is not there yet.
    private func open(_ callID: String) throws -> Batch.Call {
        if let (row, history) = recent[callID] { return Batch.Call(row, history) }
        return try find(callID).map { try Batch.Call($0) } ?? Batch.Call(new: callID)
    }

    /// The call's row is on disk.
    func settle(_ call: Batch.Call) {
        guard let row = call.row else { return }
        recent.take(row, call.history)
        if !busyCallers.isEmpty { busyCallers.take(CallerCall(row, key: key(row.callID)), formerly: call.formerCaller) }
    }

    package func call(_ id: String) throws(StorageError) -> StoredCall? {
        try storing { try find(id).map { try stored($0) } }
    }

    /// One transaction with its share of the waiting keys; `body` returns how many calls are new. Nothing is kept of one that fails.
    func transaction(_ body: () throws -> Int) throws(StorageError) {
        let lastRow = lastRow
        defer {
            due.removeAll(keepingCapacity: true)
            deleted = []
        }
        do {
            try database.begin()
            var work = try writeBlocks()
            let calls = try body()
            let digests = try makeDigests()
            try noteLate(digests, knownTo: lastRow, &work)
            let keysWritten = try keys.writeShare(calls: calls, &statements)
            let callersWritten = try callers.writeShare(calls: calls, &statements)
            try database.commit()
            keys.settle(keysWritten)
            callers.settleChanges()
            callers.settle(callersWritten)
            take(work, digests, knownTo: lastRow)
            newCalls += calls
        } catch {
            // The first error is the one that explains.
            try? database.rollback()
            self.lastRow = lastRow
            keys.forgetShare()
            callers.forgetShare()
            longPasts = LongPasts()
            crowds = CrowdedInstants()
            busyCallers = BusyCallers()
            patches = []
            names.forget()
            throw StorageError(of: error)
        }
    }

    func write(_ call: Batch.Call, facts source: (any FactsSource)?, now: Timestamp) throws {
        let (row, isNew) = (call.row, call.isNew)
        var facts = row?.facts
        if call.mayChangeFacts, let source { facts = source.facts(for: call.history, pinned: facts) }
        let ids = try facts.map { facts in try names.numbers(facts) }
        let closedAt = call.closedAt ?? row?.closedAt
        var stored = StoredCall(record: record(of: call.history, facts, closedAt), history: call.history, facts: facts, closedAt: closedAt)
        if !erased.isEmpty, try strip(call, stored.record, try columns(stored.record, facts, ids), facts) {
            stored = StoredCall(record: record(of: call.history, facts, closedAt), history: call.history, facts: facts, closedAt: closedAt)
        }
        if isNew { lastRow += 1 }
        try stored.change { try attribute(&$0, facts, row: row?.id ?? lastRow, former: row) }
        let columns = try columns(stored.record, facts, ids)
        let written = CallRow(
            id: row?.id ?? lastRow, callID: call.callID, columns: columns, inputs: call.inputs, facts: facts, factsID: ids?.facts ?? 0, updatedAt: now,
            closedAt: closedAt)
        if let row {
            try statements.update(written, from: row.columns)
        } else {
            try statements.insert(written, key: key(call.callID))
        }
        call.row = written
        let digestNames = try digestNames(stored.record, facts, ids, columns)
        due.append(DigestDue(row: written, call: stored, names: digestNames, isNew: isNew, former: row?.columns, formerFacts: row?.factsID ?? 0))
    }

    /// What a call's own inputs make of it: for its columns and its digest, whenever either is made.
    func record(of history: CallHistory, _ facts: CallFacts?, _ closedAt: Timestamp?) -> CallRecord {
        history.record(facts: facts, now: closedAt, places: places)
    }

    private func columns(_ record: CallRecord, _ facts: CallFacts?, _ ids: NameTable.FactsIDs?) throws(SQLiteError) -> CallColumns {
        var columns = CallColumns()
        let account = record.account == facts?.account ? ids?.account ?? 0 : try names.number(.account, record.account)
        columns.account = account
        columns.startedAt = record.startedAt.milliseconds
        columns.number = record.trackingNumber == facts?.trackingNumber && account == ids?.account ? ids?.number ?? 0 : try names.number(.number, record.trackingNumber, in: account)
        let isNumbersOwn = account == ids?.account && record.source == facts?.shownSource
        columns.source = isNumbersOwn ? ids?.source ?? 0 : try names.number(.source, record.source?.source, in: account)
        columns.destination = try names.number(.destination, record.destinationID, in: account)
        columns.outcome = record.outcome?.code ?? 0
        columns.hidden = record.isTest ? CallColumns.hiddenTest : record.spam ? CallColumns.hiddenSpam : 0
        columns.describeCaller(record, facts)
        if record.outcome == nil { columns.dueAt = record.startedAt.milliseconds + Int64(facts.maxCallSeconds) * 1000 }
        return columns
    }

    /// As all that is on disk is now.
    func snapshot() -> RecordSnapshot {
        RecordSnapshot(
            late: late.shares, hasChanged: late.changed > 0, blocks: blocks.list, callersWatermark: callers.watermark, webAccounts: webReads.accounts)
    }

    func reading<Result>(_ body: (CallReader) throws -> Result) throws(StorageError) -> Result {
        try storing {
            try reader.begin(snapshot())
            defer { reader.end() }
            reader.complete = { [unowned self] in try self.stored($0) }
            return try body(reader)
        }
    }

    package var reportNames: any ReportNames { StoredNames(reader: reader) }

    func find(_ callID: String) throws -> CallRow? {
        if let known = recent[callID] { return known.row }
        let key = key(callID)
        for id in keys.waiting(key) {
            if let row = try row(id), row.callID == callID { return row }
        }
        for id in try keys.written(key) {
            if let row = try row(id), row.callID == callID { return row }
        }
        return nil
    }

    func row(_ id: Int64) throws -> CallRow? {
        defer { statements.read.reset() }
        try statements.read.bind(id, at: 1)
        return try statements.read.step() ? try statements.read.callRow(&names) : nil
    }

    /// Rows that `condition` selects, its parameters being numbers.
    func rows(_ condition: String, _ parameters: [Int64]) throws -> [CallRow] {
        var statement = try database.prepare("SELECT \(RecordStatements.columns) FROM calls WHERE \(condition)", persistent: false)
        for (place, parameter) in parameters.enumerated() { try statement.bind(parameter, at: place + 1) }
        var rows: [CallRow] = []
        while try statement.step() { rows.append(try statement.callRow(&names)) }
        return rows
    }

    private static func secret(of database: borrowing Database) throws(SQLiteError) -> CallKey {
        // Only a new file has none.
        try database.execute(
            "INSERT OR IGNORE INTO settings (name, value) VALUES ('key_first', random()), ('key_second', random())")
        func setting(_ name: String) throws(SQLiteError) -> UInt64 {
            UInt64(bitPattern: try database.number("SELECT value FROM settings WHERE name = '\(name)'") ?? 0)
        }
        return CallKey(first: try setting("key_first"), second: try setting("key_second"))
    }
}
