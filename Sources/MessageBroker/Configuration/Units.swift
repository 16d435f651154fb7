/// Durations and sizes as the broker's file writes them (wire.md §8): an integer and a unit.
enum Units {
    private static let milliseconds: [(String, Int64)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    private static let bytes: [(String, Int64)] = [("", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]

    /// Milliseconds; nil for anything but an integer with `ms`, `s`, `m`, `h` or `d`.
    static func duration(_ text: String) -> Int64? {
        measure(text, milliseconds)
    }

    /// Bytes; nil for anything but an integer, alone or with `KiB`, `MiB` or `GiB`.
    static func size(_ text: String) -> Int64? {
        measure(text, bytes)
    }

    /// In the largest unit that needs no fraction.
    static func text(milliseconds value: Int64) -> String {
        text(value, milliseconds)
    }

    static func text(bytes value: Int64) -> String {
        text(value, bytes)
    }

    private static func measure(_ text: String, _ units: [(String, Int64)]) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...].drop { $0 == " " }
        guard let count = Int64(digits), let factor = units.first(where: { $0.0 == unit })?.1 else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    private static func text(_ value: Int64, _ units: [(String, Int64)]) -> String {
        let unit = units.last { value % $0.1 == 0 && value >= $0.1 } ?? units[0]
        return "\(value / unit.1)\(unit.0)"
    }
}
