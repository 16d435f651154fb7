import CallAttribution
import CallModel
import CallStorage
import Testing

@Suite("An erased caller is forgotten, and only he (records.md §7)")
struct ErasingTests {
    private let facts = TestFacts()
    private let later = noon.advanced(bySeconds: 1000)

    /// Both kinds of store, by name, so that a test runs against each.
    enum Twin: String, CaseIterable {
        case memory, disk

        func store(_ folder: TestFolder) throws -> any RecordStore {
            switch self {
            case .memory: MemoryRecordStore()
            case .disk: try SQLiteRecordStore(folder: folder.path)
            }
        }
    }

    @Test("The person goes; times, outcome, tags, value and what was said of his past stay", arguments: Twin.allCases)
    func stays(twin: Twin) throws {
        let folder = TestFolder()
        let store = try twin.store(folder)
        let (him, other) = (TestPerson(1), TestPerson(2))
        _ = try store.apply(him.inputs("c1", at: 0) + him.inputs("c2", at: 60_000) + other.inputs("c3", at: 30_000), facts: facts, now: noon)
        let before = try ["c1", "c2", "c3"].map { try #require(try store.call($0)).record }
        let summary = try store.erase(try #require(him.phone), account: "acme", at: later, limit: 100)
        #expect(summary.calls == 2 && summary.parts.exchanges == 4 && summary.parts.events == 16 && summary.parts.recordings == 4 && summary.parts.notes == 2)
        for (place, id) in ["c1", "c2"].enumerated() {
            var expected = before[place]
            expected.callerNumber = nil
            expected.callerName = nil
            expected.note = nil
            expected.recordingURL = nil
            expected.digits = nil
            expected.providerCallID = nil
            expected.tags = ["roof"]
            expected.trace = before[place].trace.map { TraceStep(node: $0.node, destinationID: $0.destinationID, verdict: $0.verdict, reason: "") }
            expected.erasedAt = later
            expected.updatedAt = later
            #expect(try store.call(id)?.record == expected)
        }
        // That it is erased is none of its events' word.
        #expect(try store.call("c1")?.log.allSatisfy { $0.recordWithout?.erasedAt == later } == true)
        #expect(try store.call("c3")?.record == before[2])
        #expect(before[1].priorCalls == 1 && before[1].outcome == .voicemail)
        let past = try store.past(
            CallerQuestion(
                account: "acme", caller: try #require(him.phone), callID: "c9", startedAt: later, trackingNumber: "+12125550100", scope: .account,
                windowDays: 365))
        #expect(past.isFirstTime && past.answered.isEmpty)
        #expect(try store.erase(try #require(him.phone), account: "acme", at: later.advanced(bySeconds: 1), limit: 100) == ErasureSummary())
        #expect(try store.call("c1")?.record.erasedAt == later)
    }

    @Test("What is told again changes nothing; what is told late is stripped; a later call is a first call", arguments: Twin.allCases)
    func late(twin: Twin) throws {
        let folder = TestFolder()
        let store = try twin.store(folder)
        let him = TestPerson(3)
        let inputs = him.inputs("c1", at: 0)
        let early = inputs.filter { if case .event(let event) = $0 { event.kind != .note && event.kind != .ended } else { true } }
        // Only an event that does not say whose call it is.
        let orphan = told("c2", .note, at: 20_000) { $0.note = him.secret }
        _ = try store.apply(early + [orphan], facts: facts, now: noon)
        _ = try store.erase(try #require(him.phone), account: "acme", at: later, limit: 100)
        let erased = try #require(try store.call("c1")).record
        #expect(try store.apply(early, facts: facts, now: later) == ApplySummary(applied: 0, repeated: early.count, newCalls: 0))
        #expect(try store.call("c1")?.record == erased)

        #expect(try store.apply(inputs + him.inputs("c2", at: 19_000), facts: facts, now: later).repeated == early.count)
        let ended = try #require(try store.call("c1"))
        #expect(ended.record.outcome == .voicemail && ended.record.note == nil && ended.record.erasedAt == later && ended.record.revision == inputs.count)
        let second = try #require(try store.call("c2"))
        #expect(second.record.erasedAt == later && second.record.callerNumber == nil && second.record.note == nil && second.record.firstTime == nil)
        #expect(second.record.outcome == .voicemail)
        for call in [ended, second] {
            #expect(!call.history.events.contains { !$0.note.isEmpty || !$0.from.isEmpty || !$0.digits.isEmpty || !$0.attributes.isEmpty })
        }
        #expect(try store.apply(inputs, facts: facts, now: later).applied == 0)

        _ = try store.apply(him.inputs("c3", at: 1_000_001) + him.inputs("c4", at: 1_100_000), facts: facts, now: later)
        let third = try #require(try store.call("c3")).record
        #expect(third.callerNumber == him.number && third.firstTime == true && third.erasedAt == nil && third.note != nil)
        #expect(try store.call("c4")?.record.priorCalls == 1)
    }

    @Test("Whatever was told, in whatever order, totals stay as they were and other callers untouched", arguments: 0..<12)
    func totals(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let folder = TestFolder()
        let stores: [any RecordStore] = [try SQLiteRecordStore(folder: folder.path), MemoryRecordStore()]
        let people = (0..<3).map { TestPerson($0) }
        var inputs = (0..<30).flatMap { place in
            people[place % 3].inputs("c\(place)", at: Int64.random(in: 0..<90, using: &random) * 1000, number: Int.random(in: 0..<4, using: &random))
                .filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
        }
        inputs.shuffle(using: &random)
        let cut = Int.random(in: 0...inputs.count, using: &random)
        for store in stores {
            for start in stride(from: 0, to: cut, by: 17) { _ = try store.apply(Array(inputs[start..<min(cut, start + 17)]), facts: facts, now: noon) }
            let before = try Self.state(store)
            for account in ["acme", "other"] {
                // In shares of two, so that one follows another.
                while try store.erase(try #require(people[0].phone), account: account, at: later, limit: 2).isPartial {}
            }
            let after = try Self.state(store)
            #expect(after.totals == before.totals)
            for (id, record) in after.records where record.erasedAt == nil { #expect(record == before.records[id]) }
            for (id, record) in before.records where record.callerNumber == people[0].number {
                let erased = try #require(after.records[id])
                #expect(erased.erasedAt == (record.account == nil ? nil : later))
                #expect(erased.firstTime == record.firstTime && erased.priorCalls == record.priorCalls && erased.outcome == record.outcome)
                #expect(erased.qualified == record.qualified && erased.qualifiedRule == record.qualifiedRule && erased.value == record.value)
            }
            _ = try store.apply(Array(inputs[cut...]), facts: facts, now: later)
        }
        #expect(try Self.state(stores[0]).records == Self.state(stores[1]).records)
    }

    @Test("Also out of the unmatched log, where a front reported the call itself, and what comes late of it", arguments: Twin.allCases)
    func unmatched(twin: Twin) throws {
        let folder = TestFolder()
        let store = try twin.store(folder)
        let him = TestPerson(4)
        func arrival(_ id: String, to number: String) -> CallInput { told(id, .arrived, at: 0) { ($0.to, $0.from, $0.eventID) = (number, him.number, "e1") } }
        _ = try store.apply([arrival("stray", to: "+12125550177"), arrival("theirs", to: "+12125550103")], facts: facts, now: noon)
        #expect(try store.call("stray")?.record.account == nil && store.call("theirs")?.record.account == "other")
        #expect(try store.erase(try #require(him.phone), account: "acme", at: later, limit: 100).calls == 1)
        #expect(try store.call("stray")?.record.callerNumber == nil && store.call("stray")?.record.erasedAt == later)
        #expect(try store.call("theirs")?.record.callerNumber == him.number)
        _ = try store.apply([arrival("late", to: "+12125550178")], facts: facts, now: later)
        #expect(try store.call("late")?.record.callerNumber == nil)
    }

    private static func state(_ store: any RecordStore) throws -> (records: [String: CallRecord], totals: [String: [String?: SourceSum]]) {
        var records: [String: CallRecord] = [:]
        for place in 0..<30 { records["c\(place)"] = try store.call("c\(place)")?.record }
        var totals: [String: [String?: SourceSum]] = [:]
        for account in ["acme", "other"] { totals[account] = try store.sums(account: account, range: noon..<noon.advanced(bySeconds: 1000)) }
        return (records, totals)
    }
}
