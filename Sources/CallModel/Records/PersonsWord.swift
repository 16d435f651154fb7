/// What a person says of a call: nil leaves what was said before. It beats a rule (records.md §5).
///
/// What is said and empty takes away what there was: no tags, no note, no value.
public struct PersonsWord: Hashable, Sendable {
    public var qualified: Judgement?
    /// These and no others.
    public var tags: [String]?
    public var note: String?
    /// A decimal.
    public var value: String?
    public var currency: String?
    public var spam: Bool?

    /// Whether the call counts as a lead.
    public enum Judgement: String, Hashable, Sendable, CaseIterable {
        case yes, no
        /// As the rules say: what persons said before holds no more.
        case auto
    }

    public init(
        qualified: Judgement? = nil, tags: [String]? = nil, note: String? = nil, value: String? = nil, currency: String? = nil, spam: Bool? = nil
    ) {
        self.qualified = qualified
        self.tags = tags
        self.note = note
        self.value = value
        self.currency = currency
        self.spam = spam
    }

    /// Whether nothing is said.
    public var isEmpty: Bool { self == PersonsWord() }
}

/// A person's word as the call's history keeps it.
public struct SaidWord: Hashable, Sendable {
    /// Of the request that brought it; one call has it once.
    public var id: String
    public var at: Timestamp
    /// Who said it; empty where nobody was named.
    public var by: String
    public var word: PersonsWord

    public init(id: String, at: Timestamp, by: String = "", word: PersonsWord) {
        self.id = id
        self.at = at
        self.by = by
        self.word = word
    }
}
