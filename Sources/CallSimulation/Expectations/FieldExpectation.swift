package import CallModel

/// One expected field of an output line: a path into it and the value there.
///
/// Paths: `a`, `a.b`, `a[0]`, `a[-1]`, `a.length`, `a[].b` (that field of every item), `a[x=y,z=w].b` (of the first item with these values).
package struct FieldExpectation: Sendable {
    package var path: String
    package var expected: DocumentValue

    package init(path: String, expected: DocumentValue) {
        self.path = path
        self.expected = expected
    }

    /// Nil where it holds; else what is there instead.
    package func mismatch(in line: DocumentValue) -> String? {
        let found = line.value(at: path[...])
        return expected.matches(found) ? nil : "\(path) is \(found?.json ?? "missing"), expected \(expected.json)"
    }
}

extension DocumentValue {
    /// Whether `found` is what this value expects: numbers within a thousandth, times by the instant, null or nothing alike; a map need only be among more.
    func matches(_ found: DocumentValue?) -> Bool {
        guard let found, !found.isNull else { return isNull }
        switch (self, found) {
        case (.scalar(let expected), .scalar(let found)): return Self.matches(expected.meaning, found.meaning)
        case (.sequence(let expected, _), .sequence(let found, _)):
            return expected.count == found.count && zip(expected, found).allSatisfy { $0.matches($1) }
        case (.mapping(let expected, _), .mapping): return expected.allSatisfy { $0.value.matches(found[$0.key]) }
        default: return false
        }
    }

    private static func matches(_ expected: Meaning, _ found: Meaning) -> Bool {
        switch (expected, found) {
        case (.number(let a), .number(let b)): return abs(a - b) <= 0.001
        case (.number(let a), .text(let b)): return Double(b).map { abs(a - $0) <= 0.001 } ?? false
        case (.text(let a), .text(let b)) where a != b:
            guard let first = Timestamp(rfc3339: a), let second = Timestamp(rfc3339: b) else { return false }
            return first == second
        default: return expected == found
        }
    }

    func value(at path: Substring) -> DocumentValue? {
        if path.isEmpty { return self }
        if path.first == "[" { return item(at: path) }
        let path = path.first == "." ? path.dropFirst() : path
        let name = path.prefix { $0 != "." && $0 != "[" }
        if name == "length", let items { return .scalar(Scalar(text: String(items.count), isPlain: true, line: 0)) }
        return self[String(name)]?.value(at: path.dropFirst(name.count))
    }

    private func item(at path: Substring) -> DocumentValue? {
        guard let close = path.firstIndex(of: "]"), let items else { return nil }
        let selector = path[path.index(after: path.startIndex)..<close]
        let rest = path[path.index(after: close)...]
        if selector.isEmpty { return .sequence(items.map { $0.value(at: rest) ?? .nothing }, line: 0) }
        if let place = Int(selector) {
            let place = place < 0 ? items.count + place : place
            return items.indices.contains(place) ? items[place].value(at: rest) : nil
        }
        let wanted = selector.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1) }
        let first = items.first { item in
            wanted.allSatisfy { pair in
                guard pair.count == 2, case .scalar(let scalar) = item[String(pair[0])] else { return false }
                return scalar.text == pair[1]
            }
        }
        return first?.value(at: rest)
    }

    private static let nothing = DocumentValue.scalar(Scalar(text: "null", isPlain: true, line: 0))
}
