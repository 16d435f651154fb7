/// Who calls, as far as it can be known (directory.md §1.3).
public enum Caller: Hashable, Sendable {
    case number(PhoneNumber)
    /// Empty, or a privacy word.
    case withheld
    /// Neither a number nor a privacy word; the text as it came.
    case unparsable(String)

    /// Nil when withheld or unparsable.
    public var number: PhoneNumber? {
        if case .number(let number) = self { number } else { nil }
    }
}

extension Caller: CustomStringConvertible {
    /// Shows no more of a number than its last two digits.
    public var description: String {
        switch self {
        case .number(let number): number.description
        case .withheld: "withheld"
        case .unparsable: "unparsable"
        }
    }
}
