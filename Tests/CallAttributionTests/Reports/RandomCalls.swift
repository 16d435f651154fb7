import CallAttribution
import CallModel

/// Calls of every kind, reproducible.
struct RandomCalls {
    private(set) var names = InternedNames()
    private(set) var calls: [CallFigures] = []

    /// - Parameter range: within which they start.
    init(_ count: Int, in range: Range<Timestamp>, seed: UInt64) {
        var dice = SeededGenerator(seed: seed)
        func pick<T>(_ options: [T]) -> T { options.randomElement(using: &dice) ?? options[0] }
        let sources: [TrafficSource?] = [
            nil, TrafficSource(source: "google", medium: "cpc", campaign: "spring", keyword: "roof"), TrafficSource(source: "google", medium: "organic"),
            TrafficSource(source: "bing", medium: "cpc", campaign: "spring"), TrafficSource(source: "direct"), TrafficSource(source: "Radio", medium: "offline"),
        ]
        for _ in 0..<count {
            var call = CallFigures(startedAt: Timestamp(milliseconds: .random(in: range.lowerBound.milliseconds..<range.upperBound.milliseconds, using: &dice)))
            call.caller = pick([0, .random(in: 13_125_550_100...13_125_550_180, using: &dice)])
            call.trackingNumber = names.number(pick(["+12125550161", "+12125550162", nil]))
            call.destination = names.number(pick(["anna", "ben", nil]))
            call.pool = names.number(pick(["web", nil]))
            call.landingPage = names.number(pick(["/", "/roofs", nil]))
            call.source = names.number(pick(sources))
            call.firstTouch = names.number(pick(sources))
            call.lastTouch = names.number(pick(sources))
            let count = pick([0, 0, 0, 2, 3, 5, 7, 17])
            let weights = (0..<count).map { _ in Double.random(in: 0.01...1, using: &dice) }
            call.candidates = weights.map {
                .init(firstTouch: names.number(pick(sources)), lastTouch: names.number(pick(sources)), confidence: $0 / weights.reduce(0, +))
            }
            call.outcome = pick(CallOutcome.allCases.map(Optional.some) + [nil])
            call.attribution = pick(AttributionCertainty.allCases)
            call.firstTime = call.caller == 0 ? nil : pick([true, false])
            call.qualified = pick([true, false, nil])
            call.isConversion = call.qualified == true && pick([true, true, false])
            call.value = pick([0, 0, 1_250_000, 33, -10_000])
            call.currency = call.value == 0 ? 0 : names.number(pick(["USD", "EUR", nil]))
            call.ringSeconds = pick([0, 4.5, 20])
            call.talkSeconds = call.outcome == .answered ? pick([3, 61.25, 900]) : 0
            calls.append(call)
        }
    }

    func tally(_ grouping: ReportGrouping, _ model: AttributionModel = .recorded, zone: ZoneRules, buckets: TimeBuckets? = nil, calls: [CallFigures]? = nil) -> ReportTally {
        var tally = ReportTally(grouping, model: model, zone: zone, buckets: buckets)
        for call in calls ?? self.calls { tally.add(call) { names } }
        return tally
    }

    func report(_ grouping: ReportGrouping, _ model: AttributionModel = .recorded, zone: ZoneRules, buckets: TimeBuckets? = nil, top: Int? = nil) -> Report {
        Report(tally(grouping, model, zone: zone, buckets: buckets), previous: nil, grouping: grouping, top: top)
    }
}

func zone(_ name: String) throws -> ZoneRules {
    guard let zone = ZoneRules.named(name) else { throw ReportError("no zone \(name)") }
    return zone
}

func days(_ first: String, _ last: String, _ zone: ZoneRules) throws -> ReportPeriod {
    guard let period = try ReportPeriod.named(from: first, to: last, month: nil, last: nil, zone: zone, now: Timestamp(milliseconds: 0)) else {
        throw ReportError("no days")
    }
    return period
}
