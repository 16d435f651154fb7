import CallAttribution
import CallModel
import CallStorage
import Testing

@Suite("Calls past their retention are deleted")
struct DeletingTests {
    private let facts = TestFacts()

    @Test("in shares, of one account, and are nobody's earlier calls", arguments: ErasingTests.Twin.allCases)
    func shares(twin: ErasingTests.Twin) throws {
        let folder = TestFolder()
        let store = try twin.store(folder)
        _ = try store.apply((0..<10).map { routed("c\($0)", number: $0 == 3 ? 3 : 0, at: Int64($0) * 1000) }, facts: facts, now: noon)
        let edge = noon.advanced(bySeconds: 6)
        #expect(try store.call("c9")?.record.priorCalls == 8)
        #expect(try store.deleteCalls(account: "acme", before: edge, limit: 3) == 3)
        #expect(try store.deleteCalls(account: "acme", before: edge, limit: 3) == 2)
        #expect(try store.deleteCalls(account: "acme", before: edge, limit: 3) == 0)
        #expect(try store.deleteCalls(account: "nobody", before: edge, limit: 3) == 0)
        #expect(try store.list(CallQuery(.account("acme"))).calls.map(\.record.callID) == ["c9", "c8", "c7", "c6"])
        #expect(try store.call("c6")?.record.firstTime == true && store.call("c9")?.record.priorCalls == 3)
        // One that is told again is a new call.
        #expect(try store.apply([routed("c1", at: 1000)], facts: facts, now: noon).newCalls == 1)
        #expect(try store.call("c9")?.record.priorCalls == 4)
    }

    @Test("those that no account has go by themselves", arguments: ErasingTests.Twin.allCases)
    func unmatched(twin: ErasingTests.Twin) throws {
        let folder = TestFolder()
        let store = try twin.store(folder)
        _ = try store.apply([routed("c0"), rejectedUnknown("u0"), rejectedUnknown("u9", at: 9000)], facts: facts, now: noon)
        #expect(try store.deleteCalls(account: nil, before: noon.advanced(bySeconds: 6), limit: 3) == 1)
        #expect(try store.list(CallQuery(.unmatched)).calls.map(\.record.callID) == ["u9"])
        #expect(try store.call("c0") != nil)
    }

    @Test("web visitors go whom nothing younger tells of and no call shows", arguments: ErasingTests.Twin.allCases)
    func visitors(twin: ErasingTests.Twin) throws {
        let folder = TestFolder()
        let store = try twin.store(folder)
        let facts = FactsBook()
        facts.take(try WebTimeline(seed: 0).directory)
        func visit(_ visitor: String, _ number: String, at seconds: Double) throws -> WebInput {
            let at = noon.advanced(bySeconds: seconds)
            return WebInput(
                account: "acme", visitor: visitor, at: at, told: .view(PageView(at: at, page: "https://acme.example/?utm_source=\(visitor)"), pool: "web"),
                lease: .init(number: try #require(PhoneNumber(e164: number)), end: at.advanced(bySeconds: 600), isOverflow: false))
        }
        try store.apply([
            try visit("gone", "+12125550180", at: 0), try visit("caller", "+12125550181", at: 0), try visit("back", "+12125550180", at: 2000),
            try visit("back", "+12125550180", at: 90_000),
        ])
        func call(_ id: String, _ number: String, at milliseconds: Int64) -> CallInput {
            told(id, .arrived, at: milliseconds) { ($0.to, $0.from, $0.eventID) = (number, "+1312555014\(id.suffix(1))", "e1") }
        }
        _ = try store.apply([call("c1", "+12125550181", at: 1000), call("c2", "+12125550180", at: 91_000_000)], facts: facts, now: noon)
        let (before, laterBefore) = (try store.call("c1")?.record, try store.call("c2")?.record)
        #expect(before?.source?.source == "caller" && laterBefore?.web?.firstTouch.source == "back")
        func deleted() throws -> Int {
            var (count, cursor) = (0, Int64(0))
            while true {
                let share = try store.deleteVisitors(account: "acme", before: noon.advanced(bySeconds: 50_000), from: cursor, limit: 2)
                count += share.deleted
                guard let next = share.next else { return count }
                cursor = next
            }
        }
        #expect(try deleted() == 1 && deleted() == 0)
        while try store.correctCalls(limit: 10) == 10 {}
        #expect(try store.call("c1")?.record == before && store.call("c2")?.record == laterBefore)
        _ = try store.apply([call("c3", "+12125550180", at: 1000)], facts: facts, now: noon)
        #expect(try store.call("c3")?.record.web == nil)
        // With his last call he goes as well.
        #expect(try store.deleteCalls(account: "acme", before: noon.advanced(bySeconds: 50_000), limit: 10) == 2)
        #expect(try deleted() == 1)
    }

    @Test("and after a restart every later call is found, whatever rows were free")
    func rows() throws {
        let folder = TestFolder()
        var store: SQLiteRecordStore? = try SQLiteRecordStore(folder: folder.path)
        for round in 0..<4 {
            let calls = (0..<20).map { routed("r\(round)-\($0)", at: Int64(round) * 100_000 + Int64($0)) }
            _ = try store?.apply(calls, facts: facts, now: noon)
            // All of them, so that the last row is free as well.
            let deleted = try store?.deleteCalls(account: "acme", before: noon.advanced(bySeconds: Double(round * 100 + 50)), limit: 1000)
            #expect(deleted == 20)
            store = nil
            store = try SQLiteRecordStore(folder: folder.path)
        }
        _ = try store?.apply([routed("last", at: 900_000)], facts: facts, now: noon)
        store = nil
        store = try SQLiteRecordStore(folder: folder.path)
        #expect(try store?.call("last")?.record.priorCalls == 0)
        #expect(try store?.apply([routed("last", at: 900_000)], facts: facts, now: noon).repeated == 1)
    }
}
