import CallAttribution
import CallModel
import Testing

@Suite("A record is a function of the set of its inputs (records.md §2)")
struct SetOfInputsTests {
    @Test("every order and repetition of a small set gives the same record", arguments: 0..<60)
    func everyOrder(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let inputs = Self.inputs(count: 5, &random)
        let expected = Self.withoutArrival(record(inputs))
        for order in Self.permutations(inputs) {
            #expect(Self.withoutArrival(record(order)) == expected, "seed \(seed)")
        }
    }

    @Test("shuffles and repetitions of a large set give the same record", arguments: 0..<60)
    func shuffles(seed: Int) {
        var random = SeededGenerator(seed: UInt64(1000 + seed))
        let inputs = Self.inputs(count: 14, &random)
        let expected = Self.withoutArrival(record(inputs))
        for _ in 0..<40 {
            let repeated = (inputs + (0..<7).map { _ in inputs[Int.random(in: 0..<inputs.count, using: &random)] }).shuffled(using: &random)
            #expect(Self.withoutArrival(record(repeated)) == expected, "seed \(seed)")
        }
    }

    @Test("every order of a call as it is really told gives the same record, and the same events count", arguments: 0..<300)
    func everyOrderOfCalls(seed: Int) {
        let inputs = PlausibleCall(seed: UInt64(10_000 + seed)).inputs
        let expected = Self.told(inputs)
        var random = SeededGenerator(seed: UInt64(seed))
        // Up to 720 orders all of them, of more a sample.
        let orders = inputs.count <= 6 ? Self.permutations(inputs) : (0..<60).map { _ in inputs.shuffled(using: &random) }
        for order in orders {
            #expect(Self.told(order) == expected, "seed \(seed)")
            let repeated = (order + order.prefix(Int.random(in: 0...order.count, using: &random))).shuffled(using: &random)
            #expect(Self.told(repeated) == expected, "seed \(seed), repeated")
        }
    }

    @Test("the calls that are tried have every outcome, end, kind of event and attempt")
    func coverage() {
        let calls = (0..<300).map { PlausibleCall(seed: UInt64(10_000 + $0)).inputs }
        let records = calls.map { record($0, now: Timestamp.writable.upperBound) }
        #expect(Set(records.compactMap(\.outcome)) == Set(CallOutcome.allCases))
        #expect(Set(records.compactMap(\.endedBy)) == ["caller", "destination", "platform"])
        #expect(Set(records.flatMap(\.attempts).map(\.result)).isSuperset(of: [.answered, .noAnswer, .busy, .congestion, .failed]))
        #expect(Set(records.compactMap(\.routedBy)) == ["flow", "fallback"])
        #expect(records.contains { $0.isTest } && records.contains { $0.flags.contains(.likelyVoicemail) } && records.contains { $0.flags.contains(.configError) })
        #expect(records.contains { $0.endReason == "no_terminal_event" } && records.contains { $0.callerNumber == nil })
        let kinds = calls.joined().compactMap { input in if case .event(let event) = input { event.kind } else { nil } }
        #expect(Set(kinds) == Set(CallEvent.Kind.allCases))
        #expect(calls.contains { $0.count <= 6 } && calls.contains { $0.count > 12 })
    }

    /// The record, and which events made it.
    private struct Told: Equatable {
        var record: CallRecord
        var open: CallRecord
        var decisive: Set<CallEvent>
    }

    private static func told(_ inputs: [Input]) -> Told {
        let history = history(inputs)
        let decisive = history.decisive(facts: billboard).events.map { history.events[$0] }
        return Told(
            record: withoutArrival(history.record(facts: billboard, now: Timestamp.writable.upperBound)), open: withoutArrival(history.record(facts: billboard)),
            decisive: Set(decisive))
    }

    @Test("a record made step by step never leaves a terminal state", arguments: 0..<60)
    func terminal(seed: Int) {
        var random = SeededGenerator(seed: UInt64(2000 + seed))
        var history = CallHistory(callID: "c1")
        var wasFinished = false
        for input in Self.inputs(count: 12, &random) {
            switch input {
            case .exchange(let exchange): _ = history.add(exchange)
            case .event(let event): _ = history.add(event)
            case .word(let word): _ = history.add(word)
            }
            let isFinished = history.events.contains { $0.kind == .ended }
            #expect(!wasFinished || history.record(facts: billboard).outcome != nil)
            wasFinished = wasFinished || isFinished
        }
        #expect(history.count == history.record(facts: billboard).revision)
    }

