package import CallModel

/// Which of a caller's calls are earlier than one of them (records.md §1).
package struct EarlierCalls: Sendable {
    /// `started_at` of all that may be earlier, the edges included.
    package let span: ClosedRange<Timestamp>
    private let callID: String

    /// - Parameter windowDays: of 24 hours each.
    package init(than callID: String, startedAt: Timestamp, windowDays: Int) {
        self.callID = callID
        // More days than can be written reach back to the first.
        let window = Int64(clamping: min(max(windowDays, 0), 4_000_000)) * 86_400_000
        let end = startedAt.bounded
        span = Timestamp(milliseconds: end.milliseconds - window)...end
    }

    /// - Parameter callID: asked only of a call that began in the same instant.
    package func contains(_ startedAt: Timestamp, callID: @autoclosure () throws -> String) rethrows -> Bool {
        guard span.contains(startedAt) else { return false }
        return startedAt < span.upperBound ? true : try callID().utf8.lexicographicallyPrecedes(self.callID.utf8)
    }
}

extension CallerPast {
    /// Notes that a destination answered the caller, in any order of the calls.
    package mutating func note(_ answer: Answer, isConverted: Bool) {
        Self.note(answer, in: &answered)
        if isConverted { Self.note(answer, in: &converted) }
    }

    /// Keeps the latest of each destination, the latest first; at one instant by destination, so that nobody's order of telling shows.
    private static func note(_ answer: Answer, in answers: inout [Answer]) {
        if let known = answers.firstIndex(where: { $0.destinationID == answer.destinationID }) {
            guard answers[known].at < answer.at else { return }
            answers.remove(at: known)
        }
        let place = answers.firstIndex { ($0.at, answer.destinationID) < (answer.at, $0.destinationID) } ?? answers.endIndex
        answers.insert(answer, at: place)
    }
}
