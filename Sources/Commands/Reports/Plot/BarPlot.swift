import MessageWire

/// The values of a dimension under each other, the most frequent first.
struct BarPlot {
    private let top: Double
    private let rows: [Row]
    private let scale: PlotScale
    private let labelWidth: Double
    private let figureWidth: Double

    private struct Row {
        var name: String
        var calls: Double
        var answered: Double
        var before: Double?
        var figure: String
    }

    /// More than these fit on no screen; what is left is one bar.
    private static let most = 16
    private static let rowHeight = 30.0
    private static let longestLabel = 300.0

    init(_ report: ReportDocument, top: Double) {
        self.top = top
        let words = ReportWords(report)
        func row(_ name: String, _ rows: [JSON]) -> Row {
            let calls = rows.map { $0.count("calls") }.reduce(0, +)
            let answered = rows.map { $0.count("answered") }.reduce(0, +)
            let before = report.isCompared ? rows.map { $0["previous"]?.count("calls") ?? 0 }.reduce(0, +) : nil
            let change = before.map { NumberText.change(from: $0, to: calls) } ?? ""
            return Row(name: name, calls: calls, answered: answered, before: before, figure: NumberText.grouped(calls) + (change.isEmpty ? "" : " · \(change)"))
        }
        let shown = report.rows.count <= Self.most + 1 && report.rest == nil ? report.rows[...] : report.rows.prefix(Self.most)
        var rows = shown.map { row(words.name($0), [$0]) }
        let left = report.rows.dropFirst(shown.count)
        let values = left.count + Int(report.rest?.count("values") ?? 0)
        if values > 0 { rows.append(row("\(NumberText.grouped(Double(values))) more", Array(left) + (report.rest.map { [$0] } ?? []))) }
        self.rows = rows
        let largest = rows.map { max($0.calls, $0.before ?? 0) }.max() ?? 0
        scale = PlotScale(largest: largest, isWhole: rows.allSatisfy { $0.calls == $0.calls.rounded() }, about: 6)
        labelWidth = min(Self.longestLabel, rows.map { TextMeasure.width($0.name, size: PlotStyle.small) }.max() ?? 0)
        figureWidth = rows.map { TextMeasure.width($0.figure, size: PlotStyle.small) }.max() ?? 0
    }

    private var left: Double { PlotStyle.margin + labelWidth + 12 }
    private var width: Double { PlotStyle.width - PlotStyle.margin - figureWidth - 12 - left }
    private var end: Double { top + max(1, Double(rows.count)) * Self.rowHeight }

    var bottom: Double { rows.isEmpty ? end + 40 : end + 26 }

    func draw(into svg: inout SVG) {
        guard !rows.isEmpty else {
            svg.words("text", ["class": "subtitle", "x": SVG.number(PlotStyle.width / 2), "y": SVG.number(top + 36), "text-anchor": "middle"], "No calls in this period")
            return
        }
        func x(_ calls: Double) -> Double { left + calls / scale.top * width }
        for (place, tick) in scale.ticks.enumerated() {
            let at = SVG.number(x(tick.value))
            svg.add("line", ["class": place == 0 ? "axis" : "grid", "x1": at, "x2": at, "y1": SVG.number(top - 4), "y2": SVG.number(end + 4)])
            svg.words("text", ["class": "faint", "x": at, "y": SVG.number(end + 22), "text-anchor": "middle"], tick.text)
        }
        for (place, row) in rows.enumerated() {
            let y = top + Double(place) * Self.rowHeight
            svg.group("g", [:]) { svg in
                let before = row.before.map { ", before \(NumberText.grouped($0))" } ?? ""
                svg.words("title", [:], "\(row.name): \(NumberText.grouped(row.calls)) calls, \(NumberText.grouped(row.answered)) answered\(before)")
                let label = TextMeasure.fitted(row.name, size: PlotStyle.small, within: labelWidth + 1)
                svg.words("text", ["class": "figure", "x": SVG.number(left - 10), "y": SVG.number(y + 19), "text-anchor": "end"], label)
                for (kind, calls) in [("other", row.calls), ("answered", row.answered)] where calls > 0 {
                    // The least of calls is to be seen.
                    let length = max(1.5, x(calls) - left)
                    svg.add("rect", ["class": kind, "x": SVG.number(left), "y": SVG.number(y + 6), "width": SVG.number(length), "height": "18", "rx": "2"])
                }
                if let before = row.before {
                    let at = SVG.number(x(before))
                    svg.add("line", ["class": "before", "x1": at, "x2": at, "y1": SVG.number(y + 3), "y2": SVG.number(y + 27)])
                }
                // Behind whichever is longer.
                let figureX = x(max(row.calls, row.before ?? 0)) + 8
                svg.words("text", ["class": "figure", "x": SVG.number(figureX), "y": SVG.number(y + 19)], row.figure)
            }
        }
    }
}
