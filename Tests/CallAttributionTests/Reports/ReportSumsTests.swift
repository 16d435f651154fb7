import CallAttribution
import CallModel
import Testing

@Suite("Reports add up, whatever they are by (records.md §6)")
struct ReportSumsTests {
    private static let counts: [(String, @Sendable (ReportSums) -> CallCount)] = [
        ("calls", \.calls), ("first_time", \.firstTime), ("answered", \.answered), ("missed", \.missed), ("abandoned", \.abandoned),
        ("voicemail", \.voicemail), ("blocked", \.blocked), ("not_routed", \.notRouted), ("failed", \.failed), ("unknown", \.unknown), ("going_on", \.goingOn),
        ("qualified", \.qualified), ("conversions", \.conversions),
    ]

    private static func amounts(_ sums: ReportSums) -> [Int64: Double] {
        Dictionary(sums.valueByCurrency.map { ($0.currency, ($0.amount * 1e6).rounded() / 1e6) }) { $1 }
    }

    private static func sum(_ rows: [ReportSums], _ count: (ReportSums) -> CallCount) -> CallCount { rows.map(count).reduce(.zero, +) }

    /// Rows that must hold each call once.
    private static func expectWhole(_ rows: [ReportSums], _ total: ReportSums, calls: Int, _ what: String) {
        #expect(total.calls == CallCount(calls), "\(what)")
        for (name, count) in counts { #expect(sum(rows, count) == count(total), "\(name) of \(what)") }
        var values: [Int64: Double] = [:]
        for row in rows { for (currency, amount) in row.valueByCurrency { values[currency, default: 0] += amount } }
        for (currency, amount) in amounts(total) { #expect(abs((values[currency] ?? 0) - amount) < 1e-6, "value of \(what)") }
        for sums in rows + [total] {
            let outcomes: [CallCount] = [
                sums.answered, sums.missed, sums.abandoned, sums.voicemail, sums.blocked, sums.notRouted, sums.failed, sums.unknown, sums.goingOn,
            ]
            #expect(outcomes.reduce(.zero, +) == sums.calls, "outcomes of \(what)")
            #expect(sums.uniqueCallers <= sums.calls && sums.uniqueCallers <= total.uniqueCallers, "unique callers of \(what)")
            #expect(sums.conversions <= sums.qualified && sums.qualified <= sums.calls, "conversions of \(what)")
        }
        #expect(sum(rows, \.uniqueCallers) >= total.uniqueCallers, "unique callers of \(what)")
    }

    @Test("the total of every dimension and every model is the number of calls, in any order of the calls", arguments: 1...12 as ClosedRange<UInt64>)
    func dimensions(seed: UInt64) throws {
        let newYork = try zone("America/New_York")
        let random = RandomCalls([0, 1, 2, 7, 60, 400][Int(seed) % 6], in: try days("2026-05-01", "2026-06-30", newYork).range, seed: seed)
        var dice = SeededGenerator(seed: seed)
        for dimension in ReportDimension.allCases {
            for model in AttributionModel.allCases {
                let tally = random.tally(.dimension(dimension), model, zone: newYork)
                Self.expectWhole(tally.rows, tally.total, calls: random.calls.count, "\(dimension) by \(model), seed \(seed)")
                let other = random.tally(.dimension(dimension), model, zone: newYork, calls: random.calls.shuffled(using: &dice))
                let (one, another) = [tally, other].map { Report($0, previous: nil, grouping: .dimension(dimension), top: nil) }.pair
                #expect(one.rows.map(\.key) == another.rows.map(\.key) && one.rows.map(\.sums) == another.rows.map(\.sums))
                #expect(one.total == another.total)
            }
        }
    }

    @Test("the first rows and the rest are the whole, and the rest counts a caller once", arguments: 1...6 as ClosedRange<UInt64>)
    func rest(seed: UInt64) throws {
        let newYork = try zone("America/New_York")
        let random = RandomCalls(150, in: try days("2026-05-01", "2026-06-30", newYork).range, seed: seed)
        for model in AttributionModel.allCases {
            let whole = random.report(.dimension(.source), model, zone: newYork)
            let report = random.report(.dimension(.source), model, zone: newYork, top: 2)
            let rest = try #require(report.rest)
            #expect(report.rows.map(\.sums) == whole.rows.prefix(2).map(\.sums) && rest.values == whole.rows.count - 2)
            Self.expectWhole(report.rows.map(\.sums) + [rest.sums], report.total, calls: 150, "the first two sources by \(model)")
            let left = whole.rows.dropFirst(2).map(\.sums.uniqueCallers)
            #expect(rest.sums.uniqueCallers <= left.reduce(.zero, +) && rest.sums.uniqueCallers >= left.max() ?? .zero)
        }
        #expect(random.report(.dimension(.source), zone: newYork, top: 5).rest == nil)
    }

    @Test("half a call goes to each touch, a third of each half where three may have called")
    func split() throws {
        let utc = try zone("Etc/UTC")
        var names = InternedNames()
        let (ads, mail) = (names.number(TrafficSource(source: "ads")), names.number(TrafficSource(source: "mail")))
        var plain = CallFigures(startedAt: Timestamp(milliseconds: 0))
        (plain.source, plain.firstTouch, plain.lastTouch, plain.caller) = (ads, ads, mail, 7)
        var shared = plain
        shared.candidates = [(ads, ads), (ads, mail), (mail, mail)].map { .init(firstTouch: $0.0, lastTouch: $0.1, confidence: 1 / 3) }
        func calls(_ call: CallFigures, _ model: AttributionModel) -> [String?: Double] {
            var tally = ReportTally(.dimension(.source), model: model, zone: utc, buckets: nil)
            tally.add(call) { names }
            let report = Report(tally, previous: nil, grouping: .dimension(.source), top: nil)
            return Dictionary(uniqueKeysWithValues: report.rows.compactMap { row in if case .value(let value) = row.key { (value, row.sums.calls.number) } else { nil } })
        }
        #expect(calls(plain, .recorded) == ["ads": 1] && calls(plain, .firstTouch) == ["ads": 1] && calls(plain, .lastTouch) == ["mail": 1])
        #expect(calls(plain, .split) == ["ads": 0.5, "mail": 0.5] && calls(shared, .split) == ["ads": 0.5, "mail": 0.5])
        #expect(calls(shared, .recorded) == ["ads": 1] && calls(shared, .lastTouch) == ["mail": 1])
    }

    @Test("a caller counts once in all and once in each row; a withheld number is nobody's")
    func uniqueCallers() throws {
        let utc = try zone("Etc/UTC")
        var random = InternedNames()
        var tally = ReportTally(.dimension(.destination), model: .recorded, zone: utc, buckets: nil)
        for (caller, destination) in [(1, "a"), (1, "a"), (1, "b"), (2, "b"), (0, "b"), (0, "a")] as [(Int64, String)] {
            var call = CallFigures(startedAt: Timestamp(milliseconds: 0))
            (call.caller, call.destination) = (caller, random.number(destination))
            tally.add(call) { random }
        }
        #expect(tally.total.uniqueCallers == CallCount(2) && tally.rows.map(\.uniqueCallers) == [CallCount(1), CallCount(2)])
    }

    @Test("averages are of the calls that rang, and of the answered ones; nothing is divided by nothing")
    func averages() throws {
        var tally = ReportTally(.dimension(.pool), model: .recorded, zone: try zone("Etc/UTC"), buckets: nil)
        #expect(tally.total.averageRingSeconds == nil && tally.total.averageTalkSeconds == nil && tally.total.answerRate == nil)
        let calls: [(CallOutcome?, Float, Float)] = [(.answered, 4, 60), (.answered, 0, 30), (.missed, 20, 0), (.blocked, 0, 0), (nil, 6, 0)]
        for (outcome, ring, talk) in calls {
            var call = CallFigures(startedAt: Timestamp(milliseconds: 0))
            (call.outcome, call.ringSeconds, call.talkSeconds) = (outcome, ring, talk)
            tally.add(call) { InternedNames() }
        }
        #expect(tally.total.averageRingSeconds == 10 && tally.total.averageTalkSeconds == 45 && tally.total.answerRate == 0.5)
    }

    @Test("filters hold of what the record shows, whatever the model")
    func filters() throws {
        let utc = try zone("Etc/UTC")
        let random = RandomCalls(300, in: try days("2026-05-01", "2026-06-30", utc).range, seed: 5)
        let conditions = [
            RecordCondition(field: .source, test: .text("google")), RecordCondition(field: .answered, test: .flag(false)),
            RecordCondition(field: .ringSeconds, test: .number(.atLeast, 4)),
        ]
        var filter = try ReportFilter(conditions)
        let admitted = random.calls.filter { filter.admits($0) { random.names } }
        let expected = random.calls.filter {
            random.names.source($0.source)?.source == "google" && $0.outcome != nil && $0.outcome != .answered && $0.ringSeconds >= 4
        }
        #expect(admitted == expected && !expected.isEmpty)
        #expect(throws: ReportError.self) { try ReportFilter([RecordCondition(field: .digits, test: .text("1"))]) }
    }
}

extension Array {
    fileprivate var pair: (Element, Element) { (self[0], self[1]) }
}
