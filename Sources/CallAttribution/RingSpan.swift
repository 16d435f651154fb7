/// A stretch of time during which a destination rang, in milliseconds since 1970.
struct RingSpan {
    var start: Int64
    var end: Int64

    /// Of one destination: whether both are the same attempt, told twice (records.md §2).
    ///
    /// Spans that only touch are two attempts, one after the other; but a report without `ring_seconds` has no length and belongs to the span it touches.
    func isSameAttempt(as other: RingSpan) -> Bool {
        if start == end || other.start == other.end { return start <= other.end && other.start <= end }
        return start < other.end && other.start < end
    }

    /// What of it was before `moment`; all of it where that is nil.
    func cut(at moment: Int64?) -> RingSpan {
        guard let moment, end > moment else { return self }
        return RingSpan(start: min(start, moment), end: moment)
    }
}

/// Whole milliseconds of a peer's seconds; 0 for what is no time at all.
func milliseconds(_ seconds: Double) -> Int64 {
    // A year is more than any ring or call lasts; NaN fails every comparison.
    guard seconds > 0, seconds < 31_536_000 else { return 0 }
    return Int64((seconds * 1000).rounded())
}

func seconds(_ milliseconds: Int64) -> Double { Double(max(milliseconds, 0)) / 1000 }
