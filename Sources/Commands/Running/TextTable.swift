/// Columns under headings, for people.
struct TextTable {
    private var rows: [[String]]
    private var inks: [Ink] = [.plain]
    /// Columns whose values are numbers stand to the right.
    private let right: Set<Int>

    init(_ headings: [String], right: Set<Int> = []) {
        rows = [headings]
        self.right = right
    }

    mutating func add(_ row: [String], _ ink: Ink = .plain) {
        rows.append(row)
        inks.append(ink)
    }

    var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return zip(rows, inks).map { row, ink in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return right.contains(column) ? space + cell : cell + space
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return ink.paint(line)
        }
    }

    func show() { for line in lines { Terminal.say(line) } }
}
