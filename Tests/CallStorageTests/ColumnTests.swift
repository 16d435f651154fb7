import CallAttribution
import CallModel
import CallStorage
import SQLite
import Testing

@Suite("Calls in blocks")
struct ColumnTests {
    let folder = TestFolder()
    let facts = TestFacts()

    /// Blocks so small that a few calls fill them.
    static var tiny: BlockSizes {
        var sizes = BlockSizes()
        sizes.block = 6
        sizes.fewLate = 8
        sizes.newBetween = 4
        sizes.manyLate = 40
        sizes.fewChanged = 3
        return sizes
    }

    /// Indexes of so small parts that a few calls are in several, and some of each wait.
    static var tinyIndexes: IndexSizes {
        var sizes = IndexSizes()
        sizes.partBits = 4
        sizes.waiting = 8
        return sizes
    }

    private func ended(_ id: String, number: Int = 0, at milliseconds: Int64, from: String = "+13125550142") -> [CallInput] {
        [routed(id, number: number, at: milliseconds, from: from), told(id, .ended, at: milliseconds + 5000)]
    }

    private func fill(_ store: SQLiteRecordStore, _ count: Int) throws {
        for place in 0..<count { _ = try store.apply(ended("c\(place)", number: place % 4, at: Int64(place) * 1000), facts: facts, now: noon) }
    }

    private func blocks() throws -> Int64 {
        try Database(path: folder.path + "/calls.db", access: .readOnly).number("SELECT count(*) FROM blocks") ?? 0
    }

