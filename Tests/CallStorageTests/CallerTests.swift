import CallAttribution
import CallModel
import CallStorage
import Foundation
import SQLite
import Testing

@Suite("A caller's calls in the store")
struct CallerTests {
    let folder = TestFolder()
    let facts = TestFacts()

    private func question(of caller: String = "+13125550142", at milliseconds: Int64) throws -> CallerQuestion {
        CallerQuestion(
            account: "acme", caller: try #require(PhoneNumber(e164: caller)), callID: "now", startedAt: Timestamp(milliseconds: noon.milliseconds + milliseconds),
            trackingNumber: "+12125550100", scope: .account, windowDays: 365)
    }

    private func answered(_ id: String, by destination: String, at milliseconds: Int64) -> [CallInput] {
        [
            routed(id, at: milliseconds), told(id, .answered, at: milliseconds + 5000) { $0.destinationID = destination },
            told(id, .ended, at: milliseconds + 60_000),
        ]
    }

    @Test("first-time and repeat are told of each call, an older call that comes later corrects the later one, and so qualification")
    func correction() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        _ = try store.apply(answered("c3", by: "a", at: 100_000), facts: facts, now: noon)
        #expect(try store.call("c3")?.record.firstTime == true)
        #expect(try store.call("c3")?.record.qualifiedRule == "new lead")
        #expect(try store.past(try question(at: 200_000)).converted.map(\.destinationID) == ["a"])
        _ = try store.apply([routed("c0"), routed("c1"), routed("c2", at: 1)], facts: facts, now: noon)
        let call = try #require(try store.call("c3"))
        #expect(call.record.priorCalls == 3)
        #expect(call.record.qualifiedRule == "long")
        #expect(try store.call("c1")?.record.priorCalls == 1)
        #expect(try store.list(CallQuery(.account("acme"))).calls.map(\.record.priorCalls) == [3, 2, 1, 0])
    }

    @Test("of a caller who calls all the time every call has its earlier ones, in any order, also where some turn out to be another's", arguments: 0..<1)
    func crowd(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let stores: [any RecordStore] = [try SQLiteRecordStore(folder: folder.path), MemoryRecordStore()]
        let starts = (0..<700).map { _ in Int64.random(in: 0..<400_000_000, using: &random) }
        var inputs = starts.enumerated().map { place, at in told("c\(place)", .arrived, at: at) { ($0.to, $0.from, $0.eventID) = ("+12125550100", "+13125550142", "e1") } }
        for place in stride(from: 0, to: 700, by: 9) { inputs.append(routed("c\(place)", at: starts[place] + 500, from: "+1312555015\(place % 2)")) }
        inputs.shuffle(using: &random)
        var pasts: [[String: Int?]] = []
        for store in stores {
            for start in stride(from: 0, to: inputs.count, by: 40) {
                _ = try store.apply(Array(inputs[start..<min(inputs.count, start + 40)]), facts: facts, now: noon)
            }
            var query = CallQuery(.account("acme"))
            query.limit = 1000
            let calls = try store.list(query).calls
            #expect(calls.count == 700)
            pasts.append(Dictionary(uniqueKeysWithValues: calls.map { ($0.record.callID, $0.record.priorCalls) }))
        }
        #expect(pasts[0] == pasts[1])
    }

    @Test("a past is the same while keys wait, while they are written and after, also by the next process")
    func lateKeys() throws {
        // More than wait in memory, so that a share of them goes to the file with each batch, and more than a part has.
        let (calls, callers) = (15_000, 1_000)
        var sizes = IndexSizes()
        sizes.partBits = 11
        sizes.waiting = 1500
        func caller(_ place: Int) -> String { "+1312556" + String(String(10_000 + place % callers).suffix(4)) }
        func check(_ store: SQLiteRecordStore) throws {
            for place in [0, 1, callers - 1] {
                let count = (calls - 1 - place) / callers + 1
                let last = place + (count - 1) * callers
                #expect(try store.call("call-\(last)")?.record.priorCalls == count - 1)
                #expect(try store.call("call-\(place)")?.record.firstTime == true)
                #expect(try store.past(try question(of: caller(place), at: Int64(calls))).isFirstTime == false)
                var query = CallQuery(.account("acme"))
                query.conditions = [RecordCondition(field: .callerNumber, test: .text(caller(place)))]
                query.limit = 4
                var listed: [String] = []
                repeat {
                    let page = try store.list(query)
                    listed += page.calls.map(\.record.callID)
                    query.cursor = page.next
                } while query.cursor != nil
                #expect(listed == (0..<count).map { "call-\(last - $0 * callers)" })
            }
            #expect(try store.past(try question(at: Int64(calls))) == CallerPast(isFirstTime: true))
        }
        do {
            let store = try SQLiteRecordStore(folder: folder.path, indexes: sizes)
            for start in stride(from: 0, to: calls, by: 1000) {
                let batch = (start..<start + 1000).map { place in
                    told("call-\(place)", .arrived, at: Int64(place)) { event in
                        event.to = "+12125550100"
                        event.from = caller(place)
                    }
                }
                _ = try store.apply(batch, facts: facts, now: noon)
            }
            try check(store)
        }
        try check(try SQLiteRecordStore(folder: folder.path, indexes: sizes))
        let file = try Database(path: folder.path + "/calls.db", access: .readOnly)
        #expect(try file.number("SELECT count(DISTINCT place >> 50) FROM caller_calls") ?? 0 > 5)
    }

    @Test("a call that becomes another caller's is found by a process that comes after a crash, though that caller's other call waits")
    func changedBeforeCrash() throws {
        var sizes = IndexSizes()
        sizes.partBits = 6
        sizes.waiting = 32
        let lowest = "+13122220001"
        let store = try SQLiteRecordStore(folder: folder.path, indexes: sizes)
        // Of the second 32, of which only a few are in the file then, his comes first.
        for place in 0..<66 {
            let caller = place == 40 ? lowest : "+1312555\(1000 + place)"
            _ = try store.apply([told("c\(place)", .arrived, at: Int64(place)) { $0.to = "+12125550100"; $0.from = caller }], facts: facts, now: noon)
        }
        _ = try store.apply([routed("c5", at: 5, from: lowest)], facts: facts, now: noon)
        #expect(try store.call("c40")?.record.priorCalls == 1)
        let crashed = TestFolder()
        try FileManager.default.createDirectory(atPath: crashed.path, withIntermediateDirectories: true)
        for name in ["calls.db", "calls.db-wal"] { try FileManager.default.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(crashed.path)/\(name)") }
        let next = try SQLiteRecordStore(folder: crashed.path, indexes: sizes)
        #expect(try next.call("c40")?.record.priorCalls == 1)
        #expect(try next.erase(try #require(PhoneNumber(e164: lowest)), account: "acme", at: noon.advanced(bySeconds: 100), limit: 10).calls == 2)
    }

    @Test("a caller who called all the time and was erased calls again: those calls are counted")
    func erasedRobot() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        let robot = "+13125550199"
        for place in 0..<300 { _ = try store.apply([routed("c\(place)", at: Int64(place), from: robot)], facts: facts, now: noon) }
        #expect(try store.erase(try #require(PhoneNumber(e164: robot)), account: "acme", at: noon.advanced(bySeconds: 10), limit: 1000).calls == 300)
        for place in 0..<3 { _ = try store.apply([routed("n\(place)", at: 20_000 + Int64(place), from: robot)], facts: facts, now: noon) }
        #expect(try (0..<3).map { try store.call("n\($0)")?.record.priorCalls } == [0, 1, 2])
    }

    @Test("of a caller with very many calls what changes after a question is in the next answer")
    func busy() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        for place in 0..<100 { _ = try store.apply(answered("c\(place)", by: "a", at: Int64(place) * 1000), facts: facts, now: noon) }
        let asked = try question(at: 1_000_000)
        #expect(try store.past(asked).answered == [.init(destinationID: "a", at: noon.advanced(bySeconds: 104))])
        _ = try store.apply(answered("new", by: "b", at: 200_000), facts: facts, now: noon)
        #expect(try store.past(asked).answered.map(\.destinationID) == ["b", "a"])
        // The end came before the pick-up: nobody answered.
        _ = try store.apply([told("new", .ended, at: 200_001) { $0.eventID = "real" }], facts: facts, now: noon)
        #expect(try store.past(asked).answered.map(\.destinationID) == ["a"])
        #expect(try store.call("new")?.record.priorCalls == 100)
    }

    @Test("a caller who is told after the call is found, and the one told before is not")
    func changedCaller() throws {
        let store = try SQLiteRecordStore(folder: folder.path)
        _ = try store.apply([told("c1", .arrived, at: 0) { $0.to = "+12125550100"; $0.from = "+13125550143" }], facts: facts, now: noon)
        #expect(try store.past(try question(of: "+13125550143", at: 10)).isFirstTime == false)
        _ = try store.apply([routed("c1")], facts: facts, now: noon)
        #expect(try store.past(try question(of: "+13125550143", at: 10)).isFirstTime)
        #expect(try store.past(try question(at: 10)).isFirstTime == false)
    }

    @Test("a file of the first schema is brought forward with all its calls")
    func migration() throws {
        do {
            let store = try SQLiteRecordStore(folder: folder.path)
            _ = try store.apply(answered("c1", by: "a", at: 0) + answered("c2", by: "b", at: 100), facts: facts, now: noon)
        }
        do {
            let database = try Database(path: folder.path + "/calls.db")
            try database.execute(ColumnTests.secondSchema)
            try database.execute(
                """
                ALTER TABLE calls DROP COLUMN caller; ALTER TABLE calls DROP COLUMN answered_at; ALTER TABLE calls DROP COLUMN qualification;
                DROP TABLE caller_keys; DELETE FROM settings WHERE name LIKE 'callers%';
                """)
            try database.setUserVersion(1)
        }
        let store = try SQLiteRecordStore(folder: folder.path)
        #expect(try store.call("c2")?.record.priorCalls == 1)
        let past = try store.past(try question(at: 1000))
        #expect(past.answered.map(\.destinationID) == ["b", "a"])
        #expect(past.converted.map(\.destinationID) == ["b", "a"])
        let file = try Database(path: folder.path + "/calls.db", access: .readOnly)
        #expect(try file.number("SELECT count(*) FROM settings WHERE name = 'callers_to_fill'") == 0)
        #expect(try file.number("SELECT value FROM settings WHERE name = 'callers_written'") == 2)
    }
}
