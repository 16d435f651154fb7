import CallAttribution
import CallModel
import CallStorage
import Testing

@Suite("Memory and disk give the same answers")
struct TwinTests {
    @Test("for random batches, restarts, queries and reports", arguments: 0..<12)
    func same(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let folder = TestFolder()
        // Of some numbers nothing is known in the beginning.
        var facts = TestFacts([TestFacts.all[1], TestFacts.all[3]])
        let memory = MemoryRecordStore()
        var disk = try SQLiteRecordStore(folder: folder.path, sizes: ColumnTests.tiny, indexes: ColumnTests.tinyIndexes)
        for round in 0..<30 {
            if round == 15 {
                facts = TestFacts()
                let matched = try Self.matchAll([disk, memory], facts)
                // Most of the seeds have some.
                #expect(matched > 0 || ![0, 1, 2].contains(seed))
            }
            let now = Timestamp(milliseconds: noon.milliseconds + Int64(round))
            let batch = (0..<Int.random(in: 1...20, using: &random)).map { _ in Self.input(&random) }
            #expect(try disk.apply(batch, facts: facts, now: now) == memory.apply(batch, facts: facts, now: now))
            if round == 10 {
                disk = try Self.reopened(&disk, folder)
                let later = noon.advanced(bySeconds: 14_405)
                #expect(try disk.closeOverdue(now: later, limit: 1000) == memory.closeOverdue(now: later, limit: 1000))
            }
            for _ in 0..<4 {
                let query = Self.query(&random)
                try Self.compare(try disk.list(query), try memory.list(query), query)
            }
            let conditions = try Self.conditions(of: memory, &random)
            for condition in conditions {
                var query = CallQuery([.account("acme"), .unmatched].randomElement(using: &random) ?? .unmatched)
                query.conditions = [condition]
                query.limit = Int.random(in: 1...15, using: &random)
                try Self.compare(try disk.list(query), try memory.list(query), query)
            }
            try Self.compareFigures(disk, memory)
            let question = try Self.question(&random)
            #expect(try disk.past(question) == memory.past(question))
        }
        for place in 0..<40 {
            let (stored, expected) = (try disk.call("c\(place)"), try memory.call("c\(place)"))
            #expect(stored?.record == expected?.record)
            #expect(stored?.history.events == expected?.history.events)
            #expect(stored?.history.exchanges == expected?.history.exchanges)
            #expect(stored?.history.words == expected?.history.words)
            #expect(stored?.isConversion == expected?.isConversion)
        }
        #expect(try disk.accounts() == memory.accounts())
        let range = noon..<noon.advanced(bySeconds: 20)
        #expect(try disk.sums(account: "acme", range: range) == memory.sums(account: "acme", range: range))
        #expect(try !memory.sums(account: "acme", range: range).isEmpty)
    }

    @Test("for the times that were noted, whatever their order and overlap", arguments: 0..<12)
    func recordedTime(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let folder = TestFolder()
        let memory = MemoryRecordStore()
        var disk = try SQLiteRecordStore(folder: folder.path)
        for round in 0..<40 {
            let from = noon.advanced(bySeconds: Double(Int.random(in: 0..<200, using: &random)))
            let span = from..<from.advanced(bySeconds: Double(Int.random(in: 0..<10, using: &random)))
            try memory.noteRecorded(span)
            try disk.noteRecorded(span)
            if round == 20 { disk = try Self.reopened(&disk, folder) }
            #expect(try disk.recordedTime() == memory.recordedTime())
        }
        #expect(try memory.recordedTime().spans.count > 1)
    }

    /// All unmatched calls whose numbers are known by now are an account's when this returns; how many they were.
    private static func matchAll(_ stores: [any RecordStore], _ facts: TestFacts) throws -> Int {
        let now = noon.advanced(bySeconds: 1)
        let counts = try stores.map { store in
            var count = 0
            var cursor: String?
            repeat {
                let share = try store.matchCalls(facts: facts, now: now, from: cursor, limit: 3)
                count += share.count
                cursor = share.next
            } while cursor != nil
            #expect(try store.matchCalls(facts: facts, now: now, from: nil, limit: 1000) == MatchedCalls(count: 0, next: nil))
            return count
        }
        #expect(counts[0] == counts[1])
        return counts[0]
    }

