/// Columns under headings, for people.
struct TextTable {
    private var rows: [[String]]
    private var inks: [Ink] = [.plain]
    /// Columns whose values are numbers stand to the right.
    private let right: Set<Int>
    /// Of what was flushed; what comes later keeps to them where it can.
    private var widths: [Int]

    init(_ headings: [String], right: Set<Int> = []) {
        rows = [headings]
        self.right = right
        widths = headings.map { _ in 0 }
    }

    mutating func add(_ row: [String], _ ink: Ink = .plain) {
        rows.append(row)
        inks.append(ink)
    }

    private var widthsSoFar: [Int] {
        widths.indices.map { column in max(widths[column], rows.map { $0[column].count }.max() ?? 0) }
    }

    var lines: [String] {
        let widths = widthsSoFar
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

    /// Prints what has come since the last time: a table of any length in little memory.
    mutating func flush() {
        widths = widthsSoFar
        show()
        rows = []
        inks = []
    }

    func show() { for line in lines { Terminal.say(line) } }
}
