import CallAttribution
import CallModel

/// June 2026 in New York with as many calls as asked for, from a hundred sources and a third as many callers.
struct ReportCalls {
    private let calls: [CallFigures]
    private let names: InternedNames
    private let zone: ZoneRules
    private let buckets: TimeBuckets

    /// - Throws: `LoadError` where this machine has no time zones.
    init(_ count: Int) throws(LoadError) {
        guard let zone = ZoneRules.named("America/New_York") else { throw LoadError(.conduct, "this machine knows no America/New_York; install tzdata") }
        let first = 20_605 // 2026-06-01
        let period = ReportPeriod(days: first...(first + 29), zone: zone)
        do throws(ReportError) { buckets = try TimeBuckets(period, step: .hour) } catch { throw LoadError(.conduct, error.message) }
        var names = InternedNames()
        let sources = (0..<100).map { names.number(TrafficSource(source: "source \($0)", medium: "cpc")) }
        let length = period.range.upperBound.milliseconds - period.range.lowerBound.milliseconds
        var calls: [CallFigures] = []
        calls.reserveCapacity(count)
        for place in 0..<count {
            var call = CallFigures(startedAt: Timestamp(milliseconds: period.range.lowerBound.milliseconds + length * Int64(place) / Int64(count)))
            // Steps that share no factor with the sizes: every source and caller comes, in no order.
            call.caller = 13_120_000_000 + Int64(place * 7919 % max(1, count / 3))
            call.source = sources[place * 37 % sources.count]
            (call.firstTouch, call.lastTouch) = (call.source, call.source)
            call.outcome = CallOutcome.allCases[place % 4]
            call.talkSeconds = call.outcome == .answered ? 62.5 : 0
            call.ringSeconds = 12
            calls.append(call)
        }
        self.calls = calls
        self.names = names
        self.zone = zone
    }

    func tally(_ grouping: ReportGrouping) -> ReportTally {
        var tally = ReportTally(grouping, model: .recorded, zone: zone, buckets: buckets)
        for call in calls { tally.add(call) { names } }
        return tally
    }
}
