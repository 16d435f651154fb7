import MessageWire

/// Time from left to right: a column for each bucket, an area where they would be hair-thin.
struct ColumnPlot {
    private let top: Double
    private let buckets: [Bucket]
    private let scale: PlotScale
    private let axis: ColumnAxis
    private let left: Double
    private let hasCalls: Bool

    struct Bucket {
        /// For a reader who points at it.
        var name: String
        var calls: Double
        var answered: Double
        var before: Double?
        /// recorded, partial, missing or ahead.
        var state: String
    }

    private static let height = 300.0
    /// Narrower ones run into each other.
    private static let thinnest = 4.0
    private static let widest = 72.0

    init(_ report: ReportDocument, top: Double) {
        // Room for the number over a column that reaches the top line.
        self.top = top + 12
        let words = ReportWords(report)
        buckets = report.rows.map { row in
            Bucket(
                name: words.name(row), calls: row.count("calls"), answered: row.count("answered"), before: report.isCompared ? row["previous"]?.count("calls") ?? 0 : nil,
                state: row["state"]?.string ?? "recorded")
        }
        let largest = buckets.map { max($0.calls, $0.before ?? 0) }.max() ?? 0
        hasCalls = largest > 0
        scale = PlotScale(largest: largest, isWhole: buckets.allSatisfy { $0.calls == $0.calls.rounded() })
        left = PlotStyle.margin + (scale.ticks.map { TextMeasure.width($0.text, size: PlotStyle.small) }.max() ?? 0) + 10
        axis = ColumnAxis(report, left: left, right: PlotStyle.width - PlotStyle.margin)
    }

    private var width: Double { PlotStyle.width - PlotStyle.margin - left }
    private var slot: Double { width / Double(max(1, buckets.count)) }
    private var base: Double { top + Self.height }

    var bottom: Double { base + axis.height }

    private func y(_ calls: Double) -> Double { base - calls / scale.top * Self.height }
    private func x(_ place: Int) -> Double { left + Double(place) * slot }

    func draw(into svg: inout SVG) {
        for (place, tick) in scale.ticks.enumerated() {
            let at = y(tick.value)
            svg.add(
                "line",
                ["class": place == 0 ? "axis" : "grid", "x1": SVG.number(left), "x2": SVG.number(left + width), "y1": SVG.number(at), "y2": SVG.number(at)])
            svg.words("text", ["class": "faint", "x": SVG.number(left - 8), "y": SVG.number(at + 4), "text-anchor": "end"], tick.text)
        }
        drawGaps(&svg)
        if slot >= Self.thinnest { drawColumns(&svg) } else { drawAreas(&svg) }
        drawBefore(&svg)
        drawFigures(&svg)
        axis.draw(into: &svg, base: base)
        if !hasCalls {
            svg.words("text", ["class": "subtitle", "x": SVG.number(left + width / 2), "y": SVG.number(top + Self.height / 2), "text-anchor": "middle"], "No calls in this period")
        }
    }

    /// Runs of buckets that `condition` holds for.
    private func runs(_ condition: (Bucket) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (place, bucket) in buckets.enumerated() where condition(bucket) {
            if let last = runs.last, last.upperBound == place { runs[runs.count - 1] = last.lowerBound..<place + 1 } else { runs.append(place..<place + 1) }
        }
        return runs
    }

    private func drawGaps(_ svg: inout SVG) {
        // A whole one up to the top, one in part along the foot.
        for (state, height) in [("missing", Self.height), ("partial", 7.0)] {
            for run in runs({ $0.state == state }) {
                let y = state == "missing" ? base - height : base + 1
                svg.add(
                    "rect",
                    [
                        "class": "gap", "x": SVG.number(x(run.lowerBound)), "y": SVG.number(y), "width": SVG.number(max(2, Double(run.count) * slot)),
                        "height": SVG.number(height),
                    ])
            }
        }
    }

    private func drawColumns(_ svg: inout SVG) {
        let thickness = min(Self.widest, slot * (slot < 8 ? 0.85 : 0.72))
        for (place, bucket) in buckets.enumerated() where bucket.state != "ahead" {
            svg.group("g", [:]) { svg in
                svg.words("title", [:], told(bucket))
                let start = x(place) + (slot - thickness) / 2
                for (kind, calls) in [("other", bucket.calls), ("answered", bucket.answered)] where calls > 0 {
                    let height = max(1.5, base - y(calls))
                    svg.add(
                        "rect",
                        [
                            "class": kind, "x": SVG.number(start), "y": SVG.number(base - height), "width": SVG.number(thickness), "height": SVG.number(height),
                            "rx": thickness > 10 ? "2" : "0",
                        ])
                }
            }
        }
    }

    /// The number of calls over each column, where there is room for all of them.
    private func drawFigures(_ svg: inout SVG) {
        guard buckets.count <= 31, buckets.allSatisfy({ TextMeasure.width(NumberText.grouped($0.calls), size: 11) + 6 <= slot }) else { return }
        for (place, bucket) in buckets.enumerated() where bucket.calls > 0 {
            svg.words(
                "text", ["class": "figure small halo", "x": SVG.number(x(place) + slot / 2), "y": SVG.number(y(bucket.calls) - 6), "text-anchor": "middle"],
                NumberText.grouped(bucket.calls))
        }
    }

    private func told(_ bucket: Bucket) -> String {
        guard bucket.state != "missing" else { return "\(bucket.name): not recorded" }
        let before = bucket.before.map { ", before \(NumberText.grouped($0))" } ?? ""
        return "\(bucket.name): \(NumberText.grouped(bucket.calls)) calls, \(NumberText.grouped(bucket.answered)) answered\(before)"
            + (bucket.state == "partial" ? "; a part of it was not recorded" : "")
    }

    private func drawAreas(_ svg: inout SVG) {
        for run in runs({ $0.state != "missing" && $0.state != "ahead" }) {
            for (kind, count) in [("other", { $0.calls }), ("answered", { $0.answered })] as [(String, (Bucket) -> Double)] {
                var path = "M\(SVG.number(x(run.lowerBound))) \(SVG.number(base))"
                for place in run { path += "V\(SVG.number(y(count(buckets[place]))))H\(SVG.number(x(place + 1)))" }
                svg.add("path", ["class": kind, "d": path + "V\(SVG.number(base))Z"])
            }
        }
    }

    private func drawBefore(_ svg: inout SVG) {
        let points = buckets.enumerated().compactMap { place, bucket in bucket.before.map { (x(place) + slot / 2, y($0)) } }
        guard let first = points.first else { return }
        guard points.count > 1 else {
            let reach = min(Self.widest, slot) / 2 + 8
            return svg.add(
                "line", ["class": "before", "x1": SVG.number(first.0 - reach), "x2": SVG.number(first.0 + reach), "y1": SVG.number(first.1), "y2": SVG.number(first.1)])
        }
        svg.add("polyline", ["class": "before", "points": points.map { "\(SVG.number($0.0)),\(SVG.number($0.1))" }.joined(separator: " ")])
    }
}
