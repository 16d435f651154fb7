/// `keypad:`: by the key the caller presses.
public struct KeypadBranch: Sendable {
    /// Spoken when the keys are asked for; empty for none.
    public let prompt: String
    public let timeoutSeconds: Int
    /// How often it is asked again after an unknown key or silence.
    public let retries: Int
    /// In the document's order.
    public let branches: [Branch]
    /// After an unknown entry; nil: the call ends, `invalid_key_entry`.
    public let invalid: Node?
    /// After silence; nil: `invalid` decides.
    public let noInput: Node?

    public struct Branch: Sendable {
        /// Digits, `*` and `#`.
        public let keys: String
        public let to: Node
    }

    /// The longest entry there is.
    public var maxDigits: Int { branches.map(\.keys.utf8.count).max() ?? 1 }
}

/// `zip:`: by the ZIP code the caller enters.
public struct ZIPBranch: Sendable {
    public let prompt: String
    public let branches: [Branch]
    /// After an unknown code or silence; nil: the call ends, `no_destination`.
    public let otherwise: Node?

    public struct Branch: Sendable {
        /// Five digits.
        public let zip: String
        public let to: Node
    }
}
