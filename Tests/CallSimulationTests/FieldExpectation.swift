import CallModel

/// One expected field of a case: a path into the record and the value there, compared by the rules of the cases' README.
struct FieldExpectation {
    var path: String
    var expected: JSONValue

    /// Nil where it holds; else what is there instead.
    func mismatch(in record: JSONValue) -> String? {
        let found = Self.value(at: path[...], in: record)
        return Self.matches(expected, found) ? nil : "\(path) is \(found?.json ?? "missing"), expected \(expected.json)"
    }

    static func matches(_ expected: JSONValue, _ found: JSONValue?) -> Bool {
        switch (expected, found ?? .null) {
        case (.null, let found): return found == .null
        case (.number(let a), .number(let b)): return abs(a - b) <= 0.001
        case (.number(let a), .text(let b)): return Double(b).map { abs(a - $0) <= 0.001 } ?? false
        case (.text(let a), .text(let b)):
            if a == b { return true }
            guard let first = Timestamp(rfc3339: a), let second = Timestamp(rfc3339: b) else { return false }
            return first == second
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { matches($0, $1) }
        case (.object(let a), .object(let b)): return a.allSatisfy { matches($0.value, b[$0.key]) }
        case (let a, let b): return a == b
        }
    }

    /// `a.b`, `a[0]`, `a[-1]`, `a.length`, `a[].b` and `a[x=y,z=w].b`.
    static func value(at path: Substring, in value: JSONValue?) -> JSONValue? {
        guard !path.isEmpty, let value else { return value }
        if path.first == "[" {
            guard let close = path.firstIndex(of: "]"), let items = value.items else { return nil }
            let selector = path[path.index(after: path.startIndex)..<close]
            let rest = path[path.index(after: close)...]
            if selector.isEmpty { return .array(items.map { self.value(at: rest, in: $0) ?? .null }) }
            if let place = Int(selector) {
                let place = place < 0 ? items.count + place : place
                return items.indices.contains(place) ? self.value(at: rest, in: items[place]) : nil
            }
            let wanted = selector.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }
            let first = items.first { item in
                wanted.allSatisfy { pair in pair.count == 2 && item[String(pair[0])]?.string == String(pair[1]) }
            }
            return self.value(at: rest, in: first)
        }
        let path = path.first == "." ? path.dropFirst() : path
        let name = path.prefix { $0 != "." && $0 != "[" }
        if name == "length", let items = value.items { return .number(Double(items.count)) }
        return self.value(at: path.dropFirst(name.count), in: value[String(name)])
    }
}
