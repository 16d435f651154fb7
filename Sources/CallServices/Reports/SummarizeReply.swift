import CallAttribution
import CallModel
import CallStorage
import MessageWire

/// What `CallLog/Summarize` answers.
///
/// `{account, by, model, period, previous_period, rows, rest, total, hidden, gaps, next}`:
/// - `period`: `{from, to, zone, since, until}`: the days, both included, and the moments, the end excluded; the days are null where all calls were asked for. `previous_period` likewise, null where none is compared with.
/// - `rows`: each has the member that `by` names, MEASURES, and `previous` with the MEASURES of the period before where that is compared with. In a dimension the member is the value, null for the calls that have none; `hour_of_day` 0 to 23, `weekday` mon to sun. In a series it is `2026-06-03T01:00:00-04:00`, `2026-06-03`, `2026-W23` or `2026-06`, with `start`, the first moment by the clock of the zone, and `state`: recorded, partial (with `missing_minutes`, in which no broker was up), missing (no broker was up in all of it: MEASURES are null) or ahead (it has not begun).
/// - `rest`: null, or `values`, how many rows `top` left out, with the MEASURES of them together.
/// - `total`: MEASURES; its `calls` are the number of calls whatever the model.
/// - `hidden`: `{spam, test}`, the calls of the period that are in no report.
/// - `gaps`: `[{since, until}]`, the times of the period in which no broker was up, those of five minutes or less left out.
/// - `next`: null, or the `offset` of the rows that did not fit.
///
/// MEASURES: `calls`, `unique_callers`, `first_time`; `answered`, `missed`, `abandoned`, `voicemail`, `blocked`, `not_routed`, `failed`, `unknown`, `going_on`, which add up to `calls`; `qualified`, `conversions`; `value`, an amount for each currency, `none` where none was told; `average_ring_seconds` of the calls that rang, `average_talk_seconds` of the answered ones, `answer_rate` of those that have ended, 0 to 1: null where there are none. Counts are whole but under the model split.
struct SummarizeReply {
    private let request: SummarizeRequest
    private let made: ReportMaking
    private let now: Timestamp

    init(_ request: SummarizeRequest, _ made: ReportMaking, now: Timestamp) {
        self.request = request
        self.made = made
        self.now = now
    }

    /// - Parameter limit: bytes at most, within which as many rows are told as fit, one at least.
    func body(limit: Int) -> [UInt8] {
        let rows = made.report.rows
        var texts: [JSON] = []
        var size = 0
        var place = min(request.offset, rows.count)
        let frame = head.utf8.count + 64
        while place < rows.count {
            let row = row(rows[place], place)
            size += row.utf8.count + 1
            guard texts.isEmpty || frame + size <= limit else { break }
            texts.append(row)
            place += 1
        }
        guard case .object(var members) = head else { return [] }
        members.append(JSON.Member("rows", .array(texts)))
        members.append(JSON.Member("next", place < rows.count ? .integer(Int64(place)) : .null))
        return JSON.object(members).utf8
    }

    private var head: JSON {
        let hidden: JSON = ["spam": .integer(Int64(made.hidden.spam)), "test": .integer(Int64(made.hidden.test))]
        return [
            "account": .string(request.account), "by": .string(request.grouping.word), "model": .string(request.model.rawValue),
            "period": period(made.period), "previous_period": request.isCompared ? period(made.period?.previous) : .null,
            "total": .object(measures(made.report.total) + previous(made.report.previousTotal)), "rest": rest, "hidden": hidden, "gaps": .array(gaps),
        ]
    }

    private var rest: JSON {
        guard let rest = made.report.rest else { return .null }
        return .object([JSON.Member("values", .integer(Int64(rest.values)))] + measures(rest.sums) + previous(rest.previous))
    }

    private func period(_ period: ReportPeriod?) -> JSON {
        guard let period else { return ["from": .null, "to": .null, "zone": .string(request.zone.name), "since": .null, "until": .null] }
        return [
            "from": .string(period.first.text), "to": .string(period.last.text), "zone": .string(period.zone.name),
            "since": .string(period.range.lowerBound.rfc3339), "until": .string(period.range.upperBound.rfc3339),
        ]
    }

