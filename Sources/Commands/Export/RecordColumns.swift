import CallModel
import MessageWire

/// A record flat: a column for each field by its name, `first_touch.source` for a field in a field.
///
/// Lists of words are joined by ";"; lists of more than that (attempts, trace, candidates) are JSON in their cell, so that nothing is lost.
enum RecordColumns {
    static let names: [String] = columns.map { column in
        if let inner = column.inner { "\(column.outer).\(inner)" } else { column.outer }
    }

    private static let columns: [(outer: String, inner: String?)] = {
        // As this version writes a record.
        guard case .object(let members)? = JSON(CallRecord(callID: "", startedAt: Timestamp(milliseconds: 0)).json) else { return [] }
        let touch = ["source", "medium", "campaign", "keyword", "content"]
        let inner = ["assigned_to": ["kind", "value"], "first_touch": touch, "last_touch": touch]
        var columns: [(outer: String, inner: String?)] = []
        for member in members {
            if let names = inner[member.name] {
                for name in names { columns.append((outer: member.name, inner: name)) }
            } else {
                columns.append((outer: member.name, inner: nil))
            }
        }
        return columns
    }()

    static func cells(_ record: JSON) -> [String] {
        guard case .object(let members) = record else { return [] }
        // The service writes the fields in this order, unless it is of another version.
        var next = 0
        func value(_ name: String) -> JSON? {
            for _ in 0..<2 {
                if next < members.count, members[next].name == name { return members[next].value }
                next += 1
            }
            next = members.firstIndex { $0.name == name } ?? next
            return record[name]
        }
        return columns.map { column in
            let whole = value(column.outer) ?? .null
            guard let inner = column.inner else { return cell(whole) }
            return cell(whole[inner] ?? .null)
        }
    }

    private static func cell(_ value: JSON) -> String {
        switch value {
        case .null: return ""
        case .string(let text): return text
        case .array(let items):
            if items.isEmpty { return "" }
            let words = items.compactMap(\.string)
            return words.count == items.count ? words.joined(separator: ";") : value.text
        default: return value.text
        }
    }
}