    @Test("finished calls go into blocks, and are listed as before, also by the next process")
    func settled() throws {
        func check(_ store: SQLiteRecordStore) throws {
            var query = CallQuery(.account("acme"))
            query.limit = 100
            #expect(try store.list(query).calls.map(\.record.callID) == (0..<100).reversed().filter { $0 % 4 != 3 }.map { "c\($0)" })
            query.require(.trackingNumber, "+12125550101")
            #expect(try store.list(query).calls.map(\.record.callID) == (0..<100).reversed().filter { $0 % 4 == 1 }.map { "c\($0)" })
            #expect(try store.accounts() == ["acme", "other"])
        }
        do {
            let store = try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny)
            try fill(store, 100)
            try check(store)
        }
        #expect(try blocks() > 10)
        try check(try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny))
    }

    @Test("what is told of a call long after it went into a block is found, and what it was before is not")
    func changed() throws {
        var store: SQLiteRecordStore? = try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny)
        try store.map { try fill($0, 60) }
        func find(_ field: RecordField, _ test: RecordCondition.Test) throws -> [String] {
            var query = CallQuery(.account("acme"))
            query.conditions = [RecordCondition(field: field, test: test)]
            return try store?.list(query).calls.map(\.record.callID) ?? []
        }
        _ = try store?.apply([told("c4", .value, at: 90_000) { $0.amount = "7.25"; $0.currency = "EUR" }], facts: facts, now: noon)
        #expect(try find(.currency, .text("EUR")) == ["c4"])
        #expect(try find(.value, .number(.atLeast, 7)) == ["c4"])
        // Once more a process that has to read it, and then so many that the blocks are written anew.
        store = nil
        store = try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny)
        #expect(try find(.currency, .text("EUR")) == ["c4"])
        for place in [5, 6, 8, 9, 10, 12, 13, 14] {
            _ = try store?.apply([told("c\(place)", .value, at: 90_000) { $0.amount = "3"; $0.currency = "CHF" }], facts: facts, now: noon)
        }
        #expect(try find(.currency, .text("CHF")) == [14, 13, 12, 10, 9, 8, 6, 5].map { "c\($0)" })
        _ = try store?.apply([told("c4", .value, at: 95_000) { $0.amount = "8"; $0.currency = "USD" }], facts: facts, now: noon)
        #expect(try find(.currency, .text("EUR")).isEmpty)
        #expect(try find(.currency, .text("USD")) == ["c4"])
    }

    @Test("a call that becomes spam leaves the list and is counted as hidden, wherever it stands")
    func hidden() throws {
        let store = try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny)
        try fill(store, 60)
        for place in [0, 1, 2, 40, 41, 56] { _ = try store.apply([told("c\(place)", .spam, at: 90_000) { $0.spam = true }], facts: facts, now: noon) }
        try fillMore(store, 60..<90)
        var query = CallQuery(.account("acme"))
        query.limit = 100
        let page = try store.list(query)
        #expect(page.hidden == .init(spam: 6, test: 0))
        #expect(page.calls.count == (0..<90).count { $0 % 4 != 3 } - 6)
        query.showsHidden = true
        query.conditions = [RecordCondition(field: .spam, test: .flag(true))]
        #expect(try store.list(query).calls.map(\.record.callID) == ["c56", "c41", "c40", "c2", "c1", "c0"])
    }

    private func fillMore(_ store: SQLiteRecordStore, _ range: Range<Int>) throws {
        for place in range { _ = try store.apply(ended("c\(place)", number: place % 4, at: Int64(place) * 1000), facts: facts, now: noon) }
    }

    @Test("first-time is right in lists and figures when an older call comes after the later ones are in blocks")
    func olderCall() throws {
        let store = try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny)
        for place in 1...30 { _ = try store.apply(ended("c\(place)", at: Int64(place) * 100_000, from: "+1312555\(1000 + place)"), facts: facts, now: noon) }
        func firsts() throws -> [String] {
            var query = CallQuery(.account("acme"))
            query.conditions = [RecordCondition(field: .firstTime, test: .flag(true))]
            return try store.list(query).calls.map(\.record.callID)
        }
        func count() throws -> Int {
            var count = 0
            try store.figures(account: "acme", range: noon..<noon.advanced(bySeconds: 1e6)) { count += $0.firstTime == true ? 1 : 0 }
            return count
        }
        #expect(try firsts().count == 30)
        _ = try store.apply(ended("older", at: 50_000, from: "+13125551007"), facts: facts, now: noon)
        #expect(try firsts() == (1...30).reversed().filter { $0 != 7 }.map { "c\($0)" } + ["older"])
        #expect(try count() == 30)
        // It turns out to be a test: no part of any past.
        _ = try store.apply([told("older", .note, at: 60_000) { $0.isTest = true; $0.note = "x" }], facts: facts, now: noon)
        #expect(try firsts() == (1...30).reversed().map { "c\($0)" })
        #expect(try count() == 30)
    }

    @Test("pages neither skip nor double a call while calls arrive, late and out of order")
    func paging() throws {
        let store = try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny)
        var random = SeededGenerator(seed: 7)
        for place in 0..<200 { _ = try store.apply(ended("c\(place)", at: Int64.random(in: 0..<500, using: &random) * 1000), facts: facts, now: noon) }
        var query = CallQuery(.account("acme"))
        query.limit = 1000
        let expected = try store.list(query).calls.map(\.record.callID)
        query.limit = 7
        var seen: [String] = []
        var new = 0
        repeat {
            let page = try store.list(query)
            seen += page.calls.map(\.record.callID)
            query.cursor = page.next
            for _ in 0..<5 {
                new += 1
                _ = try store.apply(ended("new\(new)", at: Int64.random(in: 0..<500, using: &random) * 1000), facts: facts, now: noon)
            }
        } while query.cursor != nil
        #expect(expected.count == 200)
        #expect(seen.filter { $0.hasPrefix("c") } == expected)
        #expect(Set(seen).count == seen.count)
    }

    @Test("a caller with more calls than are counted has all of them told in the record, and filters agree")
    func manyCalls() throws {
        let store = try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny)
        for place in 0..<60 { _ = try store.apply(ended("c\(place)", at: Int64(place) * 1000), facts: facts, now: noon) }
        func find(_ comparison: RecordCondition.Comparison, _ bound: Double) throws -> [String] {
            var query = CallQuery(.account("acme"))
            query.limit = 100
            query.conditions = [RecordCondition(field: .priorCalls, test: .number(comparison, bound))]
            return try store.list(query).calls.map(\.record.callID)
        }
        #expect(try store.call("c59")?.record.priorCalls == 59)
        #expect(try find(.equal, 7) == ["c7"])
        #expect(try find(.equal, 45) == ["c45"])
        #expect(try find(.more, 57) == ["c59", "c58"])
        #expect(try find(.less, 2) == ["c1", "c0"])
    }

    @Test("calls that are deleted one after the other leave the others' earlier calls right, also for the next process")
    func deletedOneByOne() throws {
        func check(_ store: SQLiteRecordStore) throws {
            var query = CallQuery(.account("acme"))
            query.limit = 100
            let records = try store.list(query).calls.map(\.record)
            #expect(records.count == 15)
            for count in 0..<15 {
                query.conditions = [RecordCondition(field: .priorCalls, test: .number(.equal, Double(count)))]
                #expect(try store.list(query).calls.map(\.record.callID) == records.filter { $0.priorCalls == count }.map(\.callID), "\(count)")
            }
        }
        do {
            let store = try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny)
            for place in 0..<24 { _ = try store.apply(ended("c\(place)", number: 0, at: Int64(place) * 1000), facts: facts, now: noon) }
            let edge = Timestamp(milliseconds: noon.milliseconds + 9000)
            for _ in 0..<9 { #expect(try store.deleteCalls(account: "acme", before: edge, limit: 1) == 1) }
            #expect(try store.deleteCalls(account: "acme", before: edge, limit: 1) == 0)
            try check(store)
        }
        try check(try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny))
    }

    @Test("a file of the second schema is brought forward with all its calls, also when that is interrupted")
    func migration() throws {
        do {
            let store = try SQLiteRecordStore(folder: folder.path)
            try fill(store, 90)
        }
        do {
            let database = try Database(path: folder.path + "/calls.db")
            try database.execute(Self.secondSchema)
            try database.setUserVersion(2)
        }
        func check(_ store: SQLiteRecordStore) throws {
            var query = CallQuery(.account("acme"))
            query.limit = 100
            #expect(try store.list(query).calls.map(\.record.callID) == (0..<90).reversed().filter { $0 % 4 != 3 }.map { "c\($0)" })
            #expect(try store.call("c88")?.record.priorCalls == 66)
        }
        try check(try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny))
        try check(try SQLiteRecordStore(folder: folder.path, sizes: Self.tiny))
    }

    @Test("a file whose indexes are not in parts yet is brought forward: its calls are found by id and by caller")
    func whole() throws {
        do {
            let store = try SQLiteRecordStore(folder: folder.path, indexes: Self.tinyIndexes)
            try fill(store, 90)
        }
        do {
            let database = try Database(path: folder.path + "/calls.db")
            try database.execute(Self.ninthSchema)
            try database.setUserVersion(9)
        }
        for _ in 0..<2 {
            let store = try SQLiteRecordStore(folder: folder.path, indexes: Self.tinyIndexes)
            #expect(try store.call("c0")?.record.priorCalls == 0)
            #expect(try store.call("c88")?.record.priorCalls == 66)
            #expect(try store.apply(ended("c44", at: 44_000), facts: facts, now: noon).newCalls == 0)
        }
    }

    /// Brings a file of today back to what the ninth schema made of the same calls.
    static let ninthSchema = """
        DROP TABLE erased_calls;
        DROP TABLE call_keys; DROP TABLE call_keys_parts; DROP TABLE call_keys_filters;
        DROP TABLE caller_calls; DROP TABLE caller_calls_parts; DROP TABLE caller_calls_filters;
        CREATE TABLE call_keys (key INTEGER NOT NULL, call INTEGER NOT NULL, PRIMARY KEY (key, call)) WITHOUT ROWID;
        CREATE TABLE caller_calls (
            caller INTEGER NOT NULL, started_at INTEGER NOT NULL, call INTEGER NOT NULL, account INTEGER NOT NULL, number INTEGER NOT NULL,
            PRIMARY KEY (caller, started_at, call)) WITHOUT ROWID;
        INSERT INTO call_keys SELECT key, id FROM calls;
        INSERT INTO caller_calls SELECT caller, started_at, id, account, coalesce(number, 0) FROM calls WHERE caller IS NOT NULL;
        INSERT OR REPLACE INTO settings (name, value) SELECT 'keys_written', max(id) FROM calls;
        INSERT OR REPLACE INTO settings (name, value) SELECT 'caller_calls_written', max(id) FROM calls;
        """

    /// Brings a file of today back to what the second schema made of the same calls.
    static let secondSchema = """
        DROP TABLE conversion_targets; DROP TABLE conversions_exported; DROP TABLE recorded_spans;
        DROP TABLE web_accounts; DROP TABLE web_visitors; DROP TABLE web_views; DROP TABLE web_leases; DROP TABLE web_numbers;
        DROP TABLE web_refusals; DROP TABLE web_pool_calls; DROP TABLE web_calls; DROP TABLE web_callers; DROP TABLE web_due;
        \(ninthSchema)
        DROP TABLE blocks; DROP TABLE block_columns; DROP TABLE late_calls; DROP TABLE caller_calls;
        DELETE FROM settings WHERE name IN ('blocks_written', 'caller_calls_written');
        DELETE FROM names WHERE substr(text, 1, 1) IN ('o', 'p', 'l', 'c') AND scope <> 0;
        CREATE INDEX calls_by_time ON calls (account, started_at);
        CREATE INDEX calls_by_number ON calls (number, started_at) WHERE number IS NOT NULL;
        CREATE INDEX calls_by_source ON calls (source, started_at) WHERE source IS NOT NULL;
        CREATE INDEX calls_by_destination ON calls (destination, started_at) WHERE destination IS NOT NULL;
        CREATE INDEX calls_by_outcome ON calls (account, outcome, started_at) WHERE outcome IS NOT NULL;
        CREATE INDEX calls_hidden ON calls (account, started_at, hidden) WHERE hidden > 0;
        CREATE TABLE caller_keys (key INTEGER NOT NULL, call INTEGER NOT NULL, PRIMARY KEY (key, call)) WITHOUT ROWID;
        INSERT INTO caller_keys (key, call) SELECT caller, id FROM calls WHERE caller IS NOT NULL;
        """
}
