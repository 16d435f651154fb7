import MessageWire

/// A report as RFC 4180: a line for each row, one for the rest where there is one, and none for the total, which is the sum of them.
package struct ReportCSV {
    private let report: ReportDocument

    package init(_ report: ReportDocument) { self.report = report }

    private static let measures = [
        "calls", "unique_callers", "first_time", "answered", "missed", "abandoned", "voicemail", "blocked", "not_routed", "failed", "unknown", "going_on",
        "qualified", "conversions", "average_ring_seconds", "average_talk_seconds", "answer_rate",
    ]

    package var text: String {
        let currencies = report.currencies
        let measures = Self.measures + currencies.map { "value_\($0)" }
        var heading = [report.by]
        if report.isSeries { heading += ["start", "state", "missing_minutes"] }
        heading += measures
        if report.isCompared { heading += measures.map { "previous_\($0)" } }
        var lines = [Self.line(heading)]
        for row in report.rows {
            var cells = [Self.cell(row[report.by])]
            if report.isSeries { cells += [Self.cell(row["start"]), Self.cell(row["state"]), Self.cell(row["missing_minutes"])] }
            cells += Self.cells(row, currencies)
            if report.isCompared { cells += Self.cells(row["previous"] ?? .null, currencies) }
            lines.append(Self.line(cells))
        }
        if let rest = report.rest {
            let cells = ["(\(rest["values"]?.integer ?? 0) more)"] + Self.cells(rest, currencies)
            lines.append(Self.line(cells + (report.isCompared ? Self.cells(rest["previous"] ?? .null, currencies) : [])))
        }
        return lines.joined()
    }

    private static func cells(_ row: JSON, _ currencies: [String]) -> [String] {
        measures.map { cell(row[$0]) } + currencies.map { currency in
            // A missing hour has no amount; any other has one of every currency.
            row["value"] == JSON.null ? "" : row["value"].map { cell($0[currency] ?? 0) } ?? ""
        }
    }

    private static func cell(_ value: JSON?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): text
        case .some(let value): value.text
        }
    }

    static func line(_ cells: [String]) -> String {
        cells.map { cell in
            cell.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) } ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
        }.joined(separator: ",") + "\r\n"
    }
}
