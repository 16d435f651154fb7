package import CallModel
import CallStorage
import MessageWire

/// Whose clicks are told what became of them (records.md §6).
package enum Advertiser: String, Hashable, Sendable, CaseIterable {
    case google, microsoft, meta

    /// The marks of its clicks; of a call with several the first counts.
    package var clicks: [ClickID] {
        switch self {
        case .google: [.gclid, .gbraid, .wbraid]
        case .microsoft: [.msclkid]
        case .meta: [.fbclid]
        }
    }

    /// What a conversion is called where nobody says otherwise.
    package var standardName: String {
        switch self {
        case .google, .microsoft: "Qualified call"
        case .meta: "Lead"
        }
    }
}

/// | method | request | reply |
/// |---|---|---|
/// | ListConversions | `{for, name?, since_last?}` and all of ListCalls but `show_hidden` | `{zone, conversions: [{call_id, click, click_id, clicked_at, at, local_time, offset, value, currency}], next}` |
/// | MarkConversions | `{for, name?, account?, call_ids}` | `{marked}`: they have been handed over; `since_last` lists them no more, once this is answered |
///
/// A conversion is a qualified call with a click id of the advertiser that duplicates none of its caller within the account's `conversion_dedupe_hours` (records.md §5). What was handed over is remembered for each name, for ever.
extension CallLogService {
    func listConversions(_ json: JSON) throws(ServiceError) -> [UInt8] {
        let advertiser = try json.advertiser
        var query = try query(json, besides: ["for", "name", "since_last"])
        guard !query.showsHidden else { throw ServiceError(.invalidArgument, "show_hidden: spam and test calls are no conversions; leave it away") }
        let isNewOnly = try json.optional("since_last", "boolean", \.bool) ?? false
        let target = try target(json, advertiser)
        if case .account(let owner) = query.scope {
            try checkAccount(owner)
            try ledger.checkRetention(of: owner, since: query.since)
        }
        query.countsHidden = false
        query.conditions.append(RecordCondition(field: .qualified, test: .flag(true)))
        if advertiser.clicks.count == 1, let click = advertiser.clicks.first { query.conditions.append(RecordCondition(field: click.field, test: .present(true))) }
        let (page, known) = try read { store throws(StorageError) in
            let page = try store.list(query)
            return (page, isNewOnly ? try store.exported(page.calls.map(\.record.callID), to: target) : [])
        }
        let zone = try json.zone("zone") ?? ledger.settings(of: target.account)?.zone
        let calls = page.calls.filter { $0.isConversion && !known.contains($0.record.callID) }
        return Self.reply(calls.compactMap { Conversion($0.record, advertiser) }, zone, next: page.next)
    }

    func markConversions(_ json: JSON) throws(ServiceError) -> [UInt8] {
        try json.checkMembers(["for", "name", "account", "call_ids"])
        let target = try target(json, try json.advertiser)
        let ids = try json.list("call_ids").compactMap(\.string)
        guard (1...10_000).contains(ids.count) else { throw ServiceError(.invalidArgument, "call_ids has \(ids.count) ids; give 1 to 10000 at once") }
        let marked = try serving { () throws(StorageError) in try ledger.markExported(ids, to: target, now: now()) }
        return Array(#"{"marked":\#(marked)}"#.utf8)
    }

    private func target(_ json: JSON, _ advertiser: Advertiser) throws(ServiceError) -> ConversionTarget {
        let named = try json.optional("account", "string", \.string)
        let account = if let named { named } else { try onlyAccount() }
        let name = try json.optional("name", "string", \.string) ?? advertiser.standardName
        guard (1...100).contains(name.count) else { throw ServiceError(.invalidArgument, "name has \(name.count) characters; give 1 to 100") }
        return ConversionTarget(account: account, advertiser: advertiser.rawValue, name: name)
    }

    private static func reply(_ conversions: [Conversion], _ zone: ZoneRules?, next: String?) -> [UInt8] {
        var json = JSONWriter(reserving: 256 + conversions.count * 256)
        json.object { json in
            json.key("zone"); json.text(zone?.name ?? "Etc/UTC")
            json.key("conversions"); json.array(conversions) { json, conversion in conversion.write(in: zone, into: &json) }
            json.key("next")
            if let next { json.text(next) } else { json.null() }
        }
        return json.bytes
    }
}

/// One call as an advertiser is told of it.
private struct Conversion {
    let callID: String
    let click: ClickID
    let clickID: String
    /// When the page was first seen with it.
    let clickedAt: Timestamp?
    let at: Timestamp
    let value: String?
    let currency: String?

    /// Nil without a click of the advertiser.
    init?(_ record: CallRecord, _ advertiser: Advertiser) {
        guard let click = advertiser.clicks.first(where: { record.web?.clicks[$0] != nil }), let clickID = record.web?.clicks[click] else { return nil }
        self.click = click
        self.clickID = clickID
        clickedAt = record.web?.clickedAt[click]
        callID = record.callID
        at = record.startedAt
        value = record.value
        currency = record.currency
    }

    func write(in zone: ZoneRules?, into json: inout JSONWriter) {
        let offset = zone?.offset(at: at) ?? 0
        // The local clock as if it were UTC, without its Z and milliseconds.
        let local = Timestamp(milliseconds: at.milliseconds + Int64(offset) * 1000).rfc3339.prefix(19)
        let minutes = abs(offset) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        json.object { json in
            json.key("call_id"); json.text(callID)
            json.key("click"); json.text(click.rawValue)
            json.key("click_id"); json.text(clickID)
            json.key("clicked_at"); json.time(clickedAt ?? at)
            json.key("at"); json.time(at)
            json.key("local_time"); json.text(String(local))
            json.key("offset"); json.text((offset < 0 ? "-" : "+") + two(minutes / 60) + two(minutes % 60))
            json.key("value")
            if let value { json.text(value) } else { json.null() }
            json.key("currency")
            if let currency { json.text(currency) } else { json.null() }
        }
    }
}

extension JSON {
    fileprivate var advertiser: Advertiser {
        get throws(ServiceError) {
            let names = Advertiser.allCases.map(\.rawValue).joined(separator: ", ")
            guard let named = try optional("for", "advertiser; use one of \(names)", { $0.string.flatMap(Advertiser.init) }) else {
                throw ServiceError(.invalidArgument, "for is missing; use one of \(names)")
            }
            return named
        }
    }
}
