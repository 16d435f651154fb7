package import CallModel

/// When calls could be recorded: the times during which a broker was up to take them. Tells an hour without calls from one of which nothing is known (records.md §6, "`missing`, not 0").
///
/// Before the first of these times nothing is claimed: history that was imported, or an older store, has no gaps.
package struct RecordedTime: Hashable, Sendable {
    /// Ascending, and apart from each other.
    package private(set) var spans: [Range<Timestamp>]

    /// A restart, and the time between two looks, are no gap that anybody would see in a report.
    package static let tolerance = 300.0

    /// - Parameter spans: in any order; they may overlap.
    package init(_ spans: [Range<Timestamp>] = []) {
        self.spans = []
        for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) where !span.isEmpty {
            guard let last = self.spans.last, span.lowerBound <= last.upperBound else {
                self.spans.append(span)
                continue
            }
            self.spans[self.spans.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
        }
    }

    /// - Parameter span: may overlap what is known.
    package mutating func insert(_ span: Range<Timestamp>) { self = RecordedTime(spans + [span]) }

    /// What is known of the time of a bucket.
    package enum State: Hashable, Sendable {
        case recorded
        /// Nothing was taken for that many seconds of it.
        case partial(Double)
        /// Nothing was taken in all of it, and no call is known.
        case missing
        /// It has not begun yet.
        case ahead
    }

    package func state(of bucket: Range<Timestamp>, hasCalls: Bool, now: Timestamp) -> State {
        if bucket.lowerBound > now, !hasCalls { return .ahead }
        let gaps = gaps(in: bucket, now: now)
        let seconds = gaps.reduce(0) { $0 + $1.upperBound.seconds(since: $1.lowerBound) }
        guard seconds > Self.tolerance else { return .recorded }
        let known = bucket.clamped(to: bucket.lowerBound..<max(bucket.lowerBound, now))
        return gaps == [known] && !hasCalls ? .missing : .partial(seconds)
    }

    /// The times in `range` of which nothing is known, up to now.
    package func gaps(in range: Range<Timestamp>, now: Timestamp) -> [Range<Timestamp>] {
        guard let began = spans.first?.lowerBound else { return [] }
        let (start, end) = (max(range.lowerBound, began), min(range.upperBound, now))
        guard start < end else { return [] }
        var gaps: [Range<Timestamp>] = []
        var from = start
        for span in spans[firstSpan(endingAfter: start)...] {
            guard span.lowerBound < end else { break }
            if span.lowerBound > from { gaps.append(from..<span.lowerBound) }
            from = max(from, span.upperBound)
        }
        if from < end { gaps.append(from..<end) }
        return gaps
    }

    private func firstSpan(endingAfter time: Timestamp) -> Int {
        var (low, high) = (0, spans.count)
        while low < high {
            let middle = (low + high) / 2
            if spans[middle].upperBound <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
