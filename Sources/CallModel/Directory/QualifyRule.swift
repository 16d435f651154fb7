/// `qualify:`: which calls are worth something (records.md §5). The first rule that holds names itself.
public struct QualifyRule: Hashable, Sendable {
    public let name: String
    public let combination: Combination
    /// At least one.
    public let conditions: [RecordCondition]

    public init(name: String, combination: Combination, conditions: [RecordCondition]) {
        self.name = name
        self.combination = combination
        self.conditions = conditions
    }

    public enum Combination: String, Hashable, Sendable, CaseIterable {
        case all, any
    }

    /// - Parameter value: of the record; `none` where it has none.
    public func holds(_ value: (RecordField) -> RecordValue) -> Bool {
        switch combination {
        case .all: conditions.allSatisfy { $0.holds(value($0.field)) }
        case .any: conditions.contains { $0.holds(value($0.field)) }
        }
    }
}

/// What one field of a record must be.
public struct RecordCondition: Hashable, Sendable {
    public let field: RecordField
    public let test: Test

    public init(field: RecordField, test: Test) {
        self.field = field
        self.test = test
    }

    public enum Test: Hashable, Sendable {
        case number(Comparison, Double)
        case flag(Bool)
        /// Exactly this; of a list, one of its items.
        case text(String)
        /// Another text than this; of a list, none of its items.
        case unequalText(String)
        /// Whether there is a value at all.
        case present(Bool)
    }

    /// As a rule writes it before the number; a number alone is `equal`.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case more = ">"
        case less = "<"
        case unequal = "!="
        case equal = "="
    }

    /// A field without a value meets no condition but that it has none; a list without items is none of anything.
    public func holds(_ value: RecordValue) -> Bool {
        switch (test, value) {
        case (.number(let comparison, let bound), .number(let number)): comparison.holds(number, bound)
        case (.flag(let expected), .flag(let flag)): flag == expected
        case (.text(let expected), .text(let text)): text == expected
        case (.text(let expected), .list(let items)): items.contains(expected)
        case (.unequalText(let other), .text(let text)): text != other
        case (.unequalText(let other), .list(let items)): !items.contains(other)
        case (.present(let isPresent), .none): !isPresent
        case (.present(let isPresent), .list(let items)): items.isEmpty != isPresent
        case (.present(let isPresent), _): isPresent
        default: false
        }
    }
}

extension RecordCondition.Comparison {
    fileprivate func holds(_ number: Double, _ bound: Double) -> Bool {
        switch self {
        case .atLeast: number >= bound
        case .atMost: number <= bound
        case .more: number > bound
        case .less: number < bound
        case .unequal: number != bound
        case .equal: number == bound
        }
    }
}
