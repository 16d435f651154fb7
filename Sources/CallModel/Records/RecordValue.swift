/// What a record says in one field.
public enum RecordValue: Hashable, Sendable {
    case none
    case number(Double)
    case flag(Bool)
    case text(String)
    /// In the record's order; empty where it has none.
    case list([String])
}
