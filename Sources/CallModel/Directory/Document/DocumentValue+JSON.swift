extension DocumentValue {
    /// Nil when the text is anything but one JSON object.
    package init?(json text: String) {
        guard let value = JSONReader.read(text) else { return nil }
        self = value
    }

    /// The value as JSON text, on one line.
    package var json: String {
        switch self {
        case .scalar(let scalar): scalar.json
        case .sequence(let items, _): "[\(items.map(\.json).joined(separator: ","))]"
        case .mapping(let entries, _): "{\(entries.map { "\(inQuotes($0.key)):\($0.value.json)" }.joined(separator: ","))}"
        }
    }

    /// Nil when it is no map, or has no such key.
    package subscript(key: String) -> DocumentValue? {
        guard case .mapping(let entries, _) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// Nil when it is no list.
    package var items: [DocumentValue]? {
        if case .sequence(let items, _) = self { items } else { nil }
    }

    /// What a scalar says by itself, where no schema tells: JSON's four kinds of it.
    package enum Meaning: Hashable, Sendable {
        case null
        case truth(Bool)
        case number(Double)
        case text(String)
    }
}

extension DocumentValue.Scalar {
    package var meaning: DocumentValue.Meaning {
        guard isPlain else { return .text(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .truth(true)
        case "false", "False", "FALSE": return .truth(false)
        default: return number.map { .number($0) } ?? .text(text)
        }
    }

    /// Only what JSON writes so: +12125550100 is a phone number.
    private var number: Double? {
        let isDecimal = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || byte | 0x20 == UInt8(ascii: "e") || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte)
        }
        guard isDecimal, text.utf8.first.map({ $0 == UInt8(ascii: "-") || (48...57).contains($0) }) == true else { return nil }
        return Double(text)
    }

    fileprivate var json: String {
        switch meaning {
        case .null: "null"
        case .truth(let value): value ? "true" : "false"
        case .number: text
        case .text(let text): inQuotes(text)
        }
    }
}

private func inQuotes(_ text: String) -> String {
    var json = JSONWriter()
    json.text(text)
    return String(decoding: json.bytes, as: UTF8.self)
}
