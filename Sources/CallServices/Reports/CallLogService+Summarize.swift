import CallAttribution
import CallModel
import CallStorage
import MessageWire

extension CallLogService {
    func summarize(_ json: JSON) throws(ServiceError) -> [UInt8] {
        let named = try json.optional("account", "string", \.string)
        let account = if let named { named } else { try onlyAccount() }
        try checkAccount(account)
        let settings = ledger.settings(of: account)
        let request = try SummarizeRequest(
            json, account: account, settings: settings, now: now(), conditions: try Self.conditions(json, country: settings?.country))
        // Compared, it starts where the period before does.
        try ledger.checkRetention(of: account, since: (request.isCompared ? request.period?.previous : request.period)?.range.lowerBound)
        let recorded = try read { store throws(StorageError) in try store.recordedTime() }
        let making = try browse { view throws(StorageError) in try ReportMaking(request, view, recorded) }
        return SummarizeReply(request, making, now: now()).body(limit: Self.largestReply)
    }

    /// Of the members that are fields of a record.
    private static func conditions(_ json: JSON, country: Country?) throws(ServiceError) -> [RecordCondition] {
        guard case .object(let members) = json else { return [] }
        var conditions: [RecordCondition] = []
        for member in members where !SummarizeRequest.members.contains(member.name) {
            conditions += try RecordConditions(country: country).read(member, besides: SummarizeRequest.members)
        }
        return conditions
    }
}

/// A report as it was made from a store, in one look at it.
struct ReportMaking: Sendable {
    let report: Report
    /// The days that it is about; nil: all calls, of which there is no first and last to be named.
    let period: ReportPeriod?
    let buckets: TimeBuckets?
    let recorded: RecordedTime
    let hidden: CallPage.Hidden
    /// The names of the currencies in it.
    let currencies: [Int64: String]

    init(_ request: SummarizeRequest, _ store: any RecordView, _ recorded: RecordedTime) throws(StorageError) {
        var period = request.period
        if case .series = request.grouping, period == nil { period = try Self.span(request, store) }
        self.period = period
        buckets = try Self.buckets(request.grouping, period)
        let range = period?.range ?? Timestamp.writable.lowerBound..<Timestamp.writable.upperBound
        let current = try Self.tally(request, store, range, buckets)
        var previous: ReportTally?
        if request.isCompared, let period { previous = try Self.tally(request, store, period.previous.range, buckets?.previous) }
        report = Report(current, previous: previous, grouping: request.grouping, top: request.top)
        let currencies = (current.rows + [current.total] + (previous.map { $0.rows + [$0.total] } ?? [])).flatMap { $0.valueByCurrency.map(\.currency) }
        let names = store.reportNames
        self.currencies = Dictionary(Set(currencies).compactMap { number in names.text(number).map { (number, $0) } }) { first, _ in first }
        self.recorded = recorded
        var query = CallQuery(.account(request.account))
        (query.since, query.until, query.limit) = (period?.range.lowerBound, period?.range.upperBound, 1)
        hidden = try store.list(query).hidden
    }

    private static func tally(
        _ request: SummarizeRequest, _ store: any RecordView, _ range: Range<Timestamp>, _ buckets: TimeBuckets?
    ) throws(StorageError) -> ReportTally {
        var tally = ReportTally(request.grouping, model: request.model, zone: request.zone, buckets: buckets)
        var filter = request.filter
        try store.figures(account: request.account, range: range) { call in
            guard filter.isEmpty || filter.admits(call, names: { store.reportNames }) else { return }
            tally.add(call) { store.reportNames }
        }
        return tally
    }

    private static func buckets(_ grouping: ReportGrouping, _ period: ReportPeriod?) throws(StorageError) -> TimeBuckets? {
        guard case .series(let step) = grouping, let period else { return nil }
        do throws(ReportError) { return try TimeBuckets(period, step: step) } catch { throw StorageError(.invalid, error.message) }
    }

    /// From the first call's day to the last one's; nil where there is none.
    private static func span(_ request: SummarizeRequest, _ store: any RecordView) throws(StorageError) -> ReportPeriod? {
        var (first, last) = (Timestamp.writable.upperBound, Timestamp.writable.lowerBound)
        var filter = request.filter
        try store.figures(account: request.account, range: Timestamp.writable.lowerBound..<Timestamp.writable.upperBound) { call in
            guard filter.isEmpty || filter.admits(call, names: { store.reportNames }) else { return }
            (first, last) = (min(first, call.startedAt), max(last, call.startedAt))
        }
        guard first <= last else { return nil }
        return ReportPeriod(days: request.zone.localTime(at: first).dayNumber...request.zone.localTime(at: last).dayNumber, zone: request.zone)
    }
}
