internal import CallModel

/// One attempt as it was told: by `ContinueCall`, or by an event.
struct ToldAttempt {
    /// Empty where only the number was told.
    var destinationID: String
    var number: String
    var span: RingSpan
    /// Nil: no word for it in any table.
    var result: AttemptResult?
    var cause: String
    var isPermanent: Bool
    /// The place of the event that told it; nil: `ContinueCall` did.
    var event: Int?

    init(_ report: AttemptReport, id: String, number: String, span: RingSpan, event: Int?) {
        destinationID = id
        self.number = number
        self.span = span
        result = AttemptResult(word: report.result, cause: report.cause)
        // A word in no table is all that is known of why.
        cause = result == nil && report.cause.isEmpty ? report.result : report.cause
        isPermanent = !report.result.isEmpty && result == .failed && AttemptResult.isPermanent(word: report.result, cause: report.cause)
        self.event = event
    }

    /// What tells destinations apart.
    var destination: String { destinationID.isEmpty ? number : destinationID }
}

/// The attempts of a call: what was told, with what was told twice made one (records.md §2).
struct AttemptLedger {
    private(set) var attempts: [ToldAttempt] = []

    /// - Parameters:
    ///   - told: in any order.
    ///   - outranks: whether the event at the first place wins over the one at the second.
    ///   - dialled: the destinations in the order in which the decisions name them.
    init(_ told: [ToldAttempt], dialled: [String], outranks: (Int, Int) -> Bool) {
        guard told.count > 1 else {
            attempts = told
            return
        }
        let sorted = told.sorted { a, b in
            if a.destination != b.destination { return a.destination < b.destination }
            if a.span.start != b.span.start { return a.span.start < b.span.start }
            if a.span.end != b.span.end { return a.span.end < b.span.end }
            return Self.outranks(a, b, outranks)
        }
        var extent = sorted[0].span
        for item in sorted {
            if let last = attempts.last, last.destination == item.destination, extent.isSameAttempt(as: item.span) {
                attempts[attempts.count - 1] = Self.outranks(item, last, outranks) ? item.filled(from: last) : last.filled(from: item)
                extent.end = max(extent.end, item.span.end)
            } else {
                attempts.append(item)
                extent = item.span
            }
        }
        let order = Dictionary(zip(dialled, 0...), uniquingKeysWith: min)
        attempts.sort { a, b in
            if a.span.start != b.span.start { return a.span.start < b.span.start }
            let (first, second) = (order[a.destination] ?? .max, order[b.destination] ?? .max)
            return first != second ? first < second : a.destination < b.destination
        }
    }

    mutating func add(_ attempt: ToldAttempt) {
        let place = attempts.firstIndex { $0.span.start > attempt.span.start } ?? attempts.endIndex
        attempts.insert(attempt, at: place)
    }

    /// It rang until then. Whatever else was told of it: an answer is not taken back (records.md §2).
    mutating func markAnswered(_ place: Int, at moment: Int64) {
        attempts[place].result = .answered
        attempts[place].isPermanent = false
        attempts[place].span = attempts[place].span.cut(at: moment)
    }

    /// The time during which at least one of them rang.
    var ringMilliseconds: Int64 {
        var total: Int64 = 0
        var until = Int64.min
        // They are in the order of their starts.
        for attempt in attempts {
            let start = max(attempt.span.start, until)
            if attempt.span.end > start { total += attempt.span.end - start }
            until = max(until, attempt.span.end)
        }
        return total
    }

    /// The one that ended last.
    var last: ToldAttempt? {
        attempts.enumerated().max { ($0.element.span.end, $0.offset) < ($1.element.span.end, $1.offset) }?.element
    }

    /// The later end wins; at the same instant `ContinueCall` does.
    private static func outranks(_ a: ToldAttempt, _ b: ToldAttempt, _ outranks: (Int, Int) -> Bool) -> Bool {
        if a.span.end != b.span.end { return a.span.end > b.span.end }
        guard let first = a.event else { return b.event != nil || a.cause > b.cause }
        guard let second = b.event else { return false }
        return outranks(first, second)
    }
}

extension ToldAttempt {
    /// What this one leaves empty, from another report of the same attempt.
    fileprivate func filled(from other: ToldAttempt) -> ToldAttempt {
        var attempt = self
        if attempt.number.isEmpty { attempt.number = other.number }
        if attempt.result == nil {
            attempt.result = other.result
            attempt.isPermanent = other.isPermanent
        }
        if attempt.cause.isEmpty { attempt.cause = other.cause }
        if attempt.span.start == attempt.span.end { attempt.span.start = min(attempt.span.start, other.span.start) }
        return attempt
    }
}
