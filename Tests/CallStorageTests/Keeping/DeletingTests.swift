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
