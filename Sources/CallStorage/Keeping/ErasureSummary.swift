package import CallAttribution

/// What an erasure found and took away.
package struct ErasureSummary: Hashable, Sendable {
    package var calls = 0
    package var parts = ErasedParts()
    /// Web visitors by whom the calls were explained.
    package var visitors = 0
    /// Whether there may be more: the limit was reached.
    package var isPartial = false

    package init() {}

    package mutating func add(_ other: ErasureSummary) {
        calls += other.calls
        parts.add(other.parts)
        visitors += other.visitors
        isPartial = other.isPartial
    }

    mutating func add(_ parts: ErasedParts) {
        calls += 1
        self.parts.add(parts)
    }
}
