/// A value of a directory document, before anything is known of what it means.
package enum DocumentValue: Sendable {
    case scalar(Scalar)
    case sequence([DocumentValue], line: Int)
    case mapping([Entry], line: Int)

    package struct Scalar: Sendable {
        package var text: String
        /// Written without quotes, so that it may mean a number, a truth value or nothing.
        package var isPlain: Bool
        package var line: Int

        package init(text: String, isPlain: Bool, line: Int) {
            self.text = text
            self.isPlain = isPlain
            self.line = line
        }
    }

    package struct Entry: Sendable {
        package var key: String
        package var line: Int
        package var value: DocumentValue

        package init(key: String, line: Int, value: DocumentValue) {
            self.key = key
            self.line = line
            self.value = value
        }
    }

    package var line: Int {
        switch self {
        case .scalar(let scalar): scalar.line
        case .sequence(_, let line), .mapping(_, let line): line
        }
    }

    /// YAML's and JSON's nothing.
    package var isNull: Bool {
        guard case .scalar(let scalar) = self, scalar.isPlain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    var isSequence: Bool {
        if case .sequence = self { true } else { false }
    }

    /// For messages: the value where it is short, else its shape.
    package var summary: String {
        switch self {
        case .scalar(let scalar): quoted(scalar.text)
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }
}

/// The text in quotes, cut after 80 characters.
func quoted(_ text: String) -> String { text.count <= 80 ? "\"\(text)\"" : "\"\(text.prefix(80))…\"" }
