import CallAttribution
import CallModel
import MessageWire

/// What `CallLog/Summarize` is asked (records.md §6).
///
/// | member | is |
/// |---|---|
/// | `by` | a dimension (source, medium, campaign, keyword, landing_page, tracking_number, destination, pool, outcome, attribution, hour_of_day, weekday) or a step of time (hour, day, week, month) |
/// | `account?` | may be left out where only one has calls |
/// | `from?`, `to?` | days of the zone, both included; without `to` until today |
/// | `month?`, `last?` | in place of them: `"2026-06"`; `"30d"`, `"4w"`, `"3m"`, which end today. Without any: all calls |
/// | `zone?` | an IANA name; else the account's zone, else UTC |
/// | `model?` | recorded (what the record shows, as without it), first_touch, last_touch, split |
/// | `compare?` | true: beside the period before, of as many days |
/// | `top?` | so many rows of a dimension, the others being one: `rest` |
/// | `offset?` | the row to begin with: `next` of a reply that did not hold them all |
/// | any field that reports know | only calls that have it so, as in ListCalls |
struct SummarizeRequest {
    let account: String
    let grouping: ReportGrouping
    let zone: ZoneRules
    /// Nil: all calls.
    let period: ReportPeriod?
    let model: AttributionModel
    let isCompared: Bool
    let top: Int?
    let offset: Int
    let filter: ReportFilter

    static let members = ["by", "account", "from", "to", "month", "last", "zone", "model", "compare", "top", "offset"]

    /// - Parameters:
    ///   - conditions: of the members that are none of these.
    ///   - settings: what an account's directory says; nil where none has come.
    init(
        _ json: JSON, account: String, settings: AccountSettings?, now: Timestamp, conditions: [RecordCondition]
    ) throws(ServiceError) {
        self.account = account
        guard let word = try json.optional("by", "string", \.string) else {
            throw ServiceError(.invalidArgument, "by is missing; use one of \(Self.list(ReportGrouping.words))")
        }
        guard let grouping = ReportGrouping(word) else {
            throw ServiceError(.invalidArgument, "by \"\(word.prefix(64))\" is nothing that a report is by; use one of \(Self.list(ReportGrouping.words))")
        }
        self.grouping = grouping
        let name = try json.optional("model", "string", \.string) ?? AttributionModel.recorded.rawValue
        guard let model = AttributionModel(rawValue: name) else {
            throw ServiceError(.invalidArgument, "model \"\(name.prefix(64))\" is unknown; use one of \(Self.list(AttributionModel.allCases.map(\.rawValue)))")
        }
        self.model = model
        guard let zone = try json.zone("zone") ?? settings?.zone ?? ZoneRules.named("Etc/UTC") else {
            throw ServiceError(.internal, "this machine knows no UTC; install tzdata")
        }
        self.zone = zone
        isCompared = try json.optional("compare", "boolean", \.bool) ?? false
        top = try Self.whole(json, "top", in: 1...100_000)
        offset = try Self.whole(json, "offset", in: 0...10_000_000) ?? 0
        let (from, to) = (try json.optional("from", "string", \.string), try json.optional("to", "string", \.string))
        let (month, last) = (try json.optional("month", "string", \.string), try json.optional("last", "string", \.string))
        do throws(ReportError) {
            period = try ReportPeriod.named(from: from, to: to, month: month, last: last, zone: zone, now: now)
            filter = try ReportFilter(conditions)
        } catch {
            throw ServiceError(.invalidArgument, error.message)
        }
        guard !isCompared || period != nil else {
            throw ServiceError(.invalidArgument, "compare needs a period to have one before it; give from and to, month or last")
        }
    }

    private static func whole(_ json: JSON, _ name: String, in range: ClosedRange<Int>) throws(ServiceError) -> Int? {
        try json.optional(name, "number from \(range.lowerBound) to \(range.upperBound)") { value in
            value.integer.flatMap { Int(exactly: $0) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}