    private static func withoutArrival(_ record: CallRecord) -> CallRecord {
        var record = record
        record.flags.remove(.outOfOrder)
        return record
    }

    /// Different identities, few values: contradictions, ties and overlaps are the rule.
    private static func inputs(count: Int, _ random: inout SeededGenerator) -> [Input] {
        (0..<count).map { place in
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: .exchange(exchange(place, &random))
            case 2: .word(word(place, &random))
            default: .event(event(place, &random))
            }
        }
    }

    private static func word(_ place: Int, _ random: inout SeededGenerator) -> SaidWord {
        var word = PersonsWord()
        word.qualified = [nil, .yes, .no, .auto].randomElement(using: &random) ?? nil
        word.tags = [nil, [], ["vip"]].randomElement(using: &random) ?? nil
        word.note = [nil, "", "z"].randomElement(using: &random) ?? nil
        word.value = [nil, "", "9"].randomElement(using: &random) ?? nil
        word.spam = [nil, true, false].randomElement(using: &random) ?? nil
        return SaidWord(id: "w\(place)", at: after(Double(Int.random(in: 0...6, using: &random) * 5)), word: word)
    }

    private static func event(_ place: Int, _ random: inout SeededGenerator) -> CallEvent {
        let destinations = ["a", "b", ""]
        var event = CallEvent(
            callID: "c1", kind: CallEvent.Kind.allCases.randomElement(using: &random) ?? .ended,
            at: after(Double(Int.random(in: 0...6, using: &random) * 5)))
        switch place % 3 {
        case 0: event.eventID = "E\(place)"
        case 1: event.sequence = UInt64(place)
        default: event.attributes = ["place": "\(place)"]
        }
        event.destinationID = destinations.randomElement(using: &random) ?? ""
        if event.destinationID.isEmpty, event.kind == .attempt { event.destinationNumber = "212-555-0122" }
        if event.kind == .attempt {
            event.attempt = AttemptReport(
                result: ["busy", "answered", "NO_ANSWER", "503", "?"].randomElement(using: &random) ?? "",
                ringSeconds: Double(Int.random(in: 0...2, using: &random) * 5), cause: ["", "17", "1"].randomElement(using: &random) ?? "")
        }
        event.to = event.kind == .arrived ? "+12125550100" : ""
        event.routedBy = event.kind == .arrived && Bool.random(using: &random) ? "fallback" : ""
        event.endedBy = ["caller", "destination", "platform", ""].randomElement(using: &random) ?? ""
        event.durationSeconds = event.kind == .voicemail || event.kind == .ended ? Double(Int.random(in: 0...1, using: &random) * 20) : 0
        event.note = ["", "x", "y"].randomElement(using: &random) ?? ""
        event.tags = Bool.random(using: &random) ? [] : ["t\(place)"]
        event.amount = Bool.random(using: &random) ? "" : "\(place)"
        event.digits = "\(place % 10)"
        event.provider = ["", "twilio"].randomElement(using: &random) ?? ""
        event.spam = Bool.random(using: &random)
        return event
    }

    private static func exchange(_ place: Int, _ random: inout SeededGenerator) -> Exchange {
        let decisions = [
            connect("a", continuation: "k1"), connect("a", "b", continuation: "k2", type: "multi"), connect("c"), decision(.reject(cause: "closed", sipStatus: "")),
            decision(.reject(cause: "call_over", sipStatus: "")), decision(.voicemail(Voicemail(greeting: "", maxSeconds: 9))),
        ]
        let decision = Int.random(in: 0..<5, using: &random) == 0 ? nil : decisions.randomElement(using: &random)
        let at = Double(Int.random(in: 0...3, using: &random) * 5)
        if Bool.random(using: &random) { return route(decision, id: "x\(place)", at: at, status: decision == nil ? 14 : 0) }
        let report = AttemptReport(destinationID: ["a", "b"].randomElement(using: &random) ?? "", result: "no_answer", ringSeconds: 5)
        return proceed(
            "x\(place)", at: at, continuation: ["k1", "k2", ""].randomElement(using: &random) ?? "", attempts: Bool.random(using: &random) ? [] : [report],
            digits: "\(place % 10)", status: decision == nil ? 4 : 0, decision)
    }

    private static func permutations(_ inputs: [Input]) -> [[Input]] {
        guard let last = inputs.last else { return [[]] }
        return permutations(inputs.dropLast()).flatMap { shorter in
            (0...shorter.count).map { place in
                var longer = shorter
                longer.insert(last, at: place)
                return longer
            }
        }
    }
}
