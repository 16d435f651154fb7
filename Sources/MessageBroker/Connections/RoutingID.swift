/// What a ROUTER socket calls a connection: 1–255 bytes, five where the peer chose none. Never an identity.
package struct RoutingID: Hashable, Sendable {
    /// The first sixteen bytes, and how many there are.
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    private var count: UInt8
    /// What does not fit; nil for all but names that peers chose.
    private var rest: [UInt8]?

    package init(_ bytes: UnsafeRawBufferPointer) {
        count = UInt8(truncatingIfNeeded: bytes.count)
        for index in 0..<min(bytes.count, 8) { low |= UInt64(bytes[index]) << UInt64(index * 8) }
        for index in 8..<max(8, min(bytes.count, 16)) { high |= UInt64(bytes[index]) << UInt64((index - 8) * 8) }
        rest = bytes.count > 16 ? Array(bytes.dropFirst(16)) : nil
    }

    package init(_ bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { RoutingID($0) }
    }

    /// The bytes, valid only inside `body`.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if let rest {
            return try (head + rest).withUnsafeBufferPointer { bytes throws(Failure) in try body(UnsafeRawBufferPointer(bytes)) }
        }
        let words = (low.littleEndian, high.littleEndian)
        return try Swift.withUnsafeBytes(of: words) { bytes throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[..<Int(count)]))
        }
    }

    private var head: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? low : high) >> UInt64($0 % 8 * 8)) }
    }
}
