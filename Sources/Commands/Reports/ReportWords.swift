import CallAttribution
import CallModel
import MessageWire

/// What a report and its rows are called for people.
struct ReportWords {
    private let report: ReportDocument

    init(_ report: ReportDocument) { self.report = report }

    /// "Calls by source".
    var title: String { report.isSeries ? "Calls by \(report.by)" : "Calls by \(heading)" }

    /// "landing page".
    var heading: String { report.by.replacing("_", with: " ") }

    /// "1–30 June 2026 · America/New_York", and what else bounds the report.
    var subtitle: String {
        var parts = [period ?? "all calls", zone]
        switch report.json["model"]?.string {
        case "first_touch": parts.append("first touch")
        case "last_touch": parts.append("last touch")
        case "split": parts.append("split between first and last touch")
        default: break
        }
        return parts.filter { !$0.isEmpty }.joined(separator: " · ")
    }

    var zone: String { report.json["period"]?["zone"]?.string ?? "" }

    /// Nil where all calls were asked for.
    var period: String? { Self.period(report.json["period"]) }

    var previousPeriod: String? { Self.period(report.json["previous_period"]) }

    private static func period(_ json: JSON?) -> String? {
        guard let from = json?["from"]?.string.flatMap({ CivilDate($0) }), let to = json?["to"]?.string.flatMap({ CivilDate($0) }) else { return nil }
        return DayText.period(from, to)
    }

    /// Of a row, for a table.
    func name(_ row: JSON) -> String {
        switch row[report.by] {
        case .string(let text): return report.isSeries ? series(text, row) : report.by == "weekday" ? text.prefix(1).uppercased() + text.dropFirst() : text.onOneLine
        case .integer(let hour): return "\(hour < 10 ? "0" : "")\(hour):00"
        default: return "(none)"
        }
    }

    private func series(_ text: String, _ row: JSON) -> String {
        let start = row["start"]?.string ?? ""
        let date = CivilDate(String(start.prefix(10)))
        switch report.by {
        case "hour": return start.isEmpty ? text : "\(start.prefix(10)) \(start.dropFirst(11).prefix(5)) \(start.suffix(6))"
        case "day": return date.map { "\(DayText.weekday($0)) \($0.text)" } ?? text
        case "week": return date.map { "\(text), from \(DayText.short($0))" } ?? text
        default: return text
        }
    }
}
