/// Rows in their order, of which some are looked for.
struct SortedRows {
    private var rows: ArraySlice<Int64> = []

    init() {}

    init(_ rows: some Sequence<Int64>) { self.rows = rows.sorted()[...] }

    var isEmpty: Bool { rows.isEmpty }
    var all: [Int64] { Array(rows) }

    func contains(_ row: Int64) -> Bool {
        let place = place(of: row)
        return place < rows.endIndex && rows[place] == row
    }

    /// Those within the range.
    func within(_ range: ClosedRange<Int64>) -> SortedRows {
        if rows.isEmpty { return self }
        var found = SortedRows()
        found.rows = rows[place(of: range.lowerBound)..<(range.upperBound == .max ? rows.endIndex : place(of: range.upperBound + 1))]
        return found
    }

    /// Of the first that is not below.
    private func place(of row: Int64) -> Int { rows.firstPlace { $0 < row } }
}
