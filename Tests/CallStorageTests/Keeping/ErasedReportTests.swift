import CallAttribution
import CallModel
import CallStorage
import Foundation
import SQLite
import Testing

@Suite("Reports say of erased callers what they said before (records.md §7)")
struct ErasedReportTests {
    private static let callers = ["+13125550142", "+13125550143", "+13125550144"]
    private let later = noon.advanced(bySeconds: 100_000)

    private func fill(_ store: any RecordStore, seed: Int) throws -> WebTimeline {
        let timeline = try WebTimeline(seed: seed)
        let facts = FactsBook()
        facts.take(timeline.directory)
        try store.apply(timeline.visits)
        _ = try store.apply(timeline.calls, facts: facts, now: noon)
        while try store.correctCalls(limit: 100) == 100 {}
        return timeline
    }

    private func erase(_ caller: String, from store: any RecordStore) throws {
        let phone = try #require(PhoneNumber(e164: caller))
        // In shares, so that one follows another.
        while try store.erase(phone, account: "acme", at: later, limit: 3).isPartial {}
        while try store.correctCalls(limit: 100) == 100 {}
    }

    @Test("by source under every model, by certainty and in all: calls, unique callers, first-time ones, conversions", arguments: 0..<4)
    func totals(seed: Int) throws {
        let folder = TestFolder()
        let stores: [any RecordStore] = [try SQLiteRecordStore(folder: folder.path), MemoryRecordStore()]
        var made: [[String: [String]]] = []
        for store in stores {
            _ = try fill(store, seed: seed)
            let before = try reports(store)
            #expect(before["source split"]?.contains { $0.contains("uniqueCallers: \(CallCount(0))") } == false)
            for caller in Self.callers.dropLast() {
                try erase(caller, from: store)
                #expect(try reports(store) == before)
            }
            made.append(before)
        }
        #expect(made[0].mapValues(\.count) == made[1].mapValues(\.count))
    }

