import CallAttribution
import CallModel
import CallStorage
import Testing

@Suite("What is stored is a function of what was told, not of when (records.md §1, §2)")
struct OrderTests {
    @Test("any order, repetition and batching of the same inputs, with restarts and closings between, stores the same records", arguments: 0..<20)
    func anyOrder(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let inputs = Self.inputs(&random)
        let expected = MemoryRecordStore()
        _ = try expected.apply(inputs, facts: TestFacts(), now: noon)
        try Self.closeAll(expected)
        var memory: any RecordStore = MemoryRecordStore()
        try Self.play(inputs, into: &memory, &random) { _ in }
        try Self.compare(memory, expected)
        let folder = TestFolder()
        var disk: any RecordStore = try SQLiteRecordStore(folder: folder.path)
        try Self.play(inputs, into: &disk, &random) { store in
            // The old one must be gone first: a folder has one owner.
            store = MemoryRecordStore()
            store = try SQLiteRecordStore(folder: folder.path)
        }
        try Self.compare(disk, expected)
    }

    @Test("an older call that comes late makes later ones repeats, and a real end reopens a call that was closed without one")
    func late() throws {
        let folder = TestFolder()
        for store in [MemoryRecordStore(), try SQLiteRecordStore(folder: folder.path)] as [any RecordStore] {
            _ = try store.apply([routed("c2", at: 5000), told("c2", .ended, at: 9000), routed("c3", at: 6000)], facts: TestFacts(), now: noon)
            #expect(try store.call("c2")?.record.firstTime == true)
            _ = try store.apply([routed("c1", at: 0)], facts: TestFacts(), now: noon)
            #expect(try store.call("c1")?.record.firstTime == true)
            #expect(try store.call("c2")?.record.priorCalls == 1)
            #expect(try store.call("c3")?.record.priorCalls == 2)
            try Self.closeAll(store)
            #expect(try store.call("c3")?.record.endReason == "no_terminal_event")
            #expect(try store.call("c3")?.record.outcome == .unknown)
            _ = try store.apply([told("c3", .ended, at: 7000) { $0.endedBy = "caller" }], facts: TestFacts(), now: noon)
            let record = try #require(try store.call("c3")?.record)
            #expect(record.outcome == .abandoned)
            #expect(record.durationSeconds == 1)
        }
    }

    /// Calls of few callers, so that most are somebody's second, and contradictory events of each.
    private static func inputs(_ random: inout SeededGenerator) -> [CallInput] {
        (0..<12).flatMap { place -> [CallInput] in
            let id = "c\(place)"
            let at = Int64(place % 5) * 1000
            let caller = ["+13125550142", "(312) 555-0143", "anonymous"].randomElement(using: &random) ?? ""
            var inputs: [CallInput] = []
            if place % 4 != 0 {
                let isTest = place == 7
                inputs.append(routed(id, number: place % 4, at: at, id: String(repeating: "\(place % 10)", count: 32), from: caller, isTest: isTest))
            } else {
                inputs.append(told(id, .arrived, at: at) { ($0.eventID, $0.to, $0.from, $0.routedBy) = ("E0", "+12125550100", caller, "fallback") })
            }
            for number in 1...Int.random(in: 1...6, using: &random) {
                let kind = [CallEvent.Kind.attempt, .answered, .ended, .ended, .voicemail, .spam, .note, .value].randomElement(using: &random) ?? .ended
                inputs.append(told(id, kind, at: at + Int64.random(in: 0...30, using: &random) * 1000) { event in
                    event.eventID = "E\(number)"
                    event.destinationID = ["a", "b", ""].randomElement(using: &random) ?? ""
                    if kind == .attempt { event.attempt = AttemptReport(destinationID: "a", result: ["busy", "NOANSWER", "answered"].randomElement(using: &random) ?? "", ringSeconds: 5) }
                    if kind == .ended { event.endedBy = ["caller", "destination", "platform", ""].randomElement(using: &random) ?? "" }
                    if kind == .spam { event.spam = Bool.random(using: &random) }
                    if kind == .value { (event.amount, event.currency) = ("\(number)", "USD") }
                    if kind == .note { event.note = "note \(number)" }
                })
            }
            return inputs
        }
    }

    private static func play(
        _ inputs: [CallInput], into store: inout any RecordStore, _ random: inout SeededGenerator, restart: (inout any RecordStore) throws -> Void
    ) throws {
        var rest = (inputs + (0..<inputs.count / 2).map { _ in inputs[Int.random(in: 0..<inputs.count, using: &random)] }).shuffled(using: &random)[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...12, using: &random))
            rest = rest.dropFirst(batch.count)
            _ = try store.apply(Array(batch), facts: TestFacts(), now: noon)
            if Int.random(in: 0..<5, using: &random) == 0 { try restart(&store) }
            if Int.random(in: 0..<5, using: &random) == 0 { try closeAll(store) }
        }
        try closeAll(store)
    }

    private static func closeAll(_ store: any RecordStore) throws {
        while try store.closeOverdue(now: noon.advanced(bySeconds: 20_000), limit: 5) > 0 {}
    }

    private static func compare(_ store: any RecordStore, _ expected: any RecordStore) throws {
        for place in 0..<12 {
            let record = try #require(try store.call("c\(place)")?.record)
            #expect(withoutArrival(record) == withoutArrival(try #require(try expected.call("c\(place)")?.record)), "c\(place)")
        }
        for account in ["acme", "other"] {
            var query = CallQuery(.account(account))
            query.showsHidden = false
            let (page, other) = (try store.list(query), try expected.list(query))
            #expect(Set(page.calls.map(\.record.callID)) == Set(other.calls.map(\.record.callID)))
            #expect(page.hidden == other.hidden)
            for caller in ["+13125550142", "+13125550143"] {
                let question = CallerQuestion(
                    account: account, caller: try #require(PhoneNumber(e164: caller)), callID: "now", startedAt: noon.advanced(bySeconds: 4),
                    trackingNumber: "+12125550101", scope: .account, windowDays: 9)
                #expect(try store.past(question) == expected.past(question))
            }
        }
    }

    private static func withoutArrival(_ record: CallRecord) -> CallRecord {
        var record = record
        record.flags.remove(.outOfOrder)
        record.updatedAt = nil
        return record
    }
}
