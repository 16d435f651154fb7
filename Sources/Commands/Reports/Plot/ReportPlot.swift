import MessageWire

/// A report drawn as one SVG file that needs nothing else: bars for a dimension, columns or an area for time. Answered calls are the strong part of each, the period before is a thin line, and what was not recorded is hatched.
package struct ReportPlot {
    private let report: ReportDocument
    private let words: ReportWords

    package init(_ report: ReportDocument) {
        self.report = report
        words = ReportWords(report)
    }

    package var svg: String {
        let isColumns = report.isSeries || report.by == "hour_of_day" || report.by == "weekday"
        let top = headHeight
        var drawing = SVG()
        let bottom: Double
        if isColumns {
            let plot = ColumnPlot(report, top: top)
            plot.draw(into: &drawing)
            bottom = plot.bottom
        } else {
            let plot = BarPlot(report, top: top)
            plot.draw(into: &drawing)
            bottom = plot.bottom
        }
        let (width, height) = (SVG.number(PlotStyle.width), SVG.number(bottom + PlotStyle.margin))
        var svg = SVG()
        svg.raw(#"<?xml version="1.0" encoding="UTF-8"?>"#)
        svg.group(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height, "viewBox": "0 0 \(width) \(height)", "role": "img",
                "aria-labelledby": "trunkline-title trunkline-desc",
            ]
        ) { svg in
            svg.words("title", ["id": "trunkline-title"], words.title)
            svg.words("desc", ["id": "trunkline-desc"], "\(words.subtitle). \(summary).")
            svg.raw(PlotStyle.sheet)
            svg.add("rect", ["class": "ground", "width": width, "height": height])
            head(&svg)
            svg.raw(drawing.text)
        }
        return svg.text
    }

    // MARK: the head

    private static let firstLine = 44.0
    private static let legendLine = 20.0

    private var headHeight: Double { Self.firstLine + 50 + Double(legendLines.count) * Self.legendLine + 20 }

    private func head(_ svg: inout SVG) {
        let left = SVG.number(PlotStyle.margin)
        let room = PlotStyle.width - 2 * PlotStyle.margin
        svg.words("text", ["class": "headline", "x": left, "y": SVG.number(Self.firstLine)], words.title)
        for (place, line) in [words.subtitle, summary].enumerated() {
            let text = TextMeasure.fitted(line, size: PlotStyle.subtitleSize, within: room)
            svg.words("text", ["class": place == 0 ? "subtitle" : "figure", "x": left, "y": SVG.number(Self.firstLine + 22 * Double(place + 1))], text)
        }
        for (line, items) in legendLines.enumerated() {
            let y = Self.firstLine + 50 + Double(line + 1) * Self.legendLine
            for item in items {
                switch item.kind {
                case "before": svg.add("line", ["class": "before", "x1": SVG.number(item.x), "x2": SVG.number(item.x + 14), "y1": SVG.number(y - 4), "y2": SVG.number(y - 4)])
                default: svg.add("rect", ["class": item.kind, "x": SVG.number(item.x + 1), "y": SVG.number(y - 10), "width": "12", "height": "12", "rx": "2"])
                }
                svg.words("text", ["x": SVG.number(item.x + 20), "y": SVG.number(y)], item.text)
            }
        }
    }

    /// What a reader wants to know first.
    private var summary: String {
        let total = report.total
        let calls = total.count("calls")
        var text = "\(NumberText.grouped(calls)) \(calls == 1 ? "call" : "calls")"
        if let rate = total.measure("answer_rate") { text += ", \(NumberText.grouped(total.count("answered"))) answered (\(NumberText.percent(rate)))" }
        guard report.isCompared, let before = total["previous"]?.count("calls") else { return text }
        let change = NumberText.change(from: before, to: calls)
        return text + "; before: \(NumberText.grouped(before))" + (change.isEmpty || change == "new" ? "" : " (\(change))")
    }

    private var legendLines: [[(kind: String, text: String, x: Double)]] {
        var items = [("answered", "answered"), ("other", "not answered")]
        if report.isCompared { items.append(("before", words.previousPeriod.map { "calls before, \($0)" } ?? "calls before")) }
        if report.rows.contains(where: { ["missing", "partial"].contains($0["state"]?.string) }) { items.append(("gap", "not recorded: no broker was up")) }
        var lines: [[(kind: String, text: String, x: Double)]] = [[]]
        var x = PlotStyle.margin
        for (kind, text) in items {
            let width = 20 + TextMeasure.width(text, size: PlotStyle.small) + 24
            if x + width > PlotStyle.width, x > PlotStyle.margin {
                lines.append([])
                x = PlotStyle.margin
            }
            lines[lines.count - 1].append((kind, text, x))
            x += width
        }
        return lines
    }
}
