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
            let sorted = Self.places(current, previous)
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

    /// Where a value stands in each of the two.
    private struct Place {
        var value: String?
        var current: Int?
        var previous: Int?
        var calls = CallCount.zero
        var callsBefore = CallCount.zero

        static func isBefore(_ a: Place, _ b: Place) -> Bool {
            if a.calls != b.calls { return a.calls > b.calls }
            if a.callsBefore != b.callsBefore { return a.callsBefore > b.callsBefore }
            // No value comes last.
            guard let name = a.value, let other = b.value else { return a.value != nil }
            return name < other
        }
    }

    /// The values of both, the most frequent first.
    private static func places(_ current: ReportTally, _ previous: ReportTally?) -> [Place] {
        var places: [Place] = []
        for (place, value) in current.values.enumerated() {
            let before = previous?.row(of: value)
            places.append(
                Place(
                    value: value, current: place, previous: before, calls: current.rows[place].calls,
                    callsBefore: before.flatMap { previous?.rows[$0].calls } ?? .zero))
        }
        if let previous {
            for (place, value) in previous.values.enumerated() where current.row(of: value) == nil {
                places.append(Place(value: value, previous: place, callsBefore: previous.rows[place].calls))
            }
        }
        return places.sorted(by: Place.isBefore)
    }

    private static func together(_ tally: ReportTally, _ rows: [Int]) -> ReportSums {
        var sums = ReportSums()
        for row in rows { sums.add(tally.rows[row]) }
        sums.uniqueCallers = tally.callers.unique(in: Set(rows))
        return sums
    }
}
