package import CallModel

/// What is told of an account's web visitors, in memory: a function of the set of what was told, whatever order or repetition it came in.
package struct WebHistory: Sendable {
    private var spans: [PhoneNumber: [LeaseSpan]] = [:]
    /// In their order.
    private var views: [String: [PageView]] = [:]

    package init() {}

    package mutating func add(_ view: PageView, of visitor: String) {
        var known = views[visitor] ?? []
        let place = known.firstIndex { view <= $0 } ?? known.endIndex
        if place < known.endIndex, known[place] == view { return }
        known.insert(view, at: place)
        views[visitor] = known
    }

    /// Takes from a visitor what tells of a person; false where there is nothing (records.md §7).
    package mutating func erase(_ visitor: String) -> Bool {
        guard let seen = views[visitor] else { return false }
        let anonymous = seen.map(\.anonymous)
        views[visitor] = anonymous
        return anonymous != seen
    }

    /// Deletes the page views of those whose latest is older, by more than a lease lasts; returns of how many.
    package mutating func deleteVisitors(before edge: Timestamp, except kept: Set<String>) -> Int {
        let longest = spans.values.joined().map { $0.end.milliseconds - $0.start.milliseconds }.max() ?? 0
        let old = views.filter { visitor, seen in !kept.contains(visitor) && seen.allSatisfy { $0.at.milliseconds + longest < edge.milliseconds } }
        for visitor in old.keys { views[visitor] = nil }
        return old.count
    }

    package mutating func add(_ span: LeaseSpan, of number: PhoneNumber) {
        var known = spans[number] ?? []
        known.join(span)
        spans[number] = known
    }

    /// The spans of a number, in no order.
    package func spans(of number: PhoneNumber) -> [LeaseSpan] { spans[number] ?? [] }
}

extension [LeaseSpan] {
    /// Takes one more; of one visitor those that overlap become one, unless others share the number.
    package mutating func join(_ span: LeaseSpan) {
        guard span.start < span.end else { return }
        var span = span
        if span.isOverflow {
            if contains(span) { return }
        } else {
            removeAll { known in
                guard !known.isOverflow, known.visitor == span.visitor, known.start < span.end, span.start < known.end else { return false }
                span.start = Swift.min(span.start, known.start)
                span.end = Swift.max(span.end, known.end)
                return true
            }
        }
        append(span)
    }
}

extension WebHistory: WebArchive {
    package typealias Failure = Never

    package func spans(of number: PhoneNumber, at moment: Timestamp) -> [LeaseSpan] { spans(of: number) }

    package func views(of visitor: String, until moment: Timestamp) -> [PageView] { Array((views[visitor] ?? []).prefix { $0.at <= moment }) }
}
