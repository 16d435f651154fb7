import CallAttribution
import CallModel
import CallSimulation
import CallStorage
import SQLite
import Synchronization
import Testing

@Suite("What the web says of calls is a function of what was told, whatever order it came in")
struct WebStoreTests {
    private enum Told {
        case visit(WebInput)
        case call(CallInput)
    }

    /// Tells a store all of it, in batches of random sizes, and opens it anew now and then.
    private func tell(
        _ told: [Told], _ facts: FactsBook, _ random: inout SeededGenerator, to store: () throws -> any RecordStore, restart: () throws -> Void = {}
    ) throws {
        var rest = told[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...12, using: &random))
            rest = rest.dropFirst(batch.count)
            let visits = batch.compactMap { told -> WebInput? in if case .visit(let visit) = told { visit } else { nil } }
            let calls = batch.compactMap { told -> CallInput? in if case .call(let call) = told { call } else { nil } }
            if !visits.isEmpty { try store().apply(visits) }
            if !calls.isEmpty { _ = try store().apply(calls, facts: facts, now: noon) }
            // Not always: what is left is corrected later.
            if Int.random(in: 0..<3, using: &random) == 0 { _ = try store().correctCalls(limit: 3) }
            if Int.random(in: 0..<12, using: &random) == 0 { try restart() }
        }
        while try store().correctCalls(limit: 7) == 7 {}
    }

    private func plain(_ record: CallRecord?) -> CallRecord? {
        var record = record
        record?.updatedAt = nil
        // The one field that tells of arrival.
        record?.flags.remove(.outOfOrder)
        return record
    }

    @Test("a list on another thread says what the web says, and waits for nobody who writes", arguments: 0..<4)
    func reader(seed: Int) throws {
        let timeline = try WebTimeline(seed: seed)
        let facts = FactsBook()
        facts.take(timeline.directory)
        let folder = TestFolder()
        let store = try SQLiteRecordStore(folder: folder.path)
        try store.apply(timeline.visits)
        _ = try store.apply(timeline.calls, facts: facts, now: noon)
        while try store.correctCalls(limit: 100) == 100 {}
        var query = CallQuery(.account("acme"))
        (query.limit, query.showsHidden) = (1000, true)
        let expected = try store.list(query).calls.map(\.record)
        let opened = try store.openReader()
        let reader = try #require(opened)
        let asked = Mutex<[String]>([])
        try reader.begin(store.moment()) { id throws(StorageError) in
            asked.withLock { $0.append(id) }
            return nil
        }
        #expect(try reader.list(query).calls.map(\.record) == expected && expected.contains { $0.web != nil })
        // Who calls more often than is counted in the columns is looked up.
        let often = Set(expected.filter { $0.priorCalls ?? 0 >= 33 }.map(\.callID))
        #expect(Set(asked.withLock { $0 }).isSubset(of: often))
        reader.end()
    }

    @Test("a name that cannot be read is told, not shown as none")
    func names() throws {
        let folder = TestFolder()
        let store = try SQLiteRecordStore(folder: folder.path)
        _ = try store.apply([routed("c1")], facts: TestFacts(), now: noon)
        let damaged = try Database(path: folder.path + "/calls.db", access: .readWrite)
        try damaged.execute("UPDATE names SET id = id + 1000 WHERE text LIKE 'o%'")
        let opened = try store.openReader()
        let reader = try #require(opened)
        try reader.begin(store.moment()) { _ throws(StorageError) in nil }
        let error = #expect(throws: StorageError.self) {
            try reader.figures(account: "acme", range: noon..<noon.advanced(bySeconds: 1)) { _ = reader.reportNames.source($0.source) }
        }
        #expect(error?.code == .damaged)
        reader.end()
    }

    @Test("any order, doubled, in memory and on disk, through restarts: the same records as a simulation's, found by the same columns", arguments: 0..<24)
    func anyOrder(seed: Int) throws {
        let timeline = try WebTimeline(seed: seed)
        let simulated = try timeline.simulated()
        let facts = FactsBook()
        facts.take(timeline.directory)
        var random = SeededGenerator(seed: UInt64(seed) + 1000)
        let folder = TestFolder()
        let order = timeline.visits.map(Told.visit) + timeline.calls.map(Told.call)
        var disk: SQLiteRecordStore? = try SQLiteRecordStore(folder: folder.path)
        func stored() throws -> any RecordStore { try #require(disk) }
        try tell((order + order).shuffled(using: &random), facts, &random, to: stored) {
            // The old one must be gone before the next opens: a folder has one owner.
            disk = nil
            disk = try SQLiteRecordStore(folder: folder.path)
        }
        let memory = MemoryRecordStore()
        try tell(order.shuffled(using: &random), facts, &random, to: { memory })
        var certainties: Set<AttributionCertainty> = []
        for (id, expected) in simulated {
            certainties.insert(expected.attribution)
            let (onDisk, inMemory) = (try stored().call(id)?.record, try memory.call(id)?.record)
            #expect(plain(onDisk) == plain(expected), "\(id): \(onDisk?.json ?? "") instead of \(expected.json)")
            #expect(plain(inMemory) == plain(expected))
        }
        #expect(certainties.count >= 4)
        for source in ["google", "bing", "mail", "direct", "Website", "Billboard"] {
            var query = CallQuery(.account("acme"))
            query.require(.source, source)
            query.limit = 1000
            query.showsHidden = true
            let found = Set(try stored().list(query).calls.map(\.record.callID))
            #expect(found == Set(simulated.values.filter { $0.source?.source == source }.map(\.callID)), "\(source)")
        }
        let range = noon..<noon.advanced(bySeconds: 1_000_000)
        #expect(try stored().sums(account: "acme", range: range) == memory.sums(account: "acme", range: range))
        try compareHistories(timeline, try stored(), memory)
        try compareSessions(timeline, simulated, try stored(), memory)
    }

    @Test("a directory that comes after the calls: once they are looked at again, the same records as if it had been there", arguments: 0..<6)
    func lateDirectory(seed: Int) throws {
        let timeline = try WebTimeline(seed: seed)
        let simulated = try timeline.simulated()
        let facts = FactsBook()
        var random = SeededGenerator(seed: UInt64(seed) + 2000)
        let folder = TestFolder()
        let told = (timeline.visits.map(Told.visit) + timeline.calls.map(Told.call)).shuffled(using: &random)
        var disk: SQLiteRecordStore? = try SQLiteRecordStore(folder: folder.path)
        func stored() throws -> any RecordStore { try #require(disk) }
        let memory = MemoryRecordStore()
        let some = told.prefix(Int.random(in: 1...told.count, using: &random))
        try tell(Array(some), facts, &random, to: stored)
        try tell(Array(some), facts, &random, to: { memory })
        facts.take(timeline.directory)
        _ = try stored().matchCalls(facts: facts, now: noon, from: nil, limit: 5)
        // As a kill in the middle leaves it: from the first again.
        disk = nil
        disk = try SQLiteRecordStore(folder: folder.path)
        try matchAll(try stored(), facts, limit: 3)
        try matchAll(memory, facts, limit: 7)
        try tell(Array(told.dropFirst(some.count)), facts, &random, to: stored)
        try tell(Array(told.dropFirst(some.count)), facts, &random, to: { memory })
        // Without an overflow its number stays nobody's.
        let nobodys = Set(simulated.values.filter { $0.account == nil }.map(\.callID))
        for store in [try stored(), memory as any RecordStore] {
            var query = CallQuery(.unmatched)
            query.showsHidden = true
            query.limit = 1000
            #expect(Set(try store.list(query).calls.map(\.record.callID)) == nobodys)
        }
        for (id, expected) in simulated {
            #expect(plain(try stored().call(id)?.record) == plain(expected))
            #expect(plain(try memory.call(id)?.record) == plain(expected))
        }
        for source in ["google", "bing", "mail", "direct", "Website", "Billboard"] {
            var query = CallQuery(.account("acme"))
            query.require(.source, source)
            query.limit = 1000
            query.showsHidden = true
            #expect(try Set(stored().list(query).calls.map(\.record.callID)) == Set(simulated.values.filter { $0.source?.source == source }.map(\.callID)), "\(source)")
        }
        let range = noon..<noon.advanced(bySeconds: 1_000_000)
        #expect(try stored().sums(account: "acme", range: range) == memory.sums(account: "acme", range: range))
    }

    private func matchAll(_ store: any RecordStore, _ facts: FactsBook, limit: Int) throws {
        var cursor: String?
        repeat { cursor = try store.matchCalls(facts: facts, now: noon, from: cursor, limit: limit).next } while cursor != nil
        while try store.correctCalls(limit: 7) == 7 {}
    }

    /// What routing hears of a call's session is what its record says.
    private func compareSessions(_ timeline: WebTimeline, _ simulated: [String: CallRecord], _ disk: any RecordStore, _ memory: any RecordStore) throws {
        for record in simulated.values where record.trackingNumber != nil && !record.isTest {
            let number = try #require(record.trackingNumber.flatMap { PhoneNumber(e164: $0) })
            guard timeline.directory.trackingNumber(number)?.source == nil else { continue }
            let question = SessionQuestion(
                account: "acme", callID: record.callID, startedAt: record.startedAt, trackingNumber: number.e164, isOfPool: record.pool != nil,
                caller: record.callerNumber.flatMap { PhoneNumber(e164: $0) }, touch: timeline.directory.settings.touch, sources: timeline.directory.sources)
            let session = try disk.session(question)
            #expect(session.source == (record.web == nil ? nil : record.source) && session.page == record.web?.page && session.device == record.web?.device?.rawValue)
            #expect(try memory.session(question) == session)
        }
    }

    private func compareHistories(_ timeline: WebTimeline, _ disk: any RecordStore, _ memory: any RecordStore) throws {
        let pool = timeline.directory.pools[0]
        let query = PoolQuery(
            account: "acme", pool: "web", numbers: pool.numbers, overflow: pool.overflow, range: noon.advanced(bySeconds: 2000)..<noon.advanced(bySeconds: 6000))
        let days = [noon..<noon.advanced(bySeconds: 86_400)]
        let figures = try [disk, memory].map { store in
            try store.poolHistory(query).days(days, leaseSeconds: pool.leaseSeconds, cooldownSeconds: pool.cooldownSeconds, until: noon.advanced(bySeconds: 6000))
        }
        #expect(figures[0] == figures[1] && figures[0][0].leases > 0)
    }

    @Test("a visit that says the same twice is one, and a call's record does not wait for its page view")
    func late() throws {
        let store = try SQLiteRecordStore(folder: TestFolder().path)
        let directory = try WebTimeline(seed: 0).directory
        let facts = FactsBook()
        facts.take(directory)
        let number = directory.pools[0].numbers[0]
        let call = CallEvent(callID: "c", kind: .arrived, at: noon.advanced(bySeconds: 60), to: number.e164, from: "+13125550142", routedBy: "fallback")
        _ = try store.apply([.event(call)], facts: facts, now: noon)
        #expect(try store.call("c")?.record.poolNumberWithoutSession == true)
        let lease = WebInput.Lease(number: number, end: noon.advanced(bySeconds: 600), isOverflow: false)
        let view = PageView(at: noon, page: "https://acme.example/?gclid=G1")
        for _ in 0..<2 { try store.apply([WebInput(account: "acme", visitor: "v", at: noon, told: .view(view, pool: "web"), lease: lease)]) }
        // Whoever reads it hears it at once; what is found by columns follows.
        let record = try #require(try store.call("c")?.record)
        #expect(record.attribution == .certain && record.source?.source == "google" && record.web?.clicks == [.gclid: "G1"])
        #expect(try store.correctCalls(limit: 10) == 1)
        #expect(try store.correctCalls(limit: 10) == 0)
        var query = CallQuery(.account("acme"))
        query.require(.source, "google")
        #expect(try store.list(query).calls.count == 1)
    }
}