    private static func reopened(_ store: inout SQLiteRecordStore, _ folder: TestFolder) throws -> SQLiteRecordStore {
        // The old one must be gone first: a folder has one owner.
        store = try SQLiteRecordStore(folder: TestFolder().path)
        return try SQLiteRecordStore(folder: folder.path, sizes: ColumnTests.tiny, indexes: ColumnTests.tinyIndexes)
    }

    private static func compare(_ page: CallPage, _ expected: CallPage, _ query: CallQuery) throws {
        #expect(page.calls.map(\.record.callID) == expected.calls.map(\.record.callID), "\(query)")
        for (call, other) in zip(page.calls, expected.calls) where call.record != other.record { Issue.record("\(call.record) is not \(other.record)") }
        #expect(page.next == expected.next, "\(query)")
        #expect(page.hidden == expected.hidden, "\(query)")
    }

    /// Names are numbers of each store's own.
    private static func compareFigures(_ disk: SQLiteRecordStore, _ memory: MemoryRecordStore) throws {
        func lines(_ store: any RecordStore) throws -> [String] {
            var figures: [CallFigures] = []
            try store.figures(account: "acme", range: noon..<noon.advanced(bySeconds: 15)) { figures.append($0) }
            let names = store.reportNames
            return figures.map { call in
                let texts = [call.trackingNumber, call.destination, call.pool, call.landingPage, call.currency].map { names.text($0) ?? "-" }
                let sources = [call.source, call.firstTouch, call.lastTouch].map { names.source($0).map { "\($0)" } ?? "-" }
                var rest = call
                (rest.trackingNumber, rest.destination, rest.pool, rest.landingPage, rest.currency) = (0, 0, 0, 0, 0)
                (rest.source, rest.firstTouch, rest.lastTouch) = (0, 0, 0)
                return "\(rest) \(texts) \(sources)"
            }.sorted()
        }
        let (ours, theirs) = (try lines(disk), try lines(memory))
        #expect(ours.filter { !theirs.contains($0) } == theirs.filter { !ours.contains($0) })
        #expect(ours.count == theirs.count)
    }

    /// Of every field a condition that some call meets, and one that is as likely not met.
    private static func conditions(of store: MemoryRecordStore, _ random: inout SeededGenerator) throws -> [RecordCondition] {
        var query = CallQuery(.account("acme"))
        query.showsHidden = true
        query.limit = 100
        let records = try store.list(query).calls.map(\.record)
        guard let record = records.randomElement(using: &random) else { return [] }
        // All of them in each round would take minutes.
        return RecordField.allCases.shuffled(using: &random).prefix(6).map { field in
            switch record.value(of: field) {
            case .number(let number):
                RecordCondition(field: field, test: .number(RecordCondition.Comparison.allCases.randomElement(using: &random) ?? .equal, number + ([0, 0, 0.0001, -1].randomElement(using: &random) ?? 0)))
            case .flag(let flag): RecordCondition(field: field, test: .flag(flag))
            case .text(let text): RecordCondition(field: field, test: .text(text))
            case .list(let texts): RecordCondition(field: field, test: .text(texts.randomElement(using: &random) ?? "none"))
            case .none: RecordCondition(field: field, test: .text("none"))
            }
        }
    }

