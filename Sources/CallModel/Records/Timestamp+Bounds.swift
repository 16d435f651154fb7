extension Timestamp {
    /// The years that RFC 3339 and `google.protobuf.Timestamp` can write: 0001 to 9999.
    public static let writable = Timestamp(milliseconds: -62_135_596_800_000)...Timestamp(milliseconds: 253_402_300_799_999)

    /// The nearest moment that can be written, so that arithmetic with a peer's nonsense cannot overflow.
    public var bounded: Timestamp { min(max(self, Self.writable.lowerBound), Self.writable.upperBound) }
}