    @Test("who calls again is another caller, and two who are erased stay two", arguments: ErasingTests.Twin.allCases)
    func persons(twin: ErasingTests.Twin) throws {
        let folder = TestFolder()
        let store = try twin.store(folder)
        let facts = TestFacts()
        let (one, other) = (TestPerson(1), TestPerson(2))
        _ = try store.apply(one.inputs("c1", at: 0) + one.inputs("c2", at: 9_000) + other.inputs("c3", at: 20_000), facts: facts, now: noon)
        for person in [one, other] { _ = try store.erase(try #require(person.phone), account: "acme", at: later, limit: 100) }
        var persons = try persons(store)
        #expect(persons.count == 3 && Set(persons).count == 2 && persons.allSatisfy { $0 < 0 })
        _ = try store.apply(one.inputs("c4", at: 200_000_000), facts: facts, now: later)
        #expect(try Set(self.persons(store)).count == 3)
        _ = try store.erase(try #require(one.phone), account: "acme", at: noon.advanced(bySeconds: 300_000), limit: 100)
        persons = try self.persons(store)
        #expect(persons.count == 4 && Set(persons).count == 3 && persons.allSatisfy { $0 < 0 })
    }

    @Test("whose erasure was cut off by a crash is one caller after the rest of it, and nothing is kept of who that is")
    func interrupted() throws {
        let folder = TestFolder()
        let him = TestPerson(1)
        let phone = try #require(him.phone)
        var store: SQLiteRecordStore? = try SQLiteRecordStore(folder: folder.path)
        _ = try store?.apply(him.inputs("c1", at: 0) + him.inputs("c2", at: 9_000) + him.inputs("c3", at: 20_000), facts: TestFacts(), now: noon)
        #expect(try store?.erase(phone, account: "acme", at: later, limit: 1).isPartial == true)
        store = nil
        let again = try SQLiteRecordStore(folder: folder.path)
        #expect(try again.erase(phone, account: "acme", at: later.advanced(bySeconds: 5), limit: 100).calls == 2)
        let persons = try persons(again)
        #expect(persons.count == 3 && Set(persons).count == 1 && persons[0] < 0)
        let file = try Database(path: folder.path + "/calls.db", access: .readOnly)
        #expect(try file.number("SELECT count(*) FROM erasing") == 0)
    }

    private func persons(_ store: any RecordStore) throws -> [Int64] {
        var persons: [Int64] = []
        try store.figures(account: "acme", range: noon..<noon.advanced(bySeconds: 1_000_000)) { persons.append($0.caller) }
        return persons
    }

    @Test("what was no conversion before stays none", arguments: ErasingTests.Twin.allCases)
    func duplicates(twin: ErasingTests.Twin) throws {
        let folder = TestFolder()
        let store = try twin.store(folder)
        let inputs = ["c1", "c2"].enumerated().flatMap { place, id in
            let at = Int64(place) * 100_000
            return [
                routed(id, number: 2, at: at), told(id, .answered, at: at + 5000) { $0.destinationID = "a" }, told(id, .ended, at: at + 60_000),
            ]
        }
        _ = try store.apply(inputs, facts: TestFacts(), now: noon)
        func conversions() throws -> [Bool] { try ["c1", "c2"].map { try #require(try store.call($0)).isConversion } }
        func counted() throws -> Int {
            var count = 0
            try store.figures(account: "acme", range: noon..<noon.advanced(bySeconds: 1_000_000)) { count += $0.isConversion ? 1 : 0 }
            return count
        }
        #expect(try conversions() == [true, false] && counted() == 1)
        _ = try store.erase(try #require(PhoneNumber(e164: "+13125550142")), account: "acme", at: later, limit: 100)
        #expect(try conversions() == [true, false] && counted() == 1)
    }

    @Test("the page that an erased caller's visit began at stands in no file any more, another's stays", arguments: [TraceTests.small, BlockSizes()])
    func pages(sizes: BlockSizes) throws {
        let folder = TestFolder()
        let store = try SQLiteRecordStore(folder: folder.path, sizes: sizes)
        let facts = FactsBook()
        facts.take(try WebTimeline(seed: 0).directory)
        func page(_ who: String) -> String { "https://acme.example/roofs?utm_source=mail&who=\(who)" }
        func visit(_ who: String, _ number: String) throws -> WebInput {
            WebInput(
                account: "acme", visitor: "visitor of \(who)", at: noon, told: .view(PageView(at: noon, page: page(who)), pool: "web"),
                lease: .init(number: try #require(PhoneNumber(e164: number)), end: noon.advanced(bySeconds: 600), isOverflow: false))
        }
        try store.apply([try visit("alpha", "+12125550180"), try visit("beta", "+12125550181")])
        func call(_ id: String, _ to: String, _ from: String) -> [CallInput] {
            [
                told(id, .arrived, at: 1000) { ($0.to, $0.from, $0.eventID) = (to, from, "e1") }, told(id, .ended, at: 20_000) { $0.eventID = "e2" },
            ]
        }
        _ = try store.apply(call("c1", "+12125550180", Self.callers[0]) + call("c2", "+12125550181", Self.callers[1]), facts: facts, now: noon)
        // So many that they stand in blocks, where those are small.
        for place in 0..<20 {
            _ = try store.apply((0..<10).flatMap { call("d\(place)-\($0)", "+12125550101", Self.callers[2]) }, facts: facts, now: noon)
        }
        func isKept(_ who: String) -> Bool {
            ["calls.db", "calls.db-wal"].contains { file in
                FileManager.default.contents(atPath: "\(folder.path)/\(file)")?.range(of: Data("who=\(who)".utf8)) != nil
            }
        }
        func pagesOfReports() throws -> Set<String> {
            var pages: Set<String> = []
            let names = store.reportNames
            try store.figures(account: "acme", range: noon..<later) { if let page = names.text($0.landingPage) { pages.insert(page) } }
            return pages
        }
        #expect(try isKept("alpha") && isKept("beta") && pagesOfReports() == [page("alpha"), page("beta")])
        try erase(Self.callers[0], from: store)
        #expect(try store.wipe())
        #expect(try !isKept("alpha") && isKept("beta") && pagesOfReports() == [page("beta")])
        // The same address is another's now.
        try store.apply([try visit("alpha", "+12125550189")])
        _ = try store.apply(call("c3", "+12125550189", Self.callers[2]), facts: facts, now: noon)
        #expect(try pagesOfReports() == [page("alpha"), page("beta")])
    }

    /// What every model's reports say, by what they are of, in lines.
    private func reports(_ store: any RecordStore) throws -> [String: [String]] {
        var reports: [String: [String]] = [:]
        let zone = try #require(ZoneRules.named("Etc/UTC"))
        func make(_ dimension: ReportDimension, _ model: AttributionModel) throws {
            var tally = ReportTally(.dimension(dimension), model: model, zone: zone, buckets: nil)
            try store.figures(account: "acme", range: noon..<noon.advanced(bySeconds: 1_000_000)) { tally.add($0) { store.reportNames } }
            let report = Report(tally, previous: nil, grouping: .dimension(dimension), top: nil)
            reports["\(dimension.rawValue) \(model.rawValue)"] = report.rows.map { "\($0.key): \($0.sums)" }.sorted() + ["\(report.total)"]
        }
        for model in AttributionModel.allCases { for dimension in [ReportDimension.source, .medium, .campaign] { try make(dimension, model) } }
        for dimension in [ReportDimension.outcome, .attribution, .pool, .trackingNumber, .hourOfDay] { try make(dimension, .recorded) }
        return reports
    }
}
