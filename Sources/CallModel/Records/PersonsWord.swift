/// What a person says of a call: nil leaves what was said before. It beats a rule (records.md §5).
public struct PersonsWord: Hashable, Sendable {
    public var qualified: Bool?
    public var tags: [String]?
    public var note: String?
    /// A decimal.
    public var value: String?
    public var currency: String?
    public var spam: Bool?

    public init(qualified: Bool? = nil, tags: [String]? = nil, note: String? = nil, value: String? = nil, currency: String? = nil, spam: Bool? = nil) {
        self.qualified = qualified
        self.tags = tags
        self.note = note
        self.value = value
        self.currency = currency
        self.spam = spam
    }
}

extension PersonsWord {
    /// The word as the call's history keeps it: an event for each kind of thing said. Whether it is qualified is no event: `CallHistory.judge`.
    public func events(of callID: String, at moment: Timestamp, id: String) -> [CallEvent] {
        func event(_ kind: CallEvent.Kind) -> CallEvent { CallEvent(callID: callID, kind: kind, at: moment, eventID: "\(id)-\(kind.rawValue)") }
        var events: [CallEvent] = []
        if let tags {
            var tagged = event(.tagged)
            tagged.tags = tags
            events.append(tagged)
        }
        if let note {
            var noted = event(.note)
            noted.note = note
            events.append(noted)
        }
        if value != nil || currency != nil {
            var valued = event(.value)
            valued.amount = value ?? ""
            valued.currency = currency ?? ""
            events.append(valued)
        }
        if let spam {
            var marked = event(.spam)
            marked.spam = spam
            events.append(marked)
        }
        return events
    }
}
