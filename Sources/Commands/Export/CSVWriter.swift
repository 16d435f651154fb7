/// Rows as RFC 4180 has them: CRLF, and quotes, doubled inside, where a cell needs them.
struct CSVWriter {
    private(set) var bytes: [UInt8] = []
    /// Cells that a spreadsheet would take for a formula get an apostrophe before them.
    private let isForSpreadsheet: Bool

    init(isForSpreadsheet: Bool = false) { self.isForSpreadsheet = isForSpreadsheet }

    mutating func row(_ cells: [String]) {
        for (place, cell) in cells.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            add(isForSpreadsheet && Self.isFormula(cell) ? "'" + cell : cell)
        }
        bytes += [13, 10]
    }

    /// One line as it is.
    mutating func line(_ text: String) { bytes += Array(text.utf8) + [13, 10] }

    /// What was written since the last time.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private mutating func add(_ cell: String) {
        let utf8 = cell.utf8
        let needsQuotes = utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 13 || $0 == 10 } || utf8.first == 0x20 || utf8.last == 0x20
        guard needsQuotes else { return bytes.append(contentsOf: utf8) }
        bytes.append(0x22)
        for byte in utf8 {
            if byte == 0x22 { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    /// "=", "@", a tab or a line end in front; "+" and "-" but for numbers, as those of telephones are.
    private static func isFormula(_ cell: String) -> Bool {
        switch cell.utf8.first {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 9, 10, 13: true
        case UInt8(ascii: "+"), UInt8(ascii: "-"): !cell.utf8.dropFirst().allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        default: false
        }
    }
}
