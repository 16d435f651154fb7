import CallModel
import MessageWire

extension PersonsWord {
    static let members = ["qualified", "tags", "note", "value", "currency", "spam"]

    /// Reads what a person says: `{qualified?: true | false | "auto", tags?: […], note?, value?, currency?, spam?}`; null says nothing.
    ///
    /// - Throws: INVALID_ARGUMENT for a value that is none, and where nothing is said.
    init(json: JSON) throws(ServiceError) {
        self.init()
        qualified = try json.optional("qualified", "judgement; use true, false or \"auto\"") { value in
            value.bool.map { $0 ? .yes : .no } ?? value.string.flatMap(Judgement.init)
        }
        spam = try json.optional("spam", "boolean", \.bool)
        note = try json.optional("note", "string", \.string)
        tags = try json.optional("tags", "list of strings") { value in
            guard let items = value.array else { return nil }
            let texts = items.compactMap(\.string)
            return texts.count == items.count ? texts : nil
        }
        let amount = try json.optional("value", "amount; write it as \"12.50\"") { value in
            switch value {
            case .string(let text): text
            case .integer, .number: value.text
            default: nil
            }
        }
        let code = try json.optional("currency", "string", \.string)
        if amount == "" {
            (value, currency) = ("", "")
        } else {
            value = amount
            currency = code?.uppercased()
        }
        try check()
    }

    /// Longest note and tag, in characters, and the most tags: more is no annotation, and all of it is in every reply.
    private static let (longestNote, longestTag, mostTags) = (4000, 100, 50)

    private func check() throws(ServiceError) {
        guard !isEmpty else { throw ServiceError(.invalidArgument, "nothing is said of the call; give \(Self.members.joined(separator: ", "))") }
        if let value, !value.isEmpty, !Self.isAmount(value) {
            throw ServiceError(.invalidArgument, "value \"\(value.prefix(40))\" is no amount; write it as 12.50: up to 12 digits, and up to 4 behind a point")
        }
        if let currency, !currency.isEmpty, !(currency.utf8.count == 3 && currency.utf8.allSatisfy { (65...90).contains($0) }) {
            throw ServiceError(.invalidArgument, "currency \"\(currency.prefix(40))\" is none; write the three letters of ISO 4217, such as USD")
        }
        if let note, note.count > Self.longestNote { throw ServiceError(.invalidArgument, "the note has \(note.count) characters; \(Self.longestNote) are the most") }
        guard let tags else { return }
        guard tags.count <= Self.mostTags else { throw ServiceError(.invalidArgument, "\(tags.count) tags; a call has \(Self.mostTags) at most") }
        for (place, tag) in tags.enumerated() {
            let isPlain = tag.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
            guard (1...Self.longestTag).contains(tag.count), isPlain, tag.first != " ", tag.last != " " else {
                throw ServiceError(.invalidArgument, "tags[\(place)] is no tag; write a word or a few on one line, \(Self.longestTag) characters at most")
            }
            guard !tags[..<place].contains(tag) else { throw ServiceError(.invalidArgument, "tag \"\(tag)\" stands twice; give each once") }
        }
    }

    private static func isAmount(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let areDigits = parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } }
        return areDigits && parts.count <= 2 && parts[0].count <= 12 && (parts.count == 1 || parts[1].count <= 4)
    }
}
