import CallModel
import MessageWire

/// A report for a person at a terminal.
struct ReportTable {
    private let report: ReportDocument
    private let words: ReportWords

    init(_ report: ReportDocument) {
        self.report = report
        words = ReportWords(report)
    }

    /// What a column shows of a row, and whether it is worth its room.
    private struct Column {
        var heading: String
        /// Never left out.
        var isNeeded = false
        var cell: (JSON) -> String
    }

    func show() {
        Terminal.say("\(words.title), \(words.subtitle)")
        if report.isCompared, let previous = words.previousPeriod { Terminal.say("before: \(previous)") }
        guard report.total.count("calls") > 0 || report.isSeries || report.total["previous"]?.count("calls") ?? 0 > 0 else {
            Terminal.say("no calls")
            return hints()
        }
        var rows: [(name: String, json: JSON, ink: Ink)] = []
        for row in report.rows {
            // Days to come are no days without calls.
            guard row["state"]?.string != "ahead" else { continue }
            rows.append((words.name(row), row, row["state"]?.string == "missing" ? .yellow : .plain))
        }
        if let rest = report.rest { rows.append(("(\(NumberText.grouped(rest.count("values"))) more)", rest, .plain)) }
        let columns = columns()
        let largest = rows.map { $0.json.count("calls") }.max() ?? 0
        for withBars in [true, false] {
            var table = TextTable([words.heading] + (withBars ? ["calls", ""] : ["calls"]) + columns.map(\.heading), right: right(columns.count, withBars))
            for row in rows {
                let calls = Self.calls(row.json)
                let bar = withBars ? [Self.bar(row.json.count("calls"), of: largest)] : []
                table.add([row.name, calls] + bar + columns.map { $0.cell(row.json) }, row.ink)
            }
            table.add(["total", Self.calls(report.total)] + (withBars ? [""] : []) + columns.map { $0.cell(report.total) })
            // Bars are the first thing to go where the window is narrow.
            guard !withBars || !Terminal.isScreen || table.lines.map(\.count).max() ?? 0 <= Terminal.size.columns else { continue }
            table.show()
            break
        }
        hints()
    }

    private func right(_ columns: Int, _ withBars: Bool) -> Set<Int> { Set(1..<(columns + 3)).subtracting(withBars ? [2] : []) }

    private func columns() -> [Column] {
        func count(_ heading: String, _ name: String, isNeeded: Bool = false) -> Column {
            Column(heading: heading, isNeeded: isNeeded) { $0.measure(name).map { NumberText.grouped($0) } ?? "" }
        }
        var columns: [Column] = []
        if report.isCompared {
            columns.append(Column(heading: "before", isNeeded: true) { NumberText.grouped($0["previous"]?.count("calls") ?? 0) })
            columns.append(
                Column(heading: "change", isNeeded: true) { row in
                    row.measure("calls").map { NumberText.change(from: row["previous"]?.count("calls") ?? 0, to: $0) } ?? ""
                })
        }
        columns += [
            count("unique", "unique_callers", isNeeded: true), count("first time", "first_time"), count("answered", "answered", isNeeded: true),
            count("missed", "missed"), count("abandoned", "abandoned"), count("voicemail", "voicemail"), count("blocked", "blocked"),
            count("not routed", "not_routed"), count("failed", "failed"), count("unknown", "unknown"), count("going on", "going_on"),
            Column(heading: "answer rate", isNeeded: true) { $0.measure("answer_rate").map(NumberText.percent) ?? "" },
            Column(heading: "ring") { $0.measure("average_ring_seconds").map(NumberText.clock) ?? "" },
            Column(heading: "talk") { $0.measure("average_talk_seconds").map(NumberText.clock) ?? "" },
            count("qualified", "qualified"), count("conversions", "conversions"),
        ]
        for currency in report.currencies {
            columns.append(
                Column(heading: currency == "none" ? "value" : currency, isNeeded: true) { row in row["value"]?.measure(currency).map(NumberText.amount) ?? "" })
        }
        // What never happened takes no room.
        return columns.filter { $0.isNeeded || !["", "0"].contains($0.cell(report.total)) }
    }

    private static func calls(_ row: JSON) -> String {
        switch row["state"]?.string {
        case "missing": "missing"
        // So that the hints below are looked for.
        case "partial": "*" + NumberText.grouped(row.count("calls"))
        default: NumberText.grouped(row.count("calls"))
        }
    }

    /// Eight characters for the largest, in eighths of a character.
    static func bar(_ value: Double, of largest: Double) -> String {
        guard largest > 0, value > 0 else { return "" }
        let eighths = max(1, Int((value / largest * 64).rounded()))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }

    private func hints() {
        let spam = report.json["hidden"]?["spam"]?.integer ?? 0
        let test = report.json["hidden"]?["test"]?.integer ?? 0
        if spam + test > 0 { Terminal.note("not counted: \(spam) spam, \(test) test (trunkline calls --hidden shows them)") }
        let states = report.rows.map { $0["state"]?.string ?? "" }
        if states.contains("missing") { Terminal.note("missing: no broker was up to take calls") }
        if states.contains("partial") { Terminal.note("*: no broker was up for some of it (--json tells how long)") }
        let ahead = states.count { $0 == "ahead" }
        if ahead > 0 { Terminal.note("\(ahead) \(report.by)\(ahead == 1 ? "" : "s") of the period \(ahead == 1 ? "is" : "are") still to come") }
        let gaps = report.json["gaps"]?.array ?? []
        if !report.isSeries, !gaps.isEmpty {
            let times = gaps.count == 1 ? "once" : "\(gaps.count) times"
            Terminal.note("\(times) in this period no broker was up to take calls, last until \(gaps.last?["until"]?.string ?? ""); `trunkline report hour` shows when")
        }
        if let rest = report.rest { Terminal.note("\(NumberText.grouped(rest.count("values"))) rows are one here; --top N shows more, --csv and --json all") }
    }
}