    private var gaps: [JSON] {
        let range = made.period?.range ?? Timestamp.writable.lowerBound..<Timestamp.writable.upperBound
        return made.recorded.gaps(in: range, now: now).filter { $0.upperBound.seconds(since: $0.lowerBound) > RecordedTime.tolerance }.map { gap in
            ["since": .string(gap.lowerBound.rfc3339), "until": .string(gap.upperBound.rfc3339)]
        }
    }

    private func row(_ row: Report.Row, _ place: Int) -> JSON {
        let name = request.grouping.word
        switch row.key {
        case .value(let value): return .object([JSON.Member(name, value.map { .string($0) } ?? .null)] + measures(row.sums) + previous(row.previous))
        case .place(let place):
            guard let buckets = made.buckets else {
                let key: JSON = request.grouping == .dimension(.weekday) ? .string("\(Weekday.allCases[place])") : .integer(Int64(place))
                return .object([JSON.Member(name, key)] + measures(row.sums) + previous(row.previous))
            }
            let bucket = buckets[place]
            let state = made.recorded.state(of: bucket, hasCalls: row.sums.calls > .zero, now: now)
            return .object(
                [JSON.Member(name, .string(buckets.name(place))), JSON.Member("start", .string(buckets.zone.clock(at: bucket.lowerBound)))]
                    + Self.members(of: state) + (state == .missing ? Self.nothing : measures(row.sums)) + previous(row.previous))
        }
    }

    private static func members(of state: RecordedTime.State) -> [JSON.Member] {
        switch state {
        case .recorded: [JSON.Member("state", "recorded")]
        case .partial(let seconds): [JSON.Member("state", "partial"), JSON.Member("missing_minutes", .integer(Int64((seconds / 60).rounded())))]
        case .missing: [JSON.Member("state", "missing")]
        case .ahead: [JSON.Member("state", "ahead")]
        }
    }

    private func previous(_ sums: ReportSums?) -> [JSON.Member] { sums.map { [JSON.Member("previous", .object(measures($0)))] } ?? [] }

    private static let counts: [(name: String, count: @Sendable (ReportSums) -> CallCount)] = [
        ("calls", { $0.calls }), ("unique_callers", { $0.uniqueCallers }), ("first_time", { $0.firstTime }), ("answered", { $0.answered }),
        ("missed", { $0.missed }), ("abandoned", { $0.abandoned }), ("voicemail", { $0.voicemail }), ("blocked", { $0.blocked }),
        ("not_routed", { $0.notRouted }), ("failed", { $0.failed }), ("unknown", { $0.unknown }), ("going_on", { $0.goingOn }),
        ("qualified", { $0.qualified }), ("conversions", { $0.conversions }),
    ]

    private func measures(_ sums: ReportSums) -> [JSON.Member] {
        let amounts = sums.valueByCurrency.map { (made.currencies[$0.currency] ?? "none", $0.amount) }.sorted { $0.0 < $1.0 }
        var members = Self.counts.map { JSON.Member($0.name, Self.number($0.count(sums))) }
        members.append(JSON.Member("value", .object(amounts.map { JSON.Member($0.0, Self.number($0.1, 1e4)) })))
        members.append(JSON.Member("average_ring_seconds", Self.number(sums.averageRingSeconds, 1e3)))
        members.append(JSON.Member("average_talk_seconds", Self.number(sums.averageTalkSeconds, 1e3)))
        members.append(JSON.Member("answer_rate", Self.number(sums.answerRate, 1e6)))
        return members
    }

    private static let nothing = (counts.map(\.name) + ["value", "average_ring_seconds", "average_talk_seconds", "answer_rate"]).map { JSON.Member($0, .null) }

    private static func number(_ count: CallCount) -> JSON { count.whole.map { .integer(Int64($0)) } ?? number(count.number, 1e6) }

    private static func number(_ value: Double?, _ steps: Double) -> JSON {
        guard let value else { return .null }
        let rounded = (value * steps).rounded() / steps
        return Int64(exactly: rounded).map { .integer($0) } ?? .number(rounded)
    }
}
