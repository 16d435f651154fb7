import CallModel

extension SecretKey {
    /// From the system's own source of randomness.
    static func random() -> SecretKey {
        var source = SystemRandomNumberGenerator()
        return SecretKey(first: source.next(), second: source.next())
    }
}
