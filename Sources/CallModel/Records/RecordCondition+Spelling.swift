/// Why words are no condition on a field of a record. Holds no phone number.
package struct SpellingFault: Error, Hashable, Sendable {
    /// Names the field and what is wrong, and says what to write.
    package let message: String

    package init(message: String) { self.message = message }
}

extension RecordField {
    /// The field of that name.
    ///
    /// - Throws: `SpellingFault` that names the nearest one.
    package static func named(_ name: String) throws(SpellingFault) -> RecordField {
        if let field = RecordField(rawValue: name) { return field }
        if let advice = askedOtherwise[name] { throw SpellingFault(message: "\(name) is no field to look at here; \(advice)") }
        let nearest = nearestWord(to: name, among: allCases.map(\.rawValue))
        let advice = nearest.map { "did you mean \($0)?" } ?? "use one such as source, outcome, talk_seconds or tags"
        throw SpellingFault(message: "a record has no field \"\(name.prefix(64))\" to look at; \(advice)")
    }

    /// What a record has besides, and how it is asked for.
    private static let askedOtherwise = [
        "call_id": "a call is shown by its id", "account": "name the account itself", "started_at": "give from and to, or since and until",
        "answered_at": "use answered, or talk_seconds", "ended_at": "use outcome, or duration_seconds", "attempts": "use destination_id, or outcome",
        "trace": "use flow, routed_by or routing_type", "candidates": "use attribution=ambiguous", "erased_at": "an erased call has no caller_number",
        "updated_at": "use revision",
    ]

    /// A test as people write it: a comparison and a value, such as ">= 60", "!= cpc" or "cpc" alone; "any" and "none" ask whether there is a value, where they can be none themselves.
    package func test(spelled text: String) throws(SpellingFault) -> RecordCondition.Test {
        let (comparison, value) = Self.parts(text)
        guard !value.isEmpty else { throw SpellingFault(message: "\(rawValue) says nothing; write what it must be, as in \(example)") }
        let isEqual = comparison == nil || comparison == .equal
        guard isEqual || comparison == .unequal || kind == .number else {
            throw SpellingFault(message: "\(rawValue) is no number, so \"\(comparison?.rawValue ?? "")\" does not suit it; use = or !=, as in \(example)")
        }
        if isEqual || comparison == .unequal, let isPresent = presence(value) { return .present(isPresent == isEqual) }
        switch kind {
        case .number:
            guard let number = Double(value), number.isFinite else { throw SpellingFault(message: "\(rawValue) \"\(value.prefix(40))\" is no number; write one as in \(example)") }
            return .number(comparison ?? .equal, number)
        case .flag:
            guard let flag = Self.flag(value) else { throw SpellingFault(message: "\(rawValue) is yes or no, not \"\(value.prefix(40))\"") }
            return .flag(flag == isEqual)
        case .choice(let words):
            guard words.contains(value) else {
                throw SpellingFault(message: "\(rawValue) is never \"\(value.prefix(40))\"; use one of \(words.joined(separator: ", "))")
            }
            return isEqual ? .text(value) : .unequalText(value)
        case .phone, .mark, .text, .list: return isEqual ? .text(value) : .unequalText(value)
        }
    }

    private static func parts(_ text: String) -> (RecordCondition.Comparison?, String) {
        let text = trimmed(text[...])
        guard let comparison = RecordCondition.Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { return (nil, String(text)) }
        var rest = text.dropFirst(comparison.rawValue.count)
        // As programmers write it.
        if comparison == .equal, rest.first == "=" { rest.removeFirst() }
        return (comparison, String(trimmed(rest)))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }

    /// Whether the words ask for a value, or for none; nil where they are a value.
    private func presence(_ word: String) -> Bool? {
        guard word == "any" || word == "none" else { return nil }
        switch kind {
        case .text: return nil
        case .choice(let words): return words.contains(word) ? nil : word == "any"
        case .number, .flag, .phone, .mark, .list: return word == "any"
        }
    }

    private static func flag(_ word: String) -> Bool? {
        switch word {
        case "yes", "true", "1": true
        case "no", "false", "0": false
        default: nil
        }
    }

    /// A condition that makes sense.
    package var example: String {
        switch kind {
        case .number: "\(rawValue) >= 60"
        case .flag: "\(rawValue) = yes"
        case .choice(let words): "\(rawValue) = \(words.first ?? "")"
        case .phone: "\(rawValue) = +13125550142"
        case .mark: "\(rawValue) = any"
        case .text: "\(rawValue) = words"
        case .list: "\(rawValue) = one"
        }
    }
}
