/// A body that is no message of calls.proto, or one that says what cannot be. Answered as INVALID_ARGUMENT (wire.md §4).
public struct CallWireError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable, CaseIterable {
        /// The `content-type` is none of the two forms.
        case contentType
        /// Not protobuf, not JSON, or fields of another type than the message's.
        case malformed
        /// A field that must be there is not.
        case missing
        /// A text, or all of the attributes, is longer than the contract allows.
        case tooLong
        /// A number or a time outside what a call can have.
        case outOfRange
        /// A word that is none of the contract's.
        case unknownWord
    }

    public var code: Code
    /// Names the field, what is wrong with it and what would be right. Holds no phone number.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
