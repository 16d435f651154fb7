import MessageWire

/// One record for people: its fields one below the other, then what it was made of.
enum CallSheet {
    private static let tables = ["attempts", "candidates", "trace", "events", "exchanges"]

    static func show(_ record: JSON) {
        guard case .object(let members) = record else { return }
        let fields = members.filter { member in !tables.contains(member.name) && !["", "[]"].contains(member.value.shown) }
        list(fields)
        for name in ["attempts", "candidates"] { table(record[name]?.array ?? [], name) }
        if let trace = record["trace"]?.array, !trace.isEmpty {
            Terminal.say("\ntrace")
            TraceTable.show(trace)
        }
        if record["events"] != nil { log(record) }
    }

    /// - Parameter showsEmpty: fields without a value as well.
    static func show(_ record: JSON, only names: [String], showsEmpty: Bool) {
        list(names.map { JSON.Member($0, record[$0] ?? .null) }.filter { showsEmpty || $0.value != .null })
    }

    private static func list(_ members: [JSON.Member]) {
        let width = members.map(\.name.count).max() ?? 0
        for member in members {
            let value = words(member.value)
            Terminal.say(member.name + String(repeating: " ", count: width - member.name.count + 2) + (value.isEmpty ? "-" : value))
        }
    }

    private static func words(_ value: JSON) -> String {
        switch value {
        case .array(let items): items.map(words).joined(separator: ", ")
        case .object(let members): members.filter { $0.value != .null }.map { "\($0.name) \(words($0.value))" }.joined(separator: ", ")
        default: value.shown
        }
    }

    private static func table(_ rows: [JSON], _ title: String) {
        guard !rows.isEmpty else { return }
        var columns: [String] = []
        for case .object(let members) in rows {
            for member in members where member.value != .null && !columns.contains(member.name) { columns.append(member.name) }
        }
        Terminal.say("\n\(title)")
        var table = TextTable(columns)
        for row in rows { table.add(columns.map { row[$0].map(words) ?? "" }) }
        table.show()
    }

    /// Events and exchanges together, by their times: what counted, what that decided, and what was said in its own words.
    private static func log(_ record: JSON) {
        let exchanges = record["exchanges"]?.array ?? []
        let entries = exchanges + (record["events"]?.array ?? [])
        let ordered = entries.enumerated().sorted { a, b in
            let (first, second) = (a.element["at"]?.string ?? "", b.element["at"]?.string ?? "")
            return first == second ? a.offset < b.offset : first < second
        }
        Terminal.say("\nevents")
        var table = TextTable(["at", "what", "counts", "decided", "said"])
        for (_, entry) in ordered {
            let counts = entry["counts"]?.bool == true
            table.add(
                [
                    entry["at"]?.shown ?? "", entry["type"]?.shown ?? "", counts ? "yes" : "no", (entry["changed"]?.array ?? []).map(\.shown).joined(separator: " "),
                    said(entry),
                ], counts ? .plain : .yellow)
        }
        table.show()
    }

    private static let own = ["at", "type", "counts", "changed", "call_id", "received_at", "ended_at", "exchange_id"]

    private static func said(_ entry: JSON) -> String {
        guard case .object(let members) = entry else { return "" }
        return members.filter { !own.contains($0.name) && !["", "[]"].contains($0.value.shown) }.map { "\($0.name)=\(words($0.value))" }.joined(separator: " ")
    }
}
