/// How many calls, where a call may be shared: exact, so that whatever a call is shared into adds up to it again (records.md §6, "Models").
package struct CallCount: Hashable, Comparable, AdditiveArithmetic, Sendable {
    /// In parts of `one`.
    package var parts: Int64

    /// Twice the least number that 1 to 16 divide: halves of up to sixteen equal shares are whole numbers of parts.
    package static let one = CallCount(parts: 1_441_440)
    package static let zero = CallCount(parts: 0)

    package init(parts: Int64) { self.parts = parts }

    package init(_ calls: Int) { parts = Int64(calls) * Self.one.parts }

    /// Nil where it holds a part of a call.
    package var whole: Int? { parts % Self.one.parts == 0 ? Int(parts / Self.one.parts) : nil }

    package var number: Double { Double(parts) / Double(Self.one.parts) }

    package static func < (a: CallCount, b: CallCount) -> Bool { a.parts < b.parts }
    package static func + (a: CallCount, b: CallCount) -> CallCount { CallCount(parts: a.parts + b.parts) }
    package static func - (a: CallCount, b: CallCount) -> CallCount { CallCount(parts: a.parts - b.parts) }
    package static func += (a: inout CallCount, b: CallCount) { a.parts += b.parts }

    /// Two halves that add up to it.
    var halves: (CallCount, CallCount) {
        let half = CallCount(parts: parts / 2)
        return (half, self - half)
    }

    /// One call in shares as large as `weights`, by largest remainder: they always add up to one call.
    ///
    /// - Parameter weights: weights that are no positive numbers count as equal ones.
    static func shares(of weights: [Double]) -> [CallCount] {
        guard !weights.isEmpty else { return [] }
        let isUsable = weights.allSatisfy { $0.isFinite && $0 >= 0 } && weights.contains { $0 > 0 }
        let largest = weights.max() ?? 1
        // Below one each, so that no sum is infinite.
        let scaled = isUsable ? weights.map { $0 / largest } : weights.map { _ in 1 }
        let sum = scaled.reduce(0, +)
        let exact = scaled.map { $0 / sum * Double(one.parts) }
        var parts = exact.map { Int64($0 + 1e-6) }
        var left = one.parts - parts.reduce(0, +)
        let byRemainder = exact.indices.sorted { (exact[$0] - Double(parts[$0]), $1) > (exact[$1] - Double(parts[$1]), $0) }
        for place in byRemainder where left > 0 {
            parts[place] += 1
            left -= 1
        }
        return parts.map(CallCount.init(parts:))
    }
}
