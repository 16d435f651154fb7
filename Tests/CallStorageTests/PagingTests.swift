import CallAttribution
import CallModel
import CallStorage
import Testing

@Suite("A cursor goes through the calls that were there, each once, while new ones arrive")
struct PagingTests {
    private static func withStores(_ body: (any RecordStore) throws -> Void) throws {
        try body(MemoryRecordStore())
        let folder = TestFolder()
        try body(try SQLiteRecordStore(folder: folder.path))
    }

    @Test("newer, older and simultaneous arrivals between two pages double none and skip none", arguments: 0..<8)
    func arrivals(seed: Int) throws {
        try Self.withStores { store in
            var random = SeededGenerator(seed: UInt64(seed))
            let facts = TestFacts()
            var count = 0
            func arrive(_ many: Int) throws {
                var batch: [CallInput] = []
                for _ in 0..<many {
                    // Few moments: many calls share one.
                    batch.append(routed("c\(count)", at: Int64.random(in: 0..<12, using: &random) * 1000, from: "+1312555\(1000 + count)"))
                    count += 1
                }
                _ = try store.apply(batch, facts: facts, now: noon)
            }
            try arrive(60)
            var query = CallQuery(.account("acme"))
            query.limit = 7
            let before = Set((0..<count).map { "c\($0)" })
            var seen: [(id: String, startedAt: Timestamp)] = []
            repeat {
                let page = try store.list(query)
                seen += page.calls.map { ($0.record.callID, $0.record.startedAt) }
                query.cursor = page.next
                try arrive(5)
            } while query.cursor != nil
            #expect(Set(seen.map(\.id)).count == seen.count)
            #expect(before.subtracting(seen.map(\.id)).isEmpty)
            #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.startedAt >= $1.startedAt })
        }
    }

    @Test("with a filter that few pass, pages may be short, and nothing is lost")
    func filtered() throws {
        try Self.withStores { store in
            let batch = (0..<50).map { routed("c\($0)", at: Int64($0) * 1000, from: "+1312555\(1000 + $0)") }
            let tags = [7, 23, 31, 48].map { place in told("c\(place)", .tagged, at: 60_000) { $0.tags = ["vip", "x"] } }
            _ = try store.apply(batch + tags, facts: TestFacts(), now: noon)
            var query = CallQuery(.account("acme"))
            query.conditions = [RecordCondition(field: .tags, test: .text("vip"))]
            query.limit = 2
            var seen: [String] = []
            repeat {
                let page = try store.list(query)
                #expect(page.calls.count <= 2)
                seen += page.calls.map(\.record.callID)
                query.cursor = page.next
            } while query.cursor != nil
            #expect(seen == ["c48", "c31", "c23", "c7"])
        }
    }
}
