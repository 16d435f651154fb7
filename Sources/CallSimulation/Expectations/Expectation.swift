package import CallModel

/// What one output line of a simulation must say: `{call: c1, outcome: answered}`, or the fields in a map of their own, `fields:`.
package struct Expectation: Sendable {
    var subject: Subject
    var fields: [FieldExpectation]

    enum Subject: Hashable, Sendable {
        case call(String)
        /// `nth`: the visitor's n-th line, from 1.
        case visit(String, nth: Int)
    }

    /// Nil when it names neither a call nor a visit, or not exactly one, or says nothing of it.
    package init?(_ value: DocumentValue) {
        guard case .mapping(let entries, _) = value else { return nil }
        var subjects: [Subject] = []
        var nth = 1
        fields = []
        for entry in entries {
            switch entry.key {
            case "call":
                guard let id = entry.value.word else { return nil }
                subjects.append(.call(id))
            case "visit":
                guard let visitor = entry.value.word else { return nil }
                subjects.append(.visit(visitor, nth: 1))
            case "nth":
                guard let place = entry.value.word.flatMap(Int.init), place >= 1 else { return nil }
                nth = place
            case "fields":
                guard case .mapping(let inner, _) = entry.value else { return nil }
                fields += inner.map { FieldExpectation(path: $0.key, expected: $0.value) }
            // What a directory's own tests call it (directory.md §5).
            case "destination": fields.append(FieldExpectation(path: "destination_id", expected: entry.value))
            case let path: fields.append(FieldExpectation(path: path, expected: entry.value))
            }
        }
        guard subjects.count == 1, !fields.isEmpty else { return nil }
        if case .visit(let visitor, _) = subjects[0] { subject = .visit(visitor, nth: nth) } else { subject = subjects[0] }
    }

    /// What does not hold in a simulation's lines; empty: all of it holds.
    package func mismatches(in lines: [SimulatedLine]) -> [String] {
        let found = lines.filter { $0.isAbout(subject) }
        let name: String
        let line: SimulatedLine?
        switch subject {
        case .call(let id):
            name = "call \(id)"
            line = found.count == 1 ? found[0] : nil
        case .visit(let visitor, let nth):
            name = nth == 1 ? "visit \(visitor)" : "visit \(visitor), line \(nth)"
            line = nth <= found.count ? found[nth - 1] : nil
        }
        guard let line, let value = DocumentValue(json: line.json) else { return ["\(name) is nowhere in the timeline"] }
        return fields.compactMap { field in field.mismatch(in: value).map { "\(name): \($0)" } }
    }
}

extension SimulatedLine {
    fileprivate func isAbout(_ subject: Expectation.Subject) -> Bool {
        switch (self, subject) {
        case (.call(let record), .call(let id)): record.callID == id
        case (.visit(let answer), .visit(let visitor, _)): answer.visitor == visitor
        default: false
        }
    }
}

extension DocumentValue {
    /// The text of a scalar.
    var word: String? {
        if case .scalar(let scalar) = self { scalar.text } else { nil }
    }
}
