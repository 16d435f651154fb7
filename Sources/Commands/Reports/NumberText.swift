/// Numbers as people read them.
enum NumberText {
    /// "12,345", "12,345.5": thousands apart; at most `decimals`, without needless zeros.
    static func grouped(_ value: Double, decimals: Int = 2) -> String {
        guard value.isFinite else { return "–" }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (value.magnitude * scale).rounded()
        // Beyond what a whole number holds there is nothing to be read behind the first digits.
        guard scaled < 9e18 else { return "\(value)" }
        let digits = Array(String(Int64(scaled / scale)))
        var whole = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { whole.append(",") }
            whole.append(digit)
        }
        var fraction = String(Int64(scaled) - Int64(scaled / scale) * Int64(scale))
        fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return (value < 0 && scaled > 0 ? "-" : "") + whole + (decimals == 0 || fraction.isEmpty ? "" : "." + fraction)
    }

    /// "1,250.00" of any currency.
    static func amount(_ value: Double) -> String {
        let text = grouped(value)
        guard let point = text.lastIndex(of: ".") else { return text + ".00" }
        return text.distance(from: point, to: text.endIndex) == 2 ? text + "0" : text
    }

    /// "3:25" minutes and seconds, "1:02:05" with hours.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "–" }
        let whole = Int(seconds.rounded())
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return whole < 3600 ? "\(whole / 60):\(two(whole % 60))" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }

    /// "82 %".
    static func percent(_ share: Double) -> String { grouped(share * 100, decimals: abs(share) < 0.1 && share != 0 ? 1 : 0) + " %" }

    /// "+12 %", "-3.5 %", "±0 %"; "new" where there was nothing before, and nothing where there is nothing at all.
    static func change(from before: Double, to now: Double) -> String {
        if before == 0 { return now == 0 ? "" : "new" }
        let share = (now - before) / before
        return share == 0 ? "±0 %" : (share > 0 ? "+" : "") + percent(share)
    }
}
