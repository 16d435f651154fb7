/// 128 bits that nobody outside knows: under them a hash cannot be foreseen, and a tag cannot be forged.
public struct SecretKey: Hashable, Sendable {
    public let first: UInt64
    public let second: UInt64

    public init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// No secret at all: where nobody else makes or reads what it protects, as in a simulation.
    public static let open = SecretKey(first: 0, second: 0)
}

extension SecretKey: CustomStringConvertible {
    /// Shows nothing of it.
    public var description: String { "secret key" }
}
