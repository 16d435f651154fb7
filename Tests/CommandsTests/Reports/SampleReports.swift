import Commands
import MessageWire

/// Reports as `CallLog/Summarize` tells them, made up.
enum SampleReport {
    /// Calls, of which some are answered, and as many before.
    static func measures(_ calls: Double, answered: Double? = nil) -> [JSON.Member] {
        func number(_ value: Double) -> JSON { Int64(exactly: value).map { .integer($0) } ?? .number(value) }
        let answered = answered ?? (calls * 0.7).rounded()
        return [
            .init("calls", number(calls)), .init("unique_callers", number(calls)), .init("answered", number(answered)), .init("missed", number(calls - answered)),
            .init("value", ["USD": number(calls * 2.5)]), .init("answer_rate", calls > 0 ? .number(answered / calls) : .null),
        ]
    }

    static func document(by: String, rows: [JSON], calls: Double, previous: Double? = nil, rest: JSON = .null, from: String = "2026-06-01", to: String = "2026-06-30") -> ReportDocument {
        var total = measures(calls)
        if let previous { total.append(.init("previous", .object(measures(previous)))) }
        return ReportDocument([
            "account": "acme", "by": .string(by), "model": "recorded", "period": ["from": .string(from), "to": .string(to), "zone": "America/New_York"],
            "previous_period": previous == nil ? .null : ["from": "2026-05-02", "to": "2026-05-31", "zone": "America/New_York"], "rows": .array(rows), "rest": rest,
            "total": .object(total), "hidden": ["spam": 0, "test": 0], "gaps": [],
        ])
    }

    /// Days from 1 June 2026 on, or hours of it.
    static func series(_ by: String, count: Int, scale: Double = 100, compared: Bool = false, gaps: Range<Int>? = nil, ahead: Int = 0) -> ReportDocument {
        var rows: [JSON] = []
        var sum = 0.0
        for place in 0..<count {
            let wave = Double((place * 7919) % 97) / 97
            let calls = scale == 0 ? 0 : scale < 1 ? scale * wave : (scale * wave).rounded()
            let isGap = gaps?.contains(place) == true
            let isAhead = place >= count - ahead
            let start = by == "hour" ? start(day: place / 24, hour: place % 24) : by == "month" ? month(place) : start(day: by == "week" ? place * 7 : place, hour: 0)
            var members: [JSON.Member] = [
                .init(by, .string(by == "hour" ? start : String(start.prefix(10)))), .init("start", .string(start)),
                .init("state", isGap ? "missing" : isAhead ? "ahead" : place == 2 && gaps != nil ? "partial" : "recorded"),
            ]
            members += isGap ? [.init("calls", .null), .init("answered", .null), .init("value", .null)] : measures(isAhead ? 0 : calls)
            if compared { members.append(.init("previous", .object(measures((calls * 0.8).rounded())))) }
            sum += isGap || isAhead ? 0 : calls
            rows.append(.object(members))
        }
        return document(by: by, rows: rows, calls: sum, previous: compared ? sum * 0.8 : nil)
    }

    private static func month(_ place: Int) -> String { "\(2020 + place / 12)-\(two(place % 12 + 1))-01T00:00:00-05:00" }

    private static func start(day: Int, hour: Int) -> String {
        var (year, month, left) = (2026, 6, day)
        while true {
            let days = month == 2 ? (year % 4 == 0 ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
            guard left >= days else { break }
            left -= days
            month += 1
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        return "\(year)-\(two(month))-\(two(left + 1))T\(two(hour)):00:00-04:00"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    static func dimension(_ by: String, _ values: [(String?, Double)], compared: Bool = false, rest: Double? = nil) -> ReportDocument {
        let rows = values.enumerated().map { place, value -> JSON in
            .object(
                [.init(by, value.0.map { .string($0) } ?? .null)] + measures(value.1, answered: value.1 < 10 ? value.1 / 2 : nil)
                    + (compared ? [.init("previous", .object(measures((value.1 * (place % 2 == 0 ? 0.7 : 1.3)).rounded())))] : []))
        }
        let rest = rest.map { JSON.object([.init("values", 12)] + measures($0) + (compared ? [.init("previous", .object(measures($0)))] : [])) } ?? .null
        let sum = values.map(\.1).reduce(0, +)
        return document(by: by, rows: rows, calls: sum, previous: compared ? sum : nil, rest: rest)
    }
}
