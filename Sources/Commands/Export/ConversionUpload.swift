import CallModel
import CallServices
import MessageWire

/// The file that an advertiser's offline conversion upload takes.
///
/// | advertiser | rows |
/// |---|---|
/// | google, microsoft | `Parameters:TimeZone=ZONE`, the header, then click id, name, local time with its offset, value, currency; Google's `GBRAID` and `WBRAID` in columns of their own where a call has one and no gclid |
/// | meta | event_name, event_time, event_id, action_source, fbc, value, currency, as the Conversions API names them |
///
/// A value is left empty where none is told: the advertiser's own for that conversion holds then.
struct ConversionUpload {
    private let advertiser: Advertiser
    private let name: String
    private let hasBraids: Bool
    private var csv = CSVWriter()

    init(_ advertiser: Advertiser, name: String, hasBraids: Bool) {
        self.advertiser = advertiser
        self.name = name
        self.hasBraids = hasBraids
    }

    mutating func begin(zone: String) {
        switch advertiser {
        case .google, .microsoft:
            csv.line("Parameters:TimeZone=\(zone)")
            let click = advertiser == .google ? "Google Click ID" : "Microsoft Click ID"
            csv.row([click, "Conversion Name", "Conversion Time", "Conversion Value", "Conversion Currency"] + (hasBraids ? ["GBRAID", "WBRAID"] : []))
        case .meta: csv.row(["event_name", "event_time", "event_id", "action_source", "fbc", "value", "currency"])
        }
    }

    /// One conversion as the service lists it; false where the file has no column for its click.
    mutating func add(_ conversion: JSON) -> Bool {
        func text(_ name: String) -> String { conversion[name]?.string ?? "" }
        let (click, id) = (text("click"), text("click_id"))
        let worth = [text("value"), text("currency")]
        switch advertiser {
        case .google, .microsoft:
            let isBraid = click == "gbraid" || click == "wbraid"
            guard !isBraid || hasBraids else { return false }
            let time = text("local_time").split(separator: "T").joined(separator: " ") + text("offset")
            let braids = hasBraids ? [click == "gbraid" ? id : "", click == "wbraid" ? id : ""] : []
            csv.row([isBraid ? "" : id, name, time] + worth + braids)
        case .meta:
            // fb.1.MILLISECONDS.FBCLID: when the click's mark was first seen.
            let milliseconds = Timestamp(rfc3339: text("clicked_at")).map { String($0.milliseconds) } ?? ""
            // ISO 8601, where a time with hyphens has an offset with a colon.
            let offset = text("offset")
            csv.row([name, text("local_time") + offset.prefix(3) + ":" + offset.suffix(2), text("call_id"), "phone_call", "fb.1.\(milliseconds).\(id)"] + worth)
        }
        return true
    }

    mutating func take() -> [UInt8] { csv.take() }
}
