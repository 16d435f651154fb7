import CallModel
import MessageWire

/// The names under the columns: as many as stand apart, and below them what several have in common.
struct ColumnAxis {
    private let labels: [Label]
    private let groups: [Label]

    private struct Label {
        var x: Double
        var text: String
        var width: Double { TextMeasure.width(text, size: PlotStyle.small) }
    }

    /// A bucket as far as it has a name.
    private struct Stop {
        var x: Double
        /// Of a dimension.
        var category: String?
        /// Of a series: its first moment by the clock.
        var date: CivilDate?
        var hour = 0
        var minute = 0
        var beginsDay = false
    }

    private struct Name {
        var text: String
        /// What it has in common with its neighbours.
        var group: String?
    }

    init(_ report: ReportDocument, left: Double, right: Double) {
        let words = ReportWords(report)
        let slot = (right - left) / Double(max(1, report.rows.count))
        var day: CivilDate?
        let stops = report.rows.enumerated().map { place, row in
            var stop = Stop(x: left + (Double(place) + 0.5) * slot)
            guard let start = row["start"]?.string else {
                stop.category = words.name(row)
                return stop
            }
            stop.date = CivilDate(String(start.prefix(10)))
            stop.hour = Int(start.dropFirst(11).prefix(2)) ?? 0
            stop.minute = Int(start.dropFirst(14).prefix(2)) ?? 0
            stop.beginsDay = stop.date != day
            day = stop.date
            return stop
        }
        var best: (labels: [Label], groups: [Label]) = ([], [])
        for level in Self.levels(report.by) {
            let named = stops.compactMap { stop in level(stop).map { (Label(x: stop.x, text: $0.text), $0.group) } }
            guard !named.isEmpty, Self.standApart(named.map(\.0)) else { continue }
            let runs = Self.runs(named).map { (label: Self.within(left, right, $0.label), count: $0.count) }
            let kept = Self.apart(runs)
            // One at an end may be cut off; if more have no room, a coarser way is better.
            guard kept.count + 2 >= runs.count else { continue }
            best = (named.map(\.0), kept)
            break
        }
        labels = best.labels.map { Self.within(left, right, $0) }
        groups = best.groups
    }

    var height: Double { groups.isEmpty ? 28 : 46 }

    func draw(into svg: inout SVG, base: Double) {
        for (line, items) in [labels, groups].enumerated() {
            for item in items {
                svg.words(
                    "text", ["class": line == 0 ? "figure" : "faint", "x": SVG.number(item.x), "y": SVG.number(base + 24 + 18 * Double(line)), "text-anchor": "middle"],
                    item.text)
            }
        }
    }

    // MARK: which are named

    /// From the finest to the coarsest way to name buckets.
    private static func levels(_ by: String) -> [(Stop) -> Name?] {
        func month(_ date: CivilDate) -> String { "\(DayText.shortMonth(date)) \(date.year)" }
        func hours(_ step: Int) -> (Stop) -> Name? {
            { stop in
                guard let date = stop.date, stop.hour % step == 0, stop.minute == 0 else { return nil }
                return Name(text: "\(stop.hour < 10 ? "0" : "")\(stop.hour):00", group: "\(DayText.weekday(date)) \(DayText.short(date))")
            }
        }
        func days(_ step: Int) -> (Stop) -> Name? {
            { stop in
                guard let date = stop.date, stop.beginsDay, step == 7 ? date.weekday == .mon : step == 1 || (date.day % step == 1 && date.day < 29) else { return nil }
                return Name(text: String(date.day), group: month(date))
            }
        }
        func months(_ step: Int) -> (Stop) -> Name? {
            { stop in
                guard let date = stop.date, stop.beginsDay, date.day == 1 || by == "month", (date.month - 1) % step == 0 else { return nil }
                return Name(text: DayText.shortMonth(date), group: String(date.year))
            }
        }
        func years(_ step: Int) -> (Stop) -> Name? {
            { stop in
                guard let date = stop.date, stop.beginsDay, date.month == 1, date.day <= 7 || by == "month", date.year % step == 0 else { return nil }
                return Name(text: String(date.year))
            }
        }
        func weeks(_ step: Int) -> (Stop) -> Name? {
            { stop in
                guard let date = stop.date, (date.dayNumber + 3) / 7 % step == 0 else { return nil }
                return Name(text: String(date.day), group: month(date))
            }
        }
        func categories(_ step: Int) -> (Stop) -> Name? {
            { stop in
                guard let category = stop.category, step == 1 || (Int(category.prefix(2)) ?? 0) % step == 0 else { return nil }
                return Name(text: category)
            }
        }
        let far = [months(1), months(3), months(6), years(1), years(2), years(5), years(10)]
        switch by {
        case "hour": return [1, 2, 3, 4, 6, 12].map(hours) + [days(1), days(2), days(7), days(14)] + far
        case "day": return [days(1), days(2), days(7), days(14)] + far
        case "week": return [days(1), weeks(2), weeks(4)] + far
        case "month": return far
        default: return [1, 2, 3, 4, 6].map(categories)
        }
    }

    private static func standApart(_ labels: [Label]) -> Bool {
        zip(labels, labels.dropFirst()).allSatisfy { $1.x - $0.x >= ($0.width + $1.width) / 2 + 7 }
    }

    /// Under the first label of each run of one group.
    private static func runs(_ named: [(Label, String?)]) -> [(label: Label, count: Int)] {
        var runs: [(label: Label, count: Int)] = []
        var last: String?
        for (label, group) in named {
            guard let group else { continue }
            if group == last, !runs.isEmpty {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((Label(x: label.x, text: group), 1))
            }
            last = group
        }
        return runs
    }

    /// Where two are too close, the one of the longer run stays.
    private static func apart(_ runs: [(label: Label, count: Int)]) -> [Label] {
        var kept: [(label: Label, count: Int)] = []
        for run in runs {
            if let before = kept.last, run.label.x - before.label.x < (run.label.width + before.label.width) / 2 + 10 {
                guard run.count > before.count else { continue }
                kept.removeLast()
            }
            kept.append(run)
        }
        return kept.map(\.label)
    }

    /// Moved so that it does not stand out of the plot.
    private static func within(_ left: Double, _ right: Double, _ label: Label) -> Label {
        let half = label.width / 2
        guard right - left > label.width else { return label }
        return Label(x: min(max(label.x, left - 8 + half), right + 12 - half), text: label.text)
    }
}