    private static func input(_ random: inout SeededGenerator) -> CallInput {
        let id = "c\(Int.random(in: 0..<40, using: &random))"
        let at = Int64.random(in: 0..<20_000, using: &random)
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return rejectedUnknown(id, at: at)
        case 5: return .word(callID: id, word(at, &random))
        case 1...4:
            let exchange = String(repeating: "\(Int.random(in: 0..<3, using: &random))", count: 32)
            return routed(id, number: Int.random(in: 0..<4, using: &random), at: at, id: exchange, from: caller(&random), isTest: Int.random(in: 0..<9, using: &random) == 0)
        default: return event(id, at, &random)
        }
    }

    private static func event(_ id: String, _ at: Int64, _ random: inout SeededGenerator) -> CallInput {
        let kind = CallEvent.Kind.allCases.randomElement(using: &random) ?? .ended
        return told(id, kind, at: at) { event in
            event.eventID = Bool.random(using: &random) ? "e\(Int.random(in: 0..<50, using: &random))" : ""
            event.sequence = UInt64.random(in: 0..<3, using: &random)
            if kind == .arrived {
                event.to = "+1212555010\(Int.random(in: 0..<4, using: &random))"
                event.from = caller(&random)
                event.routedBy = Bool.random(using: &random) ? "fallback" : ""
            }
            event.destinationID = ["", "a", "b"].randomElement(using: &random) ?? ""
            event.attempt = kind == .attempt ? AttemptReport(destinationID: "a", number: "1", result: "busy", ringSeconds: 2.5, cause: "17") : nil
            event.provider = "p"
            event.providerCallID = "P1"
            event.digits = kind == .digits ? "12" : ""
            event.cause = Bool.random(using: &random) ? "16" : ""
            event.durationSeconds = Double(Int.random(in: 0..<3, using: &random)) * 1.5
            event.url = Bool.random(using: &random) ? "https://rec.example/1" : ""
            event.tags = kind == .tagged ? ["a", "b"] : []
            event.note = kind == .note ? "a note" : ""
            event.amount = kind == .value ? "12.50" : ""
            event.currency = kind == .value ? "USD" : ""
            event.spam = kind == .spam && Bool.random(using: &random)
            event.isTest = Int.random(in: 0..<20, using: &random) == 0
            event.attributes = Bool.random(using: &random) ? [:] : ["x": "y"]
        }
    }

    private static func word(_ at: Int64, _ random: inout SeededGenerator) -> SaidWord {
        var word = PersonsWord()
        word.qualified = [nil, .yes, .no, .auto].randomElement(using: &random) ?? nil
        word.tags = [nil, [], ["vip", "b"]].randomElement(using: &random) ?? nil
        word.note = [nil, "", "said"].randomElement(using: &random) ?? nil
        word.value = [nil, "", "7"].randomElement(using: &random) ?? nil
        word.spam = [nil, true, false].randomElement(using: &random) ?? nil
        return SaidWord(id: "w\(Int.random(in: 0..<30, using: &random))", at: Timestamp(milliseconds: noon.milliseconds + at), by: "Kim", word: word)
    }

    private static func caller(_ random: inout SeededGenerator) -> String {
        ["+13125550142", "(312) 555-0143", "anonymous", "nobody's words"].randomElement(using: &random) ?? ""
    }

    private static func question(_ random: inout SeededGenerator) throws -> CallerQuestion {
        CallerQuestion(
            account: ["acme", "acme", "other", "nobody"].randomElement(using: &random) ?? "",
            caller: try #require(PhoneNumber(e164: "+1312555014\(Int.random(in: 2...4, using: &random))")), callID: "c\(Int.random(in: 0..<42, using: &random))",
            startedAt: noon.advanced(bySeconds: Double(Int.random(in: 0..<20, using: &random))),
            trackingNumber: "+1212555010\(Int.random(in: 0..<5, using: &random))", scope: Bool.random(using: &random) ? .account : .trackingNumber,
            windowDays: Int.random(in: 1...9, using: &random))
    }

    private static let conditions = [
        RecordCondition(field: .tags, test: .text("b")), RecordCondition(field: .tags, test: .unequalText("vip")), RecordCondition(field: .qualified, test: .flag(true)),
        RecordCondition(field: .note, test: .present(true)), RecordCondition(field: .callerNumber, test: .present(false)), RecordCondition(field: .source, test: .unequalText("Radio")),
        RecordCondition(field: .assignedValue, test: .text("spring")), RecordCondition(field: .source, test: .present(false)),
    ]

    private static func query(_ random: inout SeededGenerator) -> CallQuery {
        func maybe<Value>(_ value: @autoclosure () -> Value?) -> Value? { Int.random(in: 0..<4, using: &random) == 0 ? value() : nil }
        var query = CallQuery([.account("acme"), .account("other"), .account("nobody"), .unmatched].randomElement(using: &random) ?? .unmatched)
        query.require(.trackingNumber, maybe(["+12125550100", "+12125550101", "+19995550100"].randomElement(using: &random)))
        query.require(.source, maybe(["Billboard", "Radio", "x"].randomElement(using: &random)))
        query.require(.outcome, maybe(["answered", "missed", "abandoned", "unknown"].randomElement(using: &random)))
        if let condition = maybe(conditions.randomElement(using: &random)) { query.conditions.append(condition) }
        query.require(.destinationID, maybe(["a", "b"].randomElement(using: &random)))
        query.since = maybe(noon.advanced(bySeconds: Double(Int.random(in: 0..<20, using: &random))))
        query.until = maybe(noon.advanced(bySeconds: Double(Int.random(in: 0..<20, using: &random))))
        query.showsHidden = Bool.random(using: &random)
        query.limit = Int.random(in: 1...15, using: &random)
        return query
    }
}
