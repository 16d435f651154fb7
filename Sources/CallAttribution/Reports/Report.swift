/// The rows of a report and their total, beside those of the period before where one is compared with (records.md §6).
package struct Report: Sendable {
    package struct Row: Sendable {
        package enum Key: Hashable, Sendable {
            /// Of a dimension; nil: the calls that have none.
            case value(String?)
            /// Hour of the day, day of the week (Monday is 0), or place in the buckets.
            case place(Int)
        }

        package let key: Key
        package let sums: ReportSums
        package let previous: ReportSums?
    }

    package private(set) var rows: [Row]
    /// What is left of a dimension behind its first rows, as one row; and how many values that is.
    package private(set) var rest: (values: Int, sums: ReportSums, previous: ReportSums?)?
    package let total: ReportSums
    package let previousTotal: ReportSums?

    /// - Parameters:
    ///   - previous: of the same grouping, with as many buckets.
    ///   - top: how many rows of a dimension there are at most, the rest being one; nil: all of them.
    package init(_ current: ReportTally, previous: ReportTally?, grouping: ReportGrouping, top: Int?) {
        total = current.total
        previousTotal = previous?.total
        if case .dimension(let dimension) = grouping, dimension.fixedRows == nil {
            var places: [(value: String?, current: Int?, previous: Int?)] = current.values.indices.map { place in
                (current.values[place], place, previous?.row(of: current.values[place]))
            }
            if let previous {
                places += previous.values.indices.filter { current.row(of: previous.values[$0]) == nil }.map { (previous.values[$0], nil, $0) }
            }
            func calls(_ tally: ReportTally?, _ place: Int?) -> CallCount { place.flatMap { tally?.rows[$0].calls } ?? .zero }
            let keyed = places.map { place in
                (place, calls(current, place.current), calls(previous, place.previous))
            }
            let sorted = keyed.sorted { a, b in
                if a.1 != b.1 { return a.1 > b.1 }
                if a.2 != b.2 { return a.2 > b.2 }
                // No value comes last.
                guard let (name, other) = a.0.value.flatMap({ name in b.0.value.map { (name, $0) } }) else { return a.0.value != nil }
                return name < other
            }.map(\.0)
            func sums(_ tally: ReportTally?, _ place: Int?) -> ReportSums? { tally.map { tally in place.map { tally.rows[$0] } ?? ReportSums() } }
            // One more row takes no more room than a rest of one.
            let shown = top.map { sorted.count <= $0 + 1 ? sorted.count : $0 } ?? sorted.count
            rows = sorted.prefix(shown).map { place in
                Row(key: .value(place.value), sums: sums(current, place.current) ?? ReportSums(), previous: sums(previous, place.previous))
            }
            let left = sorted.dropFirst(shown)
            if !left.isEmpty {
                rest = (
                    left.count, Self.together(current, left.compactMap(\.current)),
                    previous.map { Self.together($0, left.compactMap(\.previous)) }
                )
            }
        } else {
            rows = current.rows.indices.map { place in
                Row(key: .place(place), sums: current.rows[place], previous: previous.map { $0.rows[place] })
            }
        }
    }

    private static func together(_ tally: ReportTally, _ rows: [Int]) -> ReportSums {
        var sums = ReportSums()
        for row in rows { sums.add(tally.rows[row]) }
        sums.uniqueCallers = tally.callers.unique(in: Set(rows))
        return sums
    }
}
