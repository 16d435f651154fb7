package import MessageWire

/// How figures are put together and written.
package enum Figures {
    /// Of an even number, the mean of the two in the middle; 0 of none.
    package static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// With so many digits behind the point, and thousands apart: "14,812.50".
    package static func text(_ value: Double, _ digits: Int = 0) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "–" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = UInt64((abs(value) * scale).rounded())
        let whole = grouped(scaled / UInt64(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + whole }
        let rest = String(scaled % UInt64(scale))
        return "\(sign)\(whole).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }

    package static func text(_ count: Int) -> String { (count < 0 ? "-" : "") + grouped(UInt64(count.magnitude)) }

    /// Microseconds as people read them: "850 µs", "4.10 ms", "1.20 s".
    package static func duration(_ microseconds: Double) -> String {
        if microseconds < 1_000 { return text(microseconds) + " µs" }
        if microseconds < 1_000_000 { return text(microseconds / 1_000, 2) + " ms" }
        return text(microseconds / 1_000_000, 2) + " s"
    }

    package static func mebibytes(_ bytes: Int) -> String { text(Double(bytes) / 1_048_576, 1) + " MiB" }

    private static func grouped(_ value: UInt64) -> String {
        var out = ""
        let digits = String(value)
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return out
    }

    /// A number of a report: three digits behind the point say more than any run is exact to.
    package static func json(_ value: Double) -> JSON {
        value.isFinite ? .number((value * 1000).rounded() / 1000) : .null
    }
}

extension LatencySummary {
    package var json: JSON {
        [
            "count": .integer(Int64(count)), "mean_us": Figures.json(mean), "p50_us": Figures.json(p50), "p90_us": Figures.json(p90),
            "p99_us": Figures.json(p99), "p999_us": Figures.json(p999), "p9999_us": Figures.json(p9999), "max_us": Figures.json(max),
        ]
    }
}

/// Columns set flush: the first to the left, all others to the right.
package struct Table: Sendable {
    private var rows: [[String]]

    package init(_ titles: [String]) { rows = [titles] }

    package mutating func add(_ row: [String]) { rows.append(row) }

    package var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { place, cell in
                let space = String(repeating: " ", count: widths[place] - cell.count)
                return place == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
