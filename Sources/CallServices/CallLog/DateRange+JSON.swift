import CallModel
import MessageWire

extension JSON {
    /// The range of `started_at` that a request asks for: `since` and `until`, RFC 3339 with the end excluded, or `from` and `to`, dates of `zone` with the end included (records.md §6).
    ///
    /// - Parameter standard: the zone where the request names none; nil: UTC.
    func range(of standard: ZoneRules?) throws(ServiceError) -> (since: Timestamp?, until: Timestamp?) {
        let since: Timestamp? = try time("since")
        let until: Timestamp? = try time("until")
        let (from, to) = (try date("from"), try date("to"))
        guard (since == nil || from == nil) && (until == nil || to == nil) else {
            throw ServiceError(.invalidArgument, "give either dates (from, to) or moments (since, until), not both for one end")
        }
        let zone = try zone("zone") ?? standard
        func start(_ day: Int) -> Timestamp { zone?.startOfDay(day) ?? Timestamp(milliseconds: Int64(day) * 86_400_000) }
        let range = (since: since ?? from.map { start($0.dayNumber) }, until: until ?? to.map { start($0.dayNumber + 1) })
        if let first = range.since, let end = range.until, first >= end {
            let names = "\(from == nil ? "since" : "from") is not before \(to == nil ? "until" : "to")"
            throw ServiceError(.invalidArgument, "\(names); give them the other way round")
        }
        return range
    }

    private func date(_ name: String) throws(ServiceError) -> CivilDate? {
        guard let text = try optional(name, "date; write it as \"2026-06-03\"", \.string) else { return nil }
        guard let date = CivilDate(text) else {
            throw ServiceError(.invalidArgument, "\(name) \"\(text.prefix(40))\" is no date; write it as \"2026-06-03\"")
        }
        return date
    }

    /// - Throws: INVALID_ARGUMENT that names the nearest zone for a name that is none.
    func zone(_ name: String) throws(ServiceError) -> ZoneRules? {
        guard let text = try optional(name, "string", \.string) else { return nil }
        if let zone = ZoneRules.named(text) { return zone }
        if text == "UTC" { return ZoneRules.named("Etc/UTC") }
        let nearest = nearestWord(to: text, among: ZoneRules.names).map { "did you mean \($0)?" } ?? "write one such as America/New_York"
        throw ServiceError(.invalidArgument, "zone \"\(text.prefix(64))\" is no time zone; \(nearest)")
    }
}
